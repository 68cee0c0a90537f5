"""Uploads in a bucket: written, served, verified, erased and swept as on a disk, through the real client."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as real
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from common.ops import orphan_files
from common.security.encrypted_files import opened
from common.security.storage import StorageDown
from opinions.workflow import personal_data, register
from tests.ops.fake_s3 import serve
from tests.portal.conftest import Citizen


@pytest.fixture
def bucket(settings):
    store = serve()
    options = settings.IN_A_BUCKET["OPTIONS"] | {
        "bucket_name": "liaison", "endpoint_url": f"http://127.0.0.1:{store.server_port}", "access_key": "key",
        "secret_key": "secret", "region_name": "cn", "addressing_style": "path",
    }  # fmt: skip
    settings.STORAGES = settings.STORAGES | {"default": settings.IN_A_BUCKET | {"OPTIONS": options}}
    yield store
    store.shutdown()
    store.server_close()


@pytest.mark.django_db
def test_a_file_lives_in_the_bucket_from_form_to_erasure(
    client, cast, office, bucket, django_capture_on_commit_callbacks
):
    pdf = SimpleUploadedFile("证据.pdf", b"%PDF-1.7 x")
    opinion = Citizen(client, office.studio).tells(files=[pdf])[0]
    attachment = opinion.attachments.get()
    assert list(bucket.kept) == [attachment.file.name]
    assert opened(bucket.kept[attachment.file.name]) == b"%PDF-1.7 x"
    assert b"PDF" not in bucket.kept[attachment.file.name]
    before = bucket.kept[attachment.file.name]
    call_command("rotate_keys")
    assert bucket.kept[attachment.file.name] != before and list(bucket.kept) == [attachment.file.name]
    assert all(word.startswith("AWS4-HMAC-SHA256 Credential=key/") for word in bucket.signed)
    client.force_login(cast.clerk)
    answer = client.get(reverse("opinions:attachment", args=[opinion.number, attachment.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
    call_command("verify_ledger")
    bucket.kept["attachments/orphan"] = b"?"
    assert orphan_files.sweep() == 1 and attachment.file.name in bucket.kept
    lost = bucket.kept.pop(attachment.file.name)
    assert client.get(reverse("opinions:attachment", args=[opinion.number, attachment.pk])).status_code == 404
    with pytest.raises(CommandError, match="已不在存储中"):
        call_command("verify_ledger")
    bucket.kept[attachment.file.name] = lost
    register.withdraw(opinion.number, by=cast.clerk, reason="撤回")
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(opinion.number, by=cast.supervisor, reason="本人要求")
    assert bucket.kept == {}


def started_with(**more):
    code = (
        "import django, sys; django.setup(); from django.core.files.storage import default_storage as s;"
        "s.exists; print(type(s._wrapped).__name__, 'boto3' in sys.modules)"
    )
    env = {
        **os.environ,
        "SECRET_KEY": "x" * 50,
        "DJANGO_SETTINGS_MODULE": "congress_liaison.settings",
        **more,
    }
    return subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=real.BASE_DIR, capture_output=True, text=True
    )


@pytest.mark.parametrize(("more", "said"), [
    ({}, "EncryptedFolder False"),
    ({"MEDIA_STORAGE": "s3", "S3_BUCKET": "b", "S3_REGION": "cn"}, "Bucket True"),
])  # fmt: skip
def test_the_setting_decides_and_the_client_is_loaded_for_buckets_alone(more, said):
    assert started_with(**more).stdout.strip() == said


@pytest.mark.parametrize(
    ("more", "said"),
    [({"MEDIA_STORAGE": "s3"}, "S3_BUCKET must be"), ({"MEDIA_STORAGE": "tape"}, "MEDIA_STORAGE must be")],
)
def test_half_a_setting_is_said_at_the_start(more, said):
    assert said in started_with(**more).stderr


@pytest.mark.django_db
def test_a_store_that_is_down_refuses_the_file_beside_its_field_and_loses_nothing_typed(
    client, cast, office, bucket
):
    bucket.shutdown()
    bucket.server_close()
    client.force_login(cast.clerk)
    typed = {
        "channel": "phone",
        "matter_type": "complaint",
        "title": "公交站牌歪了",
        "body": "人民北路公交站牌歪了半个月。",
        "files": SimpleUploadedFile("证据.pdf", b"%PDF-1.7 x"),
    }
    answer = client.post(reverse("opinions:new"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "暂时无法保存" in page and "人民北路公交站牌歪了半个月。" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "said"), [("/opinions/new/", "无法保存文件"), ("/p/none/", "无法保存文件")]
)
def test_a_store_that_fails_while_a_form_is_taken_is_said_in_words(where, said):
    from django.test import RequestFactory

    from portal.errors import StorageDownMiddleware

    request = RequestFactory().get(where)
    request.user, request.htmx = AnonymousUser(), False
    answer = StorageDownMiddleware(lambda request: None).process_exception(request, StorageDown("gone"))
    assert answer.status_code == 503 and said in answer.content.decode()
    assert StorageDownMiddleware(lambda request: None).process_exception(request, ValueError()) is None


def test_files_in_the_bucket_are_not_public_and_overwrite_nothing():
    options = real.IN_A_BUCKET["OPTIONS"]
    assert options["default_acl"] is None and options["file_overwrite"] is False
    assert "default" in storages.backends
