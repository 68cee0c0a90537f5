"""The way back without another administrator: a link made at the server, which opens once and for half an hour."""

from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import invitations, second_factor
from accounts.models import AccessRecord
from tests.conftest import at

NEW = "Bridge-over-52-rivers"


def link_path(link):
    return urlsplit(link).path


def link_for(username):
    out = StringIO()
    call_command("login_link", username, stdout=out)
    assert out.getvalue().startswith("http")
    return link_path(out.getvalue().strip())


def choose(client, link, password=NEW):
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(address, {"new_password1": password, "new_password2": password})


def locked_out(client, cast):
    for _ in range(5):
        client.post(reverse("login"), {"username": "administrator", "password": "wrong"})
    assert (
        client.post(reverse("login"), {"username": "administrator", "password": "Pass-word-123"}).status_code
        == 429
    )


def test_who_is_locked_out_gets_in_while_the_guessing_goes_on(client, cast):
    locked_out(client.__class__(REMOTE_ADDR="192.0.2.66"), cast)
    link = link_for("administrator")
    for _ in range(6):
        client.__class__(REMOTE_ADDR="192.0.2.66").post(
            reverse("login"), {"username": "administrator", "password": "wrong"}
        )
    assert choose(client, link).url == reverse("home")
    assert client.get(reverse("notifications:inbox")).status_code == 200
    trail = AccessRecord.objects.filter(action="password_changed").order_by("id")
    assert list(trail.values_list("by", "subject", "reason")) == [
        (None, "administrator", "login link"),
        (cast.administrator.pk, "administrator", "login link"),
    ]


def test_it_opens_once_and_for_half_an_hour(client, cast):
    with time_machine.travel(at("2026-11-02 09:00"), tick=False) as clock:
        link = link_for("administrator")
        clock.shift(timedelta(minutes=29))
        assert choose(client, link).status_code == 302
        again = client.__class__().get(link, follow=True)
        assert "链接已经用过" in again.content.decode()
        late = link_for("administrator")
        clock.shift(timedelta(minutes=31))
        assert "链接已经用过" in client.__class__().get(late, follow=True).content.decode()


def test_the_token_is_not_in_the_address_of_the_page(client, cast):
    page = client.get(link_for("administrator"), follow=True)
    assert page.redirect_chain[-1][0].endswith("/new-password/")


def test_the_second_factor_is_asked_for_as_after_any_login(client, cast):
    factor = second_factor.get_or_create(cast.administrator)
    factor.confirmed_at = at("2026-11-01 09:00")
    factor.save()
    assert choose(client, link_for("administrator")).status_code == 302
    assert client.get(reverse("notifications:inbox")).url.startswith(reverse("second_factor"))


def test_a_link_to_a_first_password_is_none_to_log_in(client, cast):
    welcome = link_path(invitations.link_for(cast.administrator))
    crossed = welcome.replace("/welcome/", "/login/link/")
    assert "链接已经用过" in client.get(crossed, follow=True).content.decode()


def test_a_deactivated_account_gets_none_and_its_link_opens_nothing(client, cast):
    link = link_for("clerk")
    cast.clerk.is_active = False
    cast.clerk.save()
    assert "链接已经用过" in client.get(link, follow=True).content.decode()
    with pytest.raises(CommandError, match="no active account"):
        link_for("clerk")


def test_a_weak_or_former_password_is_refused_there_too(client, cast):
    for password in ("Pass-word-123", "short1"):
        assert choose(client, link_for("administrator"), password).status_code == 200
