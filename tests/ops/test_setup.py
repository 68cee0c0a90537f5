"""The set-up page: each step counts as done as soon as the data are there; tests of what lies outside."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from studios.models import Membership
from tests.conftest import person

pytestmark = pytest.mark.django_db


def done(client) -> list[int]:
    page = client.get(reverse("setup"))
    assert page.status_code == 200
    return [number for number, step in enumerate(page.context["steps"], 1) if step["done"]]


def test_an_empty_office_is_led_on_and_a_full_one_has_little_left(client, db, settings, cast, office):
    settings.PUBLIC_URL = "http://testserver"
    far = person("far", "外州管理员", ("administrator", {"area_code": "4301"}))
    client.force_login(far)
    assert not {3, 4, 5, 6, 7, 8, 9} & set(done(client)) and 1 in done(client)
    assert reverse("studios:areas") in client.get(reverse("setup")).content.decode()
    client.force_login(cast.administrator)
    assert {3, 4, 5, 7, 8, 9} <= set(done(client))
    Membership.objects.filter(role="supervisor").delete()
    assert 9 not in done(client)
    assert User.objects.filter(pk=far.pk).exists()


def test_a_test_is_sent_and_a_wrong_address_is_refused(client, cast):
    client.force_login(cast.administrator)
    page = client.post(reverse("setup"), {"address": "boss@example.cn"}, follow=True)
    assert [letter.to for letter in mail.outbox] == [["boss@example.cn"]]
    assert "boss@example.cn" in page.content.decode()
    assert client.post(reverse("setup"), {"address": "nowhere"}).status_code == 422
    page = client.post(reverse("setup"), {"phone": "13807430001"}, follow=True)
    assert "SMS_GATEWAY" in page.content.decode()


def test_the_doctor_speaks_on_the_page(client, cast):
    client.force_login(cast.administrator)
    assert "BACKUP_TARGET" in client.get(reverse("setup") + "?doctor=1").content.decode()
