"""The second factor: asked of the roles that the office names, by an app or a recovery code, each code once."""

import base64
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import checks
from django.urls import reverse
from django_otp.oath import TOTP

from accounts.models import AccessRecord, SecondFactor
from accounts.services import set_initial_password
from tests.conftest import at

pytestmark = pytest.mark.django_db
ROLES = ["administrator", "auditor", "county_official"]
PASSWORD = "Pass-word-123"


@pytest.fixture(autouse=True)
def asked_of_some(settings):
    settings.SECOND_FACTOR_ROLES = ROLES


@pytest.fixture
def clock():
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        yield clock


def log_in(client, username):
    client.logout()
    return client.post(reverse("login"), {"username": username, "password": PASSWORD})


def app_code(user, shift=0) -> str:
    import time

    totp = TOTP(base64.b32decode(SecondFactor.objects.get(user=user).secret))
    totp.time = time.time() + shift
    return f"{totp.token():06d}"


def give(client, code, follow=False, **query):
    return client.post(reverse("second_factor", query=query or None), {"code": code}, follow=follow)


def set_up(client, user) -> list[str]:
    """Log in and set the app up; the recovery codes."""
    log_in(client, user.username)
    client.get(reverse("second_factor"))
    page = give(client, app_code(user), follow=True).content.decode()
    return re.findall(r"<li>([a-z0-9-]{19})</li>", page)


@pytest.mark.parametrize("who", ["administrator", "auditor", "official"])
def test_nothing_opens_before_it_is_set_up(client, cast, clock, who):
    log_in(client, who)
    for name in ("home", "notifications:inbox", "audit", "password_change", "admin:index"):
        response = client.get(reverse(name))
        assert response.status_code == 302 and response.url.startswith(reverse("second_factor"))
    assert client.post(reverse("notifications:read_all")).url.startswith(reverse("second_factor"))
    page = client.get(reverse("second_factor")).content.decode()
    assert "<svg" in page and "style=" not in page
    assert len(set_up(client, getattr(cast, who))) == 10
    assert client.get(reverse("notifications:inbox")).status_code == 200


def test_first_login_with_an_initial_password_sets_both_up(client, cast, clock):
    password = set_initial_password(user=cast.auditor, by=cast.administrator)
    client.post(reverse("login"), {"username": "auditor", "password": password})
    assert client.get(reverse("home")).url.startswith(reverse("second_factor"))
    assert client.get(reverse("second_factor")).status_code == 200
    codes = client.get(give(client, app_code(cast.auditor)).url)
    assert (
        codes.status_code == 200
        and len(re.findall(r"<li>([a-z0-9-]{19})</li>", codes.content.decode())) == 10
    )
    assert client.get(reverse("home")).url == reverse("password_change")
    assert client.get(reverse("password_change")).status_code == 200


def test_others_are_not_asked_unless_they_set_one_up(client, cast, clock):
    log_in(client, "clerk")
    assert client.get(reverse("notifications:inbox")).status_code == 200
    set_up(client, cast.clerk)
    log_in(client, "clerk")
    assert client.get(reverse("notifications:inbox")).status_code == 302


def test_a_code_works_once_and_leads_to_where_one_wanted(client, cast, clock):
    set_up(client, cast.auditor)
    clock.shift(timedelta(seconds=30))
    log_in(client, "auditor")
    code = app_code(cast.auditor)
    assert give(client, code, next="/audit/").url == "/audit/"
    log_in(client, "auditor")
    assert give(client, code).status_code == 422
    clock.shift(timedelta(seconds=30))
    assert give(client, app_code(cast.auditor), next="https://evil.example/").url == reverse("home")


def test_a_phone_half_a_minute_off_is_right_and_two_minutes_is_wrong(client, cast, clock):
    set_up(client, cast.auditor)
    clock.shift(timedelta(minutes=5))
    log_in(client, "auditor")
    assert give(client, app_code(cast.auditor, shift=-120)).status_code == 422
    assert give(client, app_code(cast.auditor, shift=-30)).status_code == 302


