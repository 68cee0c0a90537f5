"""One opinion, the whole way, in a real browser: logged, triaged by rule, signed for, answered, reported back, not
satisfied, a second round, satisfied, closed; the timeline tells it and the county's counts move at each step."""

import os
from itertools import pairwise
from pathlib import Path

import pytest

from opinions.jobs import sweep
from opinions.models import Opinion
from tests.common.test_browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("LIAISON_SHOTS")


def photograph(page, name):
    """Keep a picture for whoever wants to look (LIAISON_SHOTS names the folder)."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def fill(page, name, value):
    """Fill one field of the form, whatever its kind."""
    choice = page.locator(f'#act [name="{name}"][value="{value}"]')
    field = page.locator(f'#act [name="{name}"]').first
    if choice.count():
        choice.check()
    elif field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


@pytest.fixture
def act(enter):
    """`act(user, number, action, **fields)`: open the opinion, choose the action, fill the form, send it."""

    def go(user, number, action, **fields):
        page = enter(user, f"/opinions/{number}/")
        before = Opinion.objects.get(number=number).version
        page.locator(f'a[href$="/{number}/{action}/"]').first.click()
        page.wait_for_selector("#act form")
        for name, value in fields.items():
            fill(page, name, value)
        with page.expect_navigation():
            page.locator("#act button[type=submit]").click()
        assert Opinion.objects.get(number=number).version > before
        return page

    return go


@pytest.fixture
def counts(enter, cast, office):
    """What the county official's dashboard says of the township just now."""

    def read():
        page = enter(cast.official, "/dashboard/")
        row = page.locator("tr", has_text=office.qianzhou.name).first
        return row.inner_text().split()

    return read


def test_one_opinion_the_whole_way(enter, act, counts, cast, office):
    seen = [counts()]
    page = enter(cast.clerk, "/opinions/new/")
    page.select_option("[name=channel]", "phone")
    page.select_option("[name=matter_type]", "complaint")
    page.fill("[name=title]", "公交站牌歪了")
    page.fill("[name=body]", "人民北路公交站牌歪了半个月，没人修。")
    page.fill("[name=citizen_phone]", "13800138000")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: not url.endswith("/new/"))
    number = Opinion.objects.get().number
    seen.append(counts())

    assert sweep.sweep()["auto_triage"] == 1
    seen.append(counts())
    photograph(enter(cast.handler, "/opinions/handling/"), "handling_1440")
    act(cast.handler, number, "sign")
    seen.append(counts())
    act(cast.handler, number, "answer", outcome="A", answer="站牌已经扶正。")
    seen.append(counts())
    act(cast.clerk, number, "report_back", how="phone")
    seen.append(counts())
    act(cast.clerk, number, "evaluate", satisfaction="not", how="phone", reason="昨天又歪了。")
    assert Opinion.objects.get().round == 2
    seen.append(counts())
    act(cast.handler, number, "sign")
    act(cast.handler, number, "answer", outcome="A", answer="换了新的底座。")
    act(cast.clerk, number, "report_back", how="visit")
    page = act(cast.clerk, number, "evaluate", satisfaction="satisfied", how="visit")
    seen.append(counts())

    assert Opinion.objects.get().status == "closed"
    assert all(now != before for before, now in pairwise(seen)), seen
    told = page.locator("main").inner_text()
    for words in [
        "登记了意见",
        "公交",
        "签收",
        "站牌已经扶正。",
        "昨天又歪了。",
        "第2轮",
        "换了新的底座。",
        "满意",
    ]:
        assert words in told.replace(" ", ""), words
    photograph(page, "opinion_1440")
    photograph(enter(cast.clerk, f"/opinions/{number}/", PHONE), "opinion_390")
    photograph(enter(cast.official, "/dashboard/", PHONE), "dashboard_390")


def test_an_officer_routes_what_the_rules_leave_to_a_person(enter, act, cast, office):
    page = enter(cast.clerk, "/opinions/new/")
    page.select_option("[name=channel]", "visit")
    page.select_option("[name=matter_type]", "complaint")
    page.fill("[name=title]", "邻里纠纷想请代表来看看")
    page.fill("[name=body]", "两家为一堵墙争了三年。")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: not url.endswith("/new/"))
    number = Opinion.objects.get().number
    sweep.sweep()
    assert Opinion.objects.get().status == "registered"
    photograph(enter(cast.officer, "/opinions/triage/"), "triage_1440")
    act(cast.officer, number, "route", lead_agency=str(office.transport.pk), category="02")
    assert Opinion.objects.get().lead_agency == office.transport
