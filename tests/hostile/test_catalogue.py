"""The list of hostile cases is long, names each once, and is printed in the documents."""

from pathlib import Path

from tests.hostile.catalogue import CATALOGUE, COUNT, page

PAGE = Path(__file__).parents[2] / "docs" / "hostile-input.md"


def test_more_than_a_hundred_cases_are_listed_each_once():
    assert COUNT >= 200
    for group, cases in CATALOGUE.items():
        names = [str(case) for case in cases]
        assert len(set(names)) == len(names), group


def test_the_page_in_the_documents_is_the_list():
    assert PAGE.read_text() == page(), "python -m tests.hostile.catalogue > docs/hostile-input.md"
