"""Charts: what a reader, a screen reader and a strict content policy meet."""

import re

import pytest
from django.utils import translation

from common.ui.charts import Bar, Part, Point, Series, Stack, bar_chart, stacked_chart, trend_chart


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def widths(svg):
    """The lengths of the bars, in percent of the chart's width."""
    bars = re.findall(r'<rect class="chart-bar[^>]+>', svg)
    return [float(re.search(r'width="([\d.]+)%"', bar)[1]) for bar in bars]


def test_a_bar_is_as_long_as_its_share_of_the_longest_and_links_to_its_records():
    svg = bar_chart([Bar("吉首市", 200, "/opinions/?county=433101"), Bar("泸溪县", 50)], title="各县登记")
    assert widths(svg) == [100.0, 25.0]
    assert svg.count("<a ") == 1
    assert 'href="/opinions/?county=433101"' in svg and 'aria-label="吉首市 200"' in svg


def test_a_bar_may_say_more_than_its_number():
    svg = bar_chart([Bar("吉首市", 0.857, text="85.7%（6/7）")], title="按期办结率", top=1)
    assert widths(svg) == [85.7]
    assert "85.7%（6/7）</text>" in svg


def test_parts_of_a_stack_follow_one_another_and_stand_in_the_legend_once():
    parts = [Part("已登记", 1, "registered"), Part("办理中", 3, "handling", "/x")]
    svg = stacked_chart([Stack("甲县", parts), Stack("乙县", parts)], title="环节")
    assert widths(svg) == [25.0, 75.0] * 2
    assert re.findall(r'tone-handling" x="([\d.]+)%"', svg) == ["25.00", "25.00"]
    assert svg.count("swatch-registered") == 1
    assert 'href="/x"' in svg


def test_stacks_to_full_show_shares_and_an_empty_one_shows_nothing():
    full = Stack("甲县", [Part("红", 1, "red"), Part("绿", 1, "green")])
    empty = Stack("乙县", [Part("红", 0, "red")])
    assert widths(stacked_chart([full, empty], title="灯", to_full=True)) == [50.0, 50.0]


def test_a_month_without_a_figure_breaks_the_line():
    points = [Point("9月", 2), Point("10月", None), Point("11月", 4, "/m"), Point("12月", 5)]
    svg = trend_chart([Series("办结", points)], title="逐月")
    assert svg.count('class="chart-point"') == 3
    assert svg.count('class="chart-line"') == 1
    assert svg.count("月</text>") == 4


@pytest.mark.parametrize(
    ("highest", "axis"), [(87, ["0", "50", "100"]), (3, ["0", "2", "4"]), (0, ["0", "1", "2"])]
)
def test_the_axis_starts_at_zero_and_ends_at_a_round_number(highest, axis):
    svg = trend_chart([Series("登记", [Point("1月", highest)])], title="逐月")
    assert re.findall(r'class="chart-axis" x="0"[^>]*>([^<]+)<', svg) == axis


@pytest.mark.parametrize("chart", [bar_chart, stacked_chart, trend_chart])
def test_nothing_to_show_says_so(chart):
    assert "暂无数据" in chart([], title="空")


def test_all_zero_is_drawn_without_a_bar():
    assert widths(bar_chart([Bar("甲", 0), Bar("乙", 0)], title="零")) == [0.0, 0.0]


@pytest.mark.parametrize("language", ["zh-hans", "en", "de"])
def test_no_style_no_script_no_markup_from_names_and_points_as_decimal_signs(language):
    evil = "<script>alert(1)</script>"
    with translation.override(language):
        svg = (
            bar_chart([Bar(evil, 1.5), Bar("b", 4)], title=evil)
            + stacked_chart([Stack(evil, [Part(evil, 1.5)])], title=evil)
            + trend_chart([Series(evil, [Point(evil, 1.5), Point("b", 1.25)])], title=evil)
        )
    assert "<script" not in svg and "style=" not in svg
    assert not re.search(r'(?:x|y|cx|cy|x1|y1|width|height)="\d+,\d', svg)


def test_the_same_chart_has_the_same_id_in_every_request():
    bars = [Bar("甲", 1)]
    assert bar_chart(bars, title="一") == bar_chart(bars, title="一")
    assert bar_chart(bars, title="一") != bar_chart(bars, title="二")
