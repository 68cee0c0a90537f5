"""The category tree as a file: the shipped one is sound, and an office's own words are not overwritten."""

import csv
import gzip
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AccessRecord
from opinions.models import Category
from opinions.triage import classification
from opinions.triage.category_import import CategoryFileError, import_categories

LABELLED = Path(__file__).resolve().parents[4] / "shared" / "data" / "messages" / "labelled.csv.gz"

LABELS = {"07": "环境保护", "09": "卫生计生", "10": "劳动和社会保障"}  # as those years called these branches


@pytest.fixture
def shipped(db):
    return import_categories()


def file(tmp_path, text) -> Path:
    path = tmp_path / "categories.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_tree(shipped):
    first = Category.objects.filter(code__regex=r"^..$")
    assert first.count() >= 15
    assert {"城乡建设", "交通运输", "教育文体", "民政"} <= set(first.values_list("name", flat=True))
    assert import_categories().known == shipped.added
    assert AccessRecord.objects.filter(subject="categories").count() == 1


def test_no_word_points_to_two_branches(shipped):
    seen = {}
    for category in Category.objects.all():
        for word in category.keywords.split():
            assert seen.setdefault(word, category.code) == category.code, word


def test_the_offices_own_words_stay(shipped):
    Category.objects.filter(code="04").update(keywords="索道", name="交通")
    import_categories()
    assert Category.objects.get(code="04").keywords == "索道"
    assert import_categories(replace=True).changed == 1
    assert Category.objects.get(code="04").name == "交通运输"


@pytest.mark.parametrize(
    "text",
    [
        "编码,名称,关键词\n01,农业,\n",
        "code,name,keywords\n1,农业,\n",
        "code,name,keywords\n01,农业,\n01,水利,\n",
        "code,name,keywords\n0101,种植,\n",
        "code,name,keywords\n01,,\n",
    ],
)
def test_a_bad_file_changes_nothing(db, tmp_path, text):
    with pytest.raises(CategoryFileError):
        import_categories(file=file(tmp_path, text))
    with pytest.raises(CommandError):
        call_command("import_categories", str(file(tmp_path, text)))
    assert not Category.objects.exists()


@pytest.mark.realdata
def test_where_the_rules_are_sure_they_are_right(shipped):
    """Real letters with their topics; those of topics that the labels do not know count as wrong."""
    branches = dict(Category.objects.filter(code__regex=r"^..$").values_list("code", "name"))
    branches |= LABELS
    categories, sure, right = classification.keyword_categories(), 0, 0
    with gzip.open(LABELLED, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))[::5]
    for row in rows:
        verdict = classification.by_keywords(
            SimpleNamespace(words_for_rules=(row["title"], row["body"])), categories
        )
        if verdict.sure:
            sure += 1
            right += branches[verdict.category.code[:2]] == row["label"]
    assert right / sure >= 0.9
    assert sure / len(rows) >= 0.3
