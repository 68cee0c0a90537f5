"""Lists are cut into pages that no address can break."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from common.ui.pagination import paginate


@pytest.mark.parametrize(
    ("asked", "given"), [("2", 2), ("", 1), ("nonsense", 1), ("999", 4), ("0", 4), ("-3", 4), ("2；--", 1)]
)
def test_any_number_gives_a_page(rf, asked, given):
    assert paginate(rf.get("/", {"page": asked}), range(90)).number == given


def test_a_page_holds_twenty_five_and_the_last_what_is_left(rf):
    assert len(paginate(rf.get("/"), range(90))) == 25
    assert len(paginate(rf.get("/?page=4"), range(90))) == 15


@pytest.mark.django_db
def test_links_keep_the_filter(rf):
    request = rf.get("/opinions/?county=433101&status=closed&page=2")
    with translation.override("zh-hans"):
        html = render_to_string("common/_pagination.html", {"page": paginate(request, range(90))}, request)
    assert "county=433101&amp;status=closed&amp;page=3" in html
    assert "共90项" in html and "第2/4页" in html


@pytest.mark.django_db
def test_one_page_needs_no_links(rf):
    request = rf.get("/")
    html = render_to_string("common/_pagination.html", {"page": paginate(request, range(3))}, request)
    assert "<a " not in html


def test_many_pages_are_shortened(rf):
    assert len(paginate(rf.get("/?page=500"), range(25_000)).window) < 12
