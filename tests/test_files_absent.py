"""No page falls over where a file that need not be there is not there: a photo, an import's upload, a report's book."""

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db.models import FileField

from opinions.models import Attachment
from tests.test_urls_by_role import TABLE, address, ask, stage  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
PAGES = sorted(name for name, row in TABLE.items() if row.post is None and row.opens)


def without_files():
    """Every file that a row may be without is taken from it."""
    taken = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FileField) and field.blank:
                model._default_manager.update(**{field.name: ""})
                taken.add(str(field))
    return taken


def test_there_are_files_a_row_may_be_without(stage):
    assert "deputies.Deputy.photo" in without_files()


@pytest.mark.parametrize("name", PAGES)
def test_page_without_any_optional_file_is_no_error(stage, name):
    without_files()
    row = TABLE[name]
    status = ask(stage.people[min(row.opens)], address(stage, name, row))
    assert status < 500
    assert status == (404 if "photo" in name and "deput" in name else row.ok)


@pytest.mark.parametrize("content", [b"jpg", None], ids=["no picture", "gone"])
def test_an_attachment_that_cannot_be_made_small_is_not_found(stage, content):
    name = "opinions:attachment_small"
    for attached in Attachment.objects.all():
        attached.file.storage.delete(attached.file.name)
        if content is not None:
            attached.file.storage.save(attached.file.name, ContentFile(content))
    assert ask(stage.people[min(TABLE[name].opens)], address(stage, name, TABLE[name])) == 404
