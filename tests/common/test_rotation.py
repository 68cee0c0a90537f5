"""Keys come and go; what was encrypted stays readable with the new one, and only with it."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.management import CommandError, call_command

from notifications.models import Message
from opinions.models import Opinion
from tests.common.dump import dump
from tests.opinions.story import NAME, PHONE, reported, told

pytestmark = pytest.mark.django_db


def key() -> str:
    return Fernet.generate_key().decode()


def test_after_a_rotation_everything_is_readable_with_the_new_key_alone(cast, office, settings):
    settings.FIELD_ENCRYPTION_KEYS = [old := key()]
    told(cast, office)
    reported(cast, office, channel="web")
    bodies = list(Message.objects.order_by("pk").values_list("body", "address"))
    settings.FIELD_ENCRYPTION_KEYS = [new := key(), old]
    call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert set(Opinion.objects.values_list("citizen_name", "citizen_phone")) == {(NAME, PHONE)}
    assert list(Message.objects.order_by("pk").values_list("body", "address")) == bodies
    assert Opinion.objects.filter(phone_index=Opinion.objects.first().phone_index).count() == 2
    settings.FIELD_ENCRYPTION_KEYS = [old]
    with pytest.raises(InvalidToken):
        list(Opinion.objects.values_list("citizen_name"))


def test_an_office_that_began_without_keys_can_take_some(cast, office, settings):
    settings.FIELD_ENCRYPTION_KEYS = []
    told(cast, office)
    settings.FIELD_ENCRYPTION_KEYS = [key()]
    assert Opinion.objects.get().citizen_phone == PHONE
    call_command("rotate_keys")
    settings.SECRET_KEY = "another " * 10
    assert Opinion.objects.get().citizen_phone == PHONE


def test_a_key_that_is_missing_is_said_and_nothing_is_changed(cast, office, settings):
    settings.FIELD_ENCRYPTION_KEYS = [key()]
    told(cast, office)
    before = dump()
    settings.FIELD_ENCRYPTION_KEYS = [key()]
    with pytest.raises(CommandError, match="FIELD_ENCRYPTION_KEYS"):
        call_command("rotate_keys")
    assert dump() == before


def test_more_than_a_slice_is_rotated_once_each(cast, office, settings, monkeypatch):
    from common.security import key_rotation

    monkeypatch.setattr(key_rotation, "SLICE", 2)
    for _ in range(5):
        told(cast, office)
    every = [model for model in apps.get_models() if key_rotation.encrypted_fields(model)]
    assert key_rotation.rotate() == sum(model._base_manager.count() for model in every)
