"""A clerk phones, in a real browser: three clicks a call, one after the other, until nobody is left."""

import time

import pytest
from playwright.sync_api import expect

from accounts.models import AccessRecord
from opinions.models import Opinion
from tests.common.test_browser import PHONE as SMALL
from tests.journeys.test_letters_journey import looked_over
from tests.journeys.test_one_opinion import photograph
from tests.opinions.story import PHONE, answered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_three_clicks_a_call(enter, cast, office):
    opinions = [answered(cast, office) for _turn in range(4)]
    page = enter(cast.clerk, "/opinions/calls/")
    looked_over(page)
    photograph(page, "calls")
    page.get_by_role("link", name="开始打电话").click()
    began, clicks = time.monotonic(), 0

    def click(target):
        nonlocal clicks
        clicks += 1
        target.click()

    results = ["满意", "不满意", "未接通，下次再打", "已接通，未作评价"]
    for place, (opinion, result) in enumerate(zip(opinions, results, strict=True)):
        page.wait_for_url(f"**/opinions/calls/{opinion.number}/")
        click(page.get_by_role("button", name="显示号码"))
        expect(page.locator("#call-who a[href^='tel:']")).to_have_text(PHONE)
        expect(page.locator("#act textarea")).to_be_focused()
        if result == "不满意":
            page.keyboard.type("雨棚又漏了，没有人来修。")
        if place == 0:
            looked_over(page)
            photograph(page, "call")
        click(page.get_by_role("radio", name=result, exact=True))
        click(page.get_by_role("button", name="保存，打下一个"))
    page.wait_for_url("**/opinions/calls/")
    print(f"\n4 calls: {clicks} clicks, {time.monotonic() - began:.1f} s without talking")
    assert clicks == 3 * len(opinions)
    statuses = dict(Opinion.objects.values_list("number", "status"))
    assert [statuses[o.number] for o in opinions] == ["closed", "routed", "answered", "reported_back"]
    assert AccessRecord.objects.filter(action="revealed").count() == 4
    expect(page.locator(".waiting-row")).to_have_count(1)


def test_a_call_by_phone_in_the_hand(enter, cast, office):
    opinion = answered(cast, office)
    page = enter(cast.clerk, f"/opinions/calls/{opinion.number}/", SMALL)
    page.get_by_role("button", name="显示号码").click()
    expect(page.locator("#call-who a[href^='tel:']")).to_have_text(PHONE)
    looked_over(page)
    page.set_viewport_size(SMALL)
    photograph(page, "call_390")
    page.fill("#act textarea", "没修好")
    page.get_by_role("radio", name="不满意", exact=True).check()
    page.get_by_role("button", name="保存，打下一个").click()
    page.wait_for_url("**/opinions/calls/")
    assert Opinion.objects.get().round == 2


def test_the_slash_leads_to_the_search_from_everywhere(enter, cast, office):
    opinion = answered(cast, office)
    page = enter(cast.clerk, "/studios/")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("张秀英 5678")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/opinions/{opinion.number}/")
    looked_over(page)
