"""A clerk at the keyboard, in a real browser: logged by keys alone, told what is known, nothing lost with the line."""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from opinions.jobs import sweep
from opinions.models import Opinion
from opinions.workflow.register import register
from tests.common.test_browser import DESK, PHONE
from tests.conftest import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW, LIST = reverse("opinions:new"), reverse("opinions:list")
TITLE, BODY = "人民北路公交站牌歪了", "站牌歪了半个月，没人修。"


@pytest.fixture
def desk(enter, cast):
    """`desk(path)`: a page as a member of the cast (the clerk) sees it."""

    def go(path=NEW, user=None, viewport=DESK):
        return enter(user or cast.clerk, path, viewport)

    return go


def earlier_opinion(cast, office, **more):
    facts = {"citizen_name": "石头", "citizen_phone": "13800138000", "title": TITLE, "body": BODY}
    return register(by=cast.officer, township=office.qianzhou, channel="phone", **facts | more)


def focused(page) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.id")


def test_an_opinion_is_logged_by_the_keyboard_alone(desk, office):
    page = desk()
    began = time.monotonic()
    assert focused(page) == "channel"
    keys = []

    def press(key):
        keys.append(key)
        page.keyboard.press(key)

    press("ArrowDown")  # reception
    press("Tab")
    assert focused(page) == "matter_type"
    press("ArrowDown")  # enquiry
    press("Tab")
    page.keyboard.type(TITLE)
    press("Enter")
    page.keyboard.type(BODY)
    press("Tab")
    press("Enter")  # no place
    page.keyboard.type("13800138000")
    press("Enter")
    page.keyboard.type("石头")
    press("Alt+s")
    page.wait_for_url("**/opinions/433101-*/")
    print(
        f"\nlogged by keyboard: {len(keys)} keys beside the words ({' '.join(keys)}), {time.monotonic() - began:.1f} s"
    )
    opinion = Opinion.objects.get()
    assert (opinion.title, opinion.body, opinion.citizen_phone, opinion.citizen_name) == (
        TITLE,
        BODY,
        "13800138000",
        "石头",
    )
    assert opinion.channel == "reception" and opinion.studio == office.studio


def test_the_second_one_starts_at_the_matter(desk, office):
    page = desk(f"{NEW}?channel=phone")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(TITLE)
    page.keyboard.press("Enter")
    page.keyboard.type(BODY)
    page.keyboard.press("Alt+n")
    page.wait_for_selector(".messages .notice-success")
    assert focused(page) == "matter_type" and page.input_value("#id_title") == ""
    assert page.input_value("#id_channel") == "phone"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("路灯不亮")
    page.keyboard.press("Tab")
    page.keyboard.type("晚上看不见路。")
    page.keyboard.press("Alt+s")
    page.wait_for_url("**/opinions/433101-*/")
    assert Opinion.objects.count() == 2


def test_what_is_known_is_offered_while_typing(desk, cast, office):
    known = earlier_opinion(cast, office)
    sweep.check(known.number)  # as the worker does within a second: what is alike is found from then on
    page = desk()
    page.fill("#id_title", "人民北路的公交站牌倒了")
    page.wait_for_selector(f"#alike a[href$='{known.number}/']")
    page.locator("#id_citizen_phone").press_sequentially("138 0013 8000")
    page.click("#earlier button")
    expect(page.locator("#id_citizen_name")).to_have_value("石头")
    assert focused(page) == "citizen_name"


def test_the_studios_follow_the_township(desk, cast, office):
    page = desk(user=cast.officer)
    assert page.locator("#id_studio option").count() == 1
    page.select_option("#id_township", "433101005")
    page.wait_for_selector("#id_studio option:text('乾州代表工作室')", state="attached")
    assert page.input_value("#id_studio") == str(office.studio.pk)


def fill(page):
    """Typed as a person would, until both hints have been told and the draft is kept."""
    page.select_option("#id_channel", "phone")
    page.select_option("#id_matter_type", "complaint")
    with page.expect_response("**/new/alike/**"), page.expect_response("**/new/earlier/**"):
        page.fill("#id_title", TITLE)
        page.fill("#id_body", BODY)
        page.fill("#id_citizen_phone", "13800138000")
    page.evaluate("""() => new Promise((found, failed) => {
        const kept = (draft) => draft.includes("13800138000") && draft.includes("phone");
        const look = () => Object.values(localStorage).some(kept) ? found() : requestAnimationFrame(look);
        setTimeout(() => failed("no draft was kept"), 20000);
        look();
    })""")


