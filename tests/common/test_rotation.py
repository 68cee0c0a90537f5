"""Keys come and go; what was encrypted stays readable with the new one, and only with it."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from common.security.uploads import Upload
from notifications.models import Message
from opinions.models import Attachment, Opinion
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


def test_files_are_encrypted_where_they_lie_and_rotate_too(settings, tmp_path, cast, office):
    settings.MEDIA_ROOT, settings.FIELD_ENCRYPTION_KEYS = tmp_path, [old := key()]
    opinion = told(cast, office)
    pdf = b"%PDF-1.7 of " + NAME.encode()
    upload = Upload("1.pdf", "application/pdf", pdf)
    rows = [Attachment.of(upload, opinion=opinion, sequence=1) for _n in range(2)]
    for row in rows:
        row.save()
    paths = [tmp_path / row.file.name for row in rows]
    assert not [path for path in paths if NAME.encode() in path.read_bytes() or b"PDF" in path.read_bytes()]
    paths[1].write_bytes(pdf)  # from before files were encrypted
    assert [row.file.open("rb").read() for row in rows] == [pdf, pdf]
    settings.FIELD_ENCRYPTION_KEYS = [new := key(), old]
    call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = [new]
    for row, path in zip(rows, paths, strict=True):
        row.file.close()
        assert default_storage.open(row.file.name).read() == pdf and b"PDF" not in path.read_bytes()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    with pytest.raises(OSError, match="keys"):
        default_storage.open(rows[0].file.name)


def test_more_than_a_slice_is_rotated_once_each(cast, office, settings, monkeypatch):
    from common.security import key_rotation

    monkeypatch.setattr(key_rotation, "SLICE", 2)
    for _ in range(5):
        told(cast, office)
    every = [model for model in apps.get_models() if key_rotation.encrypted_fields(model)]
    assert key_rotation.rotate() == sum(model._base_manager.count() for model in every)
