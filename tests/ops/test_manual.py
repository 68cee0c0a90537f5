"""The manual: it names what the pages name, its links lead somewhere, everybody logged in can read and search it."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from congress_liaison.manual.chapters import WRITTEN_FOR, chapters, find
from studios.models import Role

FOLDER = Path(settings.BASE_DIR) / "docs" / "manual"
FILES = sorted(FOLDER.glob("*.md"))


def test_every_role_has_a_chapter():
    assert set().union(*WRITTEN_FOR.values()) == set(Role)
    assert {file.stem for file in FILES} == {*WRITTEN_FOR, "README"}
    assert all(chapter.title and chapter.html for chapter in chapters().values())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_set_in_bold_stands_on_a_page(file):
    """Bold words are buttons, columns and entries of the navigation, spelled as they are there."""
    with (settings.LOCALE_PATHS[0] / "zh_Hans/LC_MESSAGES/django.mo").open("rb") as compiled:
        shown = set(GNUTranslations(compiled)._catalog.values())
    bold = set(re.findall(r"\*\*(.+?)\*\*", file.read_text(encoding="utf-8")))
    assert bold - shown - STRESSED == set()


# What is bold to be stressed, not because a page says so.
STRESSED = {"`secrets` 目录另存一份到别处"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_its_links_lead_to_files(file):
    targets = re.findall(r"\]\(([^)#]+)", file.read_text(encoding="utf-8"))
    assert [target for target in targets if not (file.parent / target).exists()] == []


def test_sections_are_found_by_all_their_words_whatever_the_width():
    found = [(hit.chapter.code, hit.section.heading) for hit in find("补发　查询码")]
    assert ("clerk", "丢了查询码") in found
    assert find("") == [] and find("没有这样的词语") == []


@pytest.mark.django_db
def test_ones_own_chapter_stands_first_and_words_are_found(client, cast):
    client.force_login(cast.handler)
    page = client.get(reverse("manual:contents"), {"q": "延期"}).content.decode()
    assert page.index("/help/handler/") < page.index("/help/clerk/")
    assert "需要更多时间" in page
    shown = client.get(reverse("manual:chapter", args=["handler"])).content.decode()
    assert "<table>" not in shown and "承办单位经办人" in shown and 'id="被催办-督办"' in shown
    assert client.get("/help/nonsense/").status_code == 404
    client.logout()
    assert client.get(reverse("manual:contents")).status_code == 302
