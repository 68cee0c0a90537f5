"""A person's own password: the rules, and the change that is forced after someone else set it."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import services
from accounts.models import AccessRecord, FormerPassword
from accounts.passwords import readable_secret

OLD, NEW = "Pass-word-123", "Bridge-over-52-rivers"


def change(client, new, old=OLD, again=None):
    return client.post(
        reverse("password_change"),
        {"old_password": old, "new_password1": new, "new_password2": again or new},
    )


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Ab1-short", "10"),
        ("only-letters-here", "字母和数字"),
        ("98406375201", "字母和数字"),
        ("password123", "常见"),
        ("studio_clerk7", "相近"),
        (OLD, "现有密码"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(client, cast, password, why):
    client.force_login(cast.studio_clerk)
    response = change(client, password)
    assert response.status_code == 200
    assert why in response.content.decode()
    cast.studio_clerk.refresh_from_db()
    assert cast.studio_clerk.check_password(OLD)


def test_a_change_keeps_this_session_ends_the_others_and_is_recorded(client, cast):
    elsewhere = type(client)()
    for session in (client, elsewhere):
        session.force_login(cast.clerk)
    assert change(client, NEW).url == reverse("home")
    assert client.get(reverse("notifications:inbox")).status_code == 200
    assert elsewhere.get(reverse("notifications:inbox")).status_code == 302
    assert AccessRecord.objects.filter(action="password_changed", by=cast.clerk).count() == 1


def test_the_present_password_is_asked_for(client, cast):
    client.force_login(cast.clerk)
    assert change(client, NEW, old="guess").status_code == 200
    cast.clerk.refresh_from_db()
    assert cast.clerk.check_password(OLD)


def test_an_initial_password_opens_nothing_but_its_own_change(client, cast):
    password = services.set_initial_password(user=cast.clerk, by=cast.administrator)
    client.post(reverse("login"), {"username": "clerk", "password": password})
    for name in ("home", "studios:list", "notifications:inbox", "admin:index"):
        response = client.get(reverse(name))
        assert (response.status_code, response.url) == (302, reverse("password_change")), name
    assert "由他人" in client.get(reverse("password_change")).content.decode()
    assert change(client, NEW, old=password).url == reverse("home")
    assert client.get(reverse("studios:list")).status_code == 200


def test_who_must_change_the_password_can_still_leave(client, cast):
    services.set_initial_password(user=cast.clerk, by=None)
    client.force_login(cast.clerk)
    assert client.post(reverse("logout")).url == reverse("login")


def test_initial_passwords_keep_the_rules_and_differ(db):
    made = {readable_secret() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        try:
            validate_password(password)
        except ValidationError as error:
            pytest.fail(f"{password}: {error}")


def test_a_new_initial_password_lifts_the_lock(client, cast):
    for _ in range(5):
        client.post(reverse("login"), {"username": "clerk", "password": "wrong"})
    password = services.set_initial_password(user=cast.clerk, by=cast.administrator)
    assert client.post(reverse("login"), {"username": "clerk", "password": password}).status_code == 302


def test_a_former_password_is_refused_also_after_a_reset(client, cast):
    client.force_login(cast.clerk)
    chosen = [f"Bridge-over-{n}-rivers" for n in range(1, 7)]
    before = OLD
    for password in chosen[:3]:
        assert change(client, password, old=before).status_code == 302
        before = password
    for former in (OLD, *chosen[:2]):
        assert "您以前用过" in change(client, former, old=before).content.decode()
    initial = services.set_initial_password(user=cast.clerk, by=cast.administrator)
    client.post(reverse("login"), {"username": "clerk", "password": initial})
    assert "您以前用过" in change(client, before, old=initial).content.decode()
    assert change(client, chosen[3], old=initial).status_code == 302
    assert change(client, chosen[4], old=chosen[3]).status_code == 302
    assert FormerPassword.objects.filter(user=cast.clerk).count() == 5
    assert change(client, OLD, old=chosen[4]).status_code == 302, "the sixth last is forgotten"