def test_the_recovery_codes_are_the_same_when_the_page_is_loaded_again(client, cast, clock):
    codes = set_up(client, cast.auditor)
    page = client.get(reverse("recovery_codes"))
    assert all(code in page.content.decode() for code in codes) and "no-store" in page["Cache-Control"]
    assert not any(code in str(cookie.value) for cookie in client.cookies.values() for code in codes)
    client.force_login(cast.clerk)
    assert client.get(reverse("recovery_codes")).status_code == 302


def test_a_recovery_code_opens_once(client, cast, clock):
    codes = set_up(client, cast.auditor)
    log_in(client, "auditor")
    assert give(client, codes[0].upper()).status_code == 302
    log_in(client, "auditor")
    assert give(client, codes[0]).status_code == 422
    assert give(client, codes[1]).status_code == 302


def test_five_wrong_codes_lock_for_half_an_hour(client, cast, clock):
    set_up(client, cast.auditor)
    clock.shift(timedelta(minutes=1))
    log_in(client, "auditor")
    for _ in range(5):
        assert give(client, "000000").status_code == 422
    locked = give(client, app_code(cast.auditor))
    assert locked.status_code == 422 and "09:31" in locked.content.decode()
    clock.shift(timedelta(minutes=29))
    log_in(client, "auditor")
    assert give(client, app_code(cast.auditor)).status_code == 422
    clock.shift(timedelta(minutes=2))
    log_in(client, "auditor")
    assert give(client, app_code(cast.auditor)).status_code == 302
    assert AccessRecord.objects.filter(action="login_failed", by=cast.auditor).count() == 5


@pytest.mark.parametrize(
    "code", ["", " ", "abc", "1" * 41, "１２３４５６", "12345\0", "-00001", "٣٤٥٦٧٨", "𠮷" * 6]
)
def test_strange_codes_are_wrong_and_no_error(client, cast, clock, code):
    log_in(client, "auditor")
    assert give(client, code).status_code == 422


def test_the_secret_and_the_recovery_codes_are_not_in_a_dump(client, cast, clock):
    from tests.common.dump import dump

    codes = set_up(client, cast.auditor)
    everything = dump()
    assert SecondFactor.objects.get().secret not in everything
    assert not [code for code in codes if code in everything]


def test_a_reset_account_sets_another_up(client, cast, clock):
    set_up(client, cast.auditor)
    set_initial_password(user=cast.auditor, by=cast.administrator)
    assert not SecondFactor.objects.exists()


def test_a_misspelled_role_is_said_at_start(settings):
    settings.SECOND_FACTOR_ROLES = ["administrater"]
    assert "studios.E001" in {error.id for error in checks.run_checks()}


# --- one session a person --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "status"), [(True, 302), (False, 200)])
def test_logging_in_elsewhere_ends_the_session_before_where_the_office_wants_that(
    cast, settings, one, status
):
    from django.test import Client

    settings.ONE_SESSION = one
    first, second = Client(), Client()
    for client in (first, second):
        log_in(client, "clerk")
    assert first.get(reverse("notifications:inbox")).status_code == status
    assert second.get(reverse("notifications:inbox")).status_code == 200


def test_the_menu_leads_to_it_and_it_says_when_it_is_in_use(client, cast, clock):
    log_in(client, "clerk")
    assert f'href="{reverse("second_factor")}"' in client.get(reverse("notifications:inbox")).content.decode()
    page = client.get(reverse("second_factor")).content.decode()
    assert "<svg" in page and "以后再说" in page
    set_up(client, cast.clerk)
    page = client.get(reverse("second_factor")).content.decode()
    assert "11月2日起启用" in page and 'name="code"' not in page
    assert SecondFactor.objects.get(user=cast.clerk).secret[:4] not in page
