"""The door: lockout, idle logout, where one lands, and what the audit trail keeps of it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import AccessRecord
from tests.conftest import at

PASSWORD = "Pass-word-123"


def log_in(client, username, password=PASSWORD, next_url=""):
    return client.post(reverse("login"), {"username": username, "password": password, "next": next_url})


def records(**filters):
    return list(AccessRecord.objects.filter(**filters).order_by("id").values_list("action", "username"))


def test_a_person_logs_in_and_lands_on_the_home_page(client, cast):
    response = log_in(client, "clerk")
    assert response.status_code == 302
    assert response.url == reverse("home")
    assert records() == [("logged_in", "clerk")]
    assert AccessRecord.objects.get().address == "127.0.0.1"


def test_five_failures_lock_the_account_for_thirty_minutes(client, cast):
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        for _ in range(4):
            assert log_in(client, "clerk", "wrong").status_code == 200
        locked = log_in(client, "clerk", "wrong")
        assert locked.status_code == 429
        assert "账号已锁定" in locked.content.decode()
        clock.shift(timedelta(minutes=29))
        assert log_in(client, "clerk").status_code == 429, "the right password is refused too"
    assert AccessRecord.objects.filter(action="login_failed", username="clerk", by=None).count() == 6


def test_the_lock_ends_after_thirty_minutes(client, cast):
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        for _ in range(5):
            log_in(client, "clerk", "wrong")
        clock.shift(timedelta(minutes=31))
        assert log_in(client, "clerk").status_code == 302


def test_one_locked_account_does_not_lock_the_office(client, cast):
    for _ in range(5):
        log_in(client, "clerk", "wrong")
    assert log_in(client, "officer").status_code == 302


def test_a_success_forgets_earlier_failures(client, cast):
    for _ in range(4):
        log_in(client, "clerk", "wrong")
    assert log_in(client, "clerk").status_code == 302
    client.post(reverse("logout"))
    for _ in range(4):
        assert log_in(client, "clerk", "wrong").status_code == 200


def test_what_is_no_account_is_not_written_down(client, db):
    log_in(client, "my-secret-password", "x")
    record = AccessRecord.objects.get()
    assert (record.action, record.username, record.subject) == ("login_failed", "", "")


def test_a_deactivated_account_stays_outside_and_its_session_ends(client, cast):
    log_in(client, "clerk")
    cast.clerk.is_active = False
    cast.clerk.save()
    assert client.get(reverse("notifications:inbox")).status_code == 302
    assert log_in(client, "clerk").status_code == 200


def test_an_idle_session_ends_after_half_an_hour(client, cast):
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        log_in(client, "clerk")
        clock.shift(timedelta(minutes=29))
        assert client.get(reverse("notifications:inbox")).status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get(reverse("notifications:inbox")).status_code == 200, "work keeps the session"
        clock.shift(timedelta(minutes=31))
        response = client.get(reverse("notifications:inbox"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


def test_a_session_in_use_is_written_once_a_minute_and_not_with_every_answer(client, cast):
    ends = lambda: Session.objects.get().expire_date  # noqa: E731
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        log_in(client, "clerk")
        first = ends()
        clock.shift(timedelta(seconds=50))
        client.get(reverse("notifications:inbox"))
        assert ends() == first
        clock.shift(timedelta(seconds=20))
        client.get(reverse("notifications:inbox"))
        assert ends() == first + timedelta(seconds=70)


def test_a_short_time_is_prolonged_sooner(client, cast, settings):
    settings.SESSION_COOKIE_AGE = 60
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        log_in(client, "clerk")
        for _turn in range(2):
            clock.shift(timedelta(seconds=40))
            assert client.get(reverse("notifications:inbox")).status_code == 200


@pytest.mark.parametrize("outside", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_next_leads_nowhere_outside(client, cast, outside):
    assert log_in(client, "clerk", next_url=outside).url == reverse("home")


def test_next_leads_back_to_the_page_asked_for(client, cast):
    asked = client.get(reverse("studios:list"))
    assert log_in(client, "clerk", next_url=asked.url.partition("next=")[2]).url == reverse("studios:list")


def test_who_is_logged_in_already_is_sent_home(client, cast):
    client.force_login(cast.clerk)
    response = client.get(reverse("login"))
    assert (response.status_code, response.url) == (302, reverse("home"))


def test_logging_out_needs_a_post_and_is_recorded(client, cast):
    log_in(client, "clerk")
    assert client.get(reverse("logout")).status_code == 405
    response = client.post(reverse("logout"))
    assert (response.status_code, response.url) == (302, reverse("login"))
    assert records()[-1] == ("logged_out", "clerk")
    assert client.get(reverse("notifications:inbox")).status_code == 302


@pytest.mark.parametrize(
    "wanted",
    ["/login/", "/login/?next=/login/", "/login/?next=%2Flogin%2F%3Fnext%3D%2Flogin%2F", "/logout/", "//evil.example/",
     "https://evil.example/login/", "/%6cogin/", "login/", "?next=/login/", "\\\\evil", "/no/such/page/", "\x00"],
)  # fmt: skip
def test_who_is_logged_in_already_is_led_on_wherever_next_points(client, cast, wanted):
    client.force_login(cast.clerk)
    led = client.get(reverse("login"), {"next": wanted})
    assert led.status_code == 302
    home = "evil" in wanted or "log" in wanted.replace("%6c", "l") or not wanted.startswith("/")
    assert led.url == ("/" if home else wanted)


def test_a_form_sent_after_the_login_ran_out_leads_back_to_the_page_it_stood_on(client, cast):
    url = reverse("notifications:read_all")
    page = reverse("notifications:inbox") + "?page=2"
    sent = client.post(url, headers={"referer": f"http://testserver{page}"})
    assert (sent.status_code, sent.url) == (302, f"/login/?next={quote(page)}")
    elsewhere = client.post(url, headers={"referer": "https://evil.example/"})
    assert elsewhere.url == "/login/?next=/"
    assert client.post(url).url == "/login/?next=/"


SCRIPT = {"HX-Request": "true"}


def test_a_script_whose_login_ran_out_is_told_so_and_gets_no_login_page_to_swap_in(client, cast):
    for ask in (client.get, client.post):
        answer = ask(reverse("opinions:list"), headers=SCRIPT)
        assert (answer.status_code, answer.content) == (401, b"")


def test_a_script_is_told_where_to_go_on_and_what_is_said_there_is_not_lost(client, cast):
    client.force_login(cast.clerk)
    sent = client.post(reverse("notifications:read_all"), headers=SCRIPT)
    assert (sent.status_code, sent.headers["HX-Redirect"]) == (200, reverse("notifications:inbox"))


def test_who_types_stays_logged_in_and_is_told_for_how_long(client, cast, settings):
    settings.SESSION_COOKIE_AGE = 1800
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        client.force_login(cast.clerk)
        for _turn in range(4):
            clock.shift(timedelta(minutes=20))
            told = client.get(reverse("alive"), headers=SCRIPT).json()
        assert told["person"] == cast.clerk.pk and told["token"]
        clock.shift(timedelta(seconds=40))
        assert client.get(reverse("alive"), headers=SCRIPT).json()["seconds"] == 1760
        clock.shift(timedelta(minutes=30))
        assert client.get(reverse("alive"), headers=SCRIPT).status_code == 401