def test_the_line_drops_nothing_is_lost_and_it_is_saved_once(desk, office):
    page = desk()
    fill(page)
    page.context.set_offline(True)
    page.keyboard.press("Alt+s")
    page.wait_for_timeout(500)
    assert not Opinion.objects.exists()
    page.click("[data-send-stop]")
    page.context.set_offline(False)
    page.goto(NEW)
    assert page.input_value("#id_title") == TITLE and page.input_value("#id_body") == BODY
    assert page.input_value("#id_channel") == "phone"
    page.keyboard.press("Alt+s")
    page.wait_for_url("**/opinions/433101-*/")
    assert Opinion.objects.count() == 1
    page.goto(NEW)
    assert page.input_value("#id_title") == ""


def test_saved_but_the_answer_got_lost_is_not_saved_again(desk, client, office):
    page = desk()
    fill(page)

    def send_and_lose(route):
        if route.request.method != "POST":
            return route.continue_()
        # Sent by other hands, so that nothing of the answer, not even a cookie, reaches this browser.
        sent = route.request
        client.generic("POST", NEW, sent.post_data_buffer, content_type=sent.headers["content-type"])
        return route.abort("connectionreset")

    page.route("**/opinions/new/", send_and_lose)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.keyboard.press("Alt+s")
    page.wait_for_selector("[data-send-now]")
    page.unroute("**/opinions/new/")
    assert Opinion.objects.count() == 1
    page.click("[data-send-now]")
    page.wait_for_url(f"**/opinions/{Opinion.objects.get().number}/")
    assert Opinion.objects.count() == 1


def test_a_draft_of_another_township_comes_back_with_its_studio(desk, cast, office):
    page = desk(user=cast.officer)
    page.select_option("#id_township", "433101005")
    page.wait_for_selector("#id_studio option:text('乾州代表工作室')", state="attached")
    page.select_option("#id_studio", "")
    page.select_option("#id_studio", str(office.studio.pk))
    fill(page)
    page.goto(NEW)
    expect(page.locator("#id_studio")).to_have_value(str(office.studio.pk))
    assert page.input_value("#id_township") == "433101005"


def test_filters_act_at_once_and_stay_in_the_address(desk, cast, office):
    earlier_opinion(cast, office)
    register(by=cast.officer, township=office.zhenxi, channel="visit", title="路灯不亮", body=BODY)
    page = desk(LIST, user=cast.officer)
    assert page.locator("tbody tr").count() == 2
    page.select_option("#id_township", "433101007")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "township=433101007" in page.url and "light=" not in page.url
    page.fill("#id_q", "公交")
    page.wait_for_selector(".empty")
    page.click(".chip:has-text('公交')")
    page.wait_for_load_state()
    assert page.locator("tbody tr").count() == 1 and page.input_value("#id_q") == ""
    page.go_back()
    page.wait_for_selector(".empty")


@pytest.mark.parametrize("path", [NEW, LIST, f"{LIST}?light=blue&condition=overdue"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_fit_and_are_accessible(desk, cast, office, path, viewport):
    earlier_opinion(cast, office)
    page = desk(path, viewport=viewport)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_a_double_click_saves_once(desk, office):
    page = desk()
    fill(page)
    page.dblclick("button[value=detail]")
    page.wait_for_url("**/opinions/433101-*/")
    assert Opinion.objects.count() == 1


def test_the_draft_of_one_person_is_not_shown_to_the_next(desk, cast, office):
    page = desk()
    fill(page)
    other = person("next", "下一位", ("clerk", {"area_code": "433101005"}))
    page.context.clear_cookies()
    fresh = desk(user=other).context.cookies()
    page.context.add_cookies([cookie for cookie in fresh if cookie["name"] == "sessionid"])
    page.goto(NEW)
    assert page.input_value("#id_title") == "" and page.input_value("#id_citizen_phone") == ""
