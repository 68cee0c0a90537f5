"""The door: lockout, idle logout, where one lands, and what the audit trail keeps of it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import AccessRecord, TokenBucket
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


def test_further_tries_do_not_prolong_the_lock(client, cast):
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        for _ in range(5):
            log_in(client, "clerk", "wrong")
        for _minute in range(29):
            clock.shift(timedelta(minutes=1))
            assert log_in(client, "clerk", "wrong").status_code == 429
        clock.shift(timedelta(minutes=2))
        assert log_in(client, "clerk").status_code == 302


def test_one_address_that_tries_many_names_is_slowed_and_others_are_not(client, cast):
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        tries = [log_in(client, f"name-{n}", "Spring-2026!") for n in range(120)]
        assert [answer.status_code for answer in tries] == [200] * 20 + [429] * 100
        assert tries[-1].headers["Retry-After"] == "10" and "请等待 10 秒" in tries[-1].content.decode()
        assert 'value="name-119"' in tries[-1].content.decode()
        assert log_in(client, "clerk").status_code == 429, "the password is not looked at"
        assert log_in(client.__class__(REMOTE_ADDR="192.0.2.9"), "clerk").status_code == 302
        clock.shift(timedelta(seconds=10))
        assert log_in(client, "clerk").status_code == 302


def test_an_office_behind_one_address_is_not_slowed_by_logging_in(client, cast):
    with time_machine.travel(at("2026-11-02 08:30"), tick=False):
        for _person in range(40):
            assert log_in(client.__class__(), "clerk").status_code == 302


def stored():
    """Everything that stands in any column of the tables of lockout and audit trail."""
    models = (AccessAttempt, AccessFailureLog, AccessLog, AccessRecord, TokenBucket)
    return str([list(model.objects.values_list()) for model in models])


def test_a_name_that_is_no_account_is_stored_nowhere_and_locks_as_an_account_does(client, cast, caplog):
    typed = "My-secret-password-7"
    answers = [log_in(client, typed, "x") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert AccessAttempt.objects.count() == 1
    assert typed not in stored() + caplog.text
    assert [answer.status_code for answer in [log_in(client, "clerk", "x") for _ in range(6)]] == [
        200
    ] * 4 + [429] * 2


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


def set_active(client, cast, active):
    page = reverse("admin:accounts_user_change", args=[cast.clerk.pk])
    form = client.get(page).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if name in ("name", "phone")}
    prefix = "memberships"
    rows = list(cast.clerk.memberships.all())
    data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
    for n, row in enumerate(rows):
        data |= {
            f"{prefix}-{n}-id": row.pk,
            f"{prefix}-{n}-user": cast.clerk.pk,
            f"{prefix}-{n}-role": row.role,
        }
        data |= {f"{prefix}-{n}-area_code": row.area_code, f"{prefix}-{n}-studio": row.studio_id or ""}
    answer = client.post(page, data | ({"is_active": "on"} if active else {}))
    assert answer.status_code in (302, 200), answer.content.decode()
    cast.clerk.refresh_from_db()


def test_a_session_from_before_the_deactivation_never_opens_again(client, cast):
    boss = client.__class__()
    boss.force_login(cast.administrator)
    log_in(client, "clerk")
    for active in (False, True):
        set_active(boss, cast, active)
        assert cast.clerk.is_active == active
    assert client.get(reverse("notifications:inbox")).status_code == 302
    assert log_in(client, "clerk").status_code == 302
    assert client.get(reverse("notifications:inbox")).status_code == 200


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
