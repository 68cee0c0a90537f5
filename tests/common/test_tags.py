"""How dates, phone numbers, rates and icons are written."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from common.templatetags import liaison
from common.templatetags.liaison import (
    draft_key,
    get_item,
    icon,
    localdate_long,
    localdate_short,
    localtime_long,
    localtime_short,
    numeral,
    percent,
    rate,
)


def share(numerator, denominator):
    return SimpleNamespace(numerator=numerator, denominator=denominator)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (share(6, 7), "85.7%（6/7）"),
        (share(0, 3), "0.0%（0/3）"),
        (share(1, 16), "6.3%（1/16）"),  # 6.25: halves go up, as people who check by hand expect
        (share(0, 0), "—（0/0）"),
        (None, "—"),
    ],
)
def test_a_rate_always_shows_its_numerator_and_denominator(value, shown):
    with translation.override("zh-hans"):
        assert rate(value) == shown


def test_percent_of_nothing_is_a_dash():
    assert percent(share(0, 0)) == "—"
    assert percent(share(1, 3)) == "33.3%"


@time_machine.travel("2026-11-23 10:00+08:00", tick=False)
def test_dates_are_short_this_year_and_whole_in_any_other():
    with translation.override("zh-hans"):
        assert localdate_short(date(2026, 10, 13)) == "10月13日"
        assert localdate_short(date(2027, 1, 4)) == "2027年1月4日"
        assert localdate_short(None) == "—"
        assert localtime_short(None) == "—"


def test_dates_in_sentences_are_whole_and_titles_have_chinese_numerals():
    with translation.override("zh-hans"):
        assert localdate_long(date(2026, 12, 4)) == "2026年12月4日"
        assert localtime_long(datetime(2026, 10, 13, 17, 30, tzinfo=UTC)) == "2026年10月14日 01:30"
        assert localdate_long(None) == "—"
        assert [numeral(n) for n in (1, 10, 14, 18, 20, 23, 100)] == [
            "一",
            "十",
            "十四",
            "十八",
            "二十",
            "二十三",
            "100",
        ]
    with translation.override("en"):
        assert (localdate_long(date(2026, 12, 4)), numeral(18)) == ("2026-12-04", "18")


@time_machine.travel("2026-11-23 10:00+08:00", tick=False)
def test_moments_are_shown_in_local_time():
    late = datetime(2026, 10, 13, 17, 30, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert localtime_short(late) == "10月14日 01:30"
        assert localdate_short(late) == "10月14日"


def test_lists_show_only_the_ends_of_a_phone_number():
    page = Template("{{ phone|masked_phone }}|{{ none|masked_phone }}").render(
        Context({"phone": "13812341234"})
    )
    assert page == "138****1234|"


def test_a_key_that_is_a_variable():
    assert get_item({"closed": 3}, "closed") == 3
    assert get_item({}, "closed") is None
    assert get_item(None, "closed") is None


def test_the_draft_key_among_other_tags():
    assert draft_key("wide draft:opinions-new") == "opinions-new"
    assert draft_key("nodraft:x") == ""
    assert draft_key(None) == ""


def test_an_icon_is_drawn_inline_and_hidden_from_screen_readers():
    svg = icon("inbox", "big")
    assert svg.startswith("<svg") and "<path" in svg
    assert 'aria-hidden="true"' in svg and 'class="icon big"' in svg


@pytest.mark.parametrize("name", ["no-such-icon", "../../setup", "", None])
def test_an_unknown_icon_leaves_the_page_whole(name):
    assert "<path" not in icon(name)


def test_every_icon_named_in_a_template_exists():
    named = {
        (path.name, name)
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text())
    }
    assert named
    assert {(page, name) for page, name in named if not (liaison.ICONS / f"{name}.svg").is_file()} == set()
