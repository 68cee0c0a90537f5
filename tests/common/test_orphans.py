"""A file that no row names is deleted once it is old; whatever a row names, or is no upload of ours, stays."""

import os
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import FileField
from django.utils import timezone

from common.ops import orphan_files
from tests.url_stage import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def put(folder, name, days):
    path = folder / default_storage.save(name, ContentFile(b"x"))
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))
    return path


def test_old_orphans_go_and_everything_else_stays(cast, office, folder):
    build(cast, office)
    named = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.relative_to(folder).parts[0] for path in named} >= {"attachments", "reports", "studios"}
    for path in named:
        os.utime(path, (0, 0))
    young, not_ours = put(folder, "attachments/young", 0), put(folder, "backup/dump", 9)
    gone = [put(folder, f"{name}/2026/old", 2) for name in orphan_files.FOLDERS]
    assert orphan_files.sweep() == len(gone) and orphan_files.sweep() == 0
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in [*named, young, not_ours])


def test_every_upload_of_the_product_lies_in_a_folder_that_is_swept():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                assert field.generate_filename(model(), "x").split("/")[0] in orphan_files.FOLDERS, field
