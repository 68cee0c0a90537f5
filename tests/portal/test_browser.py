"""A stranger on an old phone, in a real browser, with scripts and without: from QR code to a matter reopened."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from opinions.models import Opinion
from opinions.privacy import evaluation_tokens
from opinions.workflow import report_back, triage
from tests.common.test_browser import PHONE, watch
from tests.common.test_uploads import from_a_phone

from .conftest import answered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stranger(chromium, live_server):
    """`stranger(scripts)`: a page of a fresh browser at 390 px; every answer of 400 and more fails the test."""
    contexts, wrong = [], []

    def open_browser(scripts=True):
        context = chromium.new_context(
            viewport=PHONE, base_url=live_server.url, java_script_enabled=scripts, locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, wrong)
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert wrong == []


def check(page, width):
    assert page.evaluate("[innerWidth, document.scrollingElement.scrollWidth <= innerWidth]") == [width, True]
    if width != PHONE["width"]:  # what axe looks at is the same at every width
        return
    found = Axe().run(page).response["violations"]
    assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_the_qr_code_to_a_matter_taken_up_again(stranger, cast, office, scripts, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = stranger(scripts)
    page.goto(f"/p/{office.studio.code}/")
    page.click("text=向代表反映")
    page.fill("[name=body]", "桥头的路灯坏了半个月，晚上看不见路。")
    page.fill("[name=citizen_phone]", "13812345678")
    page.set_input_files(
        "[name=files]", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": from_a_phone()}
    )
    page.check("[name=keep_secret]")
    page.check("[name=consent]")
    page.click("button:text-is('提交')")
    code = page.inner_text(".code")
    opinion = Opinion.objects.get()
    assert opinion.attachments.get().name == "1.jpg"
    assert opinion.keep_secret and opinion.citizen_phone == "13812345678"

    answered(cast, office, opinion)
    page.click("a:text-is('查询办理进度')")
    page.fill("[name=code]", code)
    page.fill("[name=tail]", "5678")
    page.click("button:text-is('查询')")
    assert "已更换灯泡" in page.inner_text(".quote")
    page.check("[value=not]")
    page.fill("[name=reason]", "第二天又坏了")
    page.click("button:text-is('提交')")
    expect(page.locator(".standing")).to_contain_text("重新办理")
    opinion.refresh_from_db()
    assert (opinion.status, opinion.round) == ("routed", 2)


def told_by_somebody(page, office) -> str:
    """Send a form in this browser; the code on its receipt."""
    page.goto(f"/p/{office.studio.code}/new/?another=1")
    page.fill(
        "[name=body]",
        "桥头的路灯坏了半个月，https://example.cn/a-very-long-address-without-any-gap-in-it-at-all",
    )
    page.fill("[name=place]", "峒河桥头")
    page.check("[name=consent]")
    page.click("button:text-is('提交')")
    return page.inner_text(".code")


def looked_up(page, cast, office):
    """A matter in its second round, with an answer in each, and every form that such a page has."""
    code = told_by_somebody(page, office)
    opinion = Opinion.objects.latest("pk")
    office.studio.phone = "0743-8075482"
    office.studio.save()
    answered(cast, office, opinion)
    page.goto("/p/track/")
    page.fill("[name=code]", code)
    page.click("button:text-is('查询')")
    page.check("[value=not]")
    page.fill("[name=reason]", "第二天又坏了")
    page.click("button:text-is('提交')")
    expect(page.locator(".standing")).to_contain_text("重新办理")
    triage.sign(opinion.number, by=cast.handler)
    report_back.answer(
        opinion.number, by=cast.handler, outcome="B", answer="线路正在更换，电话0743-8222111。"
    )
    page.goto("/p/matter/")
    return opinion


@pytest.fixture
def pages(cast, office):
    """Every kind of public page, by a function that opens it."""

    def declined(page):
        code = told_by_somebody(page, office)
        opinion = Opinion.objects.latest("pk")
        triage.decline(opinion.number, by=cast.officer, reason="litigation", right_door="乾州人民法庭")
        page.goto("/p/track/")
        page.fill("[name=code]", code)
        page.click("button:text-is('查询')")
        page.wait_for_url("**/p/matter/")

    def link(page):
        opinion = looked_up(page, cast, office)
        opinion.refresh_from_db()
        page.goto(f"/p/evaluate/{evaluation_tokens.token_of(opinion)}/")

    return {
        "studio": lambda page: page.goto(f"/p/{office.studio.code}/"),
        "deputy": lambda page: page.goto(f"/p/{office.studio.code}/deputies/{cast.as_deputy.pk}/"),
        "form": lambda page: page.goto(f"/p/{office.studio.code}/new/"),
        "receipt": lambda page: told_by_somebody(page, office),
        "look up": lambda page: page.goto("/p/track/"),
        "matter": lambda page: looked_up(page, cast, office),
        "declined": declined,
        "link": link,
        "bulletin": lambda page: page.goto("/p/bulletin/433101/"),
    }


# 320 px is the narrowest phone; 195 px is a phone of 390 px at 200 %, 640 px a screen of 1280 px at 200 %.
@pytest.mark.parametrize("width", [390, 320, 195, 640])
def test_every_page_fits_and_is_accessible_in_every_display(stranger, pages, width):
    for name, opens in pages.items():
        page = stranger()
        page.set_viewport_size({"width": width, "height": 700})
        opens(page)
        for switch, mode in (("大字版", "large"), ("加深对比", "contrast")):
            try:
                check(page, width)
            except AssertionError as error:
                raise AssertionError(f"{name} at {width} px before {switch}: {error}") from error
            page.click(f"button:text-is('{switch}')")
            expect(page.locator(f"html.is-{mode}")).to_have_count(1)
        check(page, width)
        assert page.locator("html.is-large.is-contrast").count() == 1, name
        page.context.close()


@pytest.mark.parametrize("path", ["no-such-studio/", "track/", "{code}/new/"])
def test_pages_of_what_is_wrong_fit_and_have_the_focus_on_it(chromium, live_server, office, path):
    context = chromium.new_context(
        viewport={"width": 320, "height": 700}, base_url=live_server.url, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"/p/{path}".format(code=office.studio.code))
    if path != "no-such-studio/":
        page.click("button.button")
        assert page.title().startswith("错误：")
        assert page.locator(".errors:focus").count() == 1
        page.click("button:text-is('大字版')")
        assert page.locator("html.is-large").count() == 1
    context.close()


def test_enter_in_a_field_sends_the_form_and_does_not_switch_the_display(stranger, office):
    page = stranger()
    told_by_somebody(page, office)
    page.goto(f"/p/{office.studio.code}/new/?another=1")
    page.fill("[name=body]", "又一件事")
    page.check("[name=consent]")
    page.press("[name=citizen_name]", "Enter")
    page.wait_for_url("**/p/receipt/")
    assert page.locator("html.is-large").count() == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_back_after_sending_shows_the_receipt_and_sending_again_files_nothing(stranger, office, scripts):
    page = stranger(scripts)
    page.goto(f"/p/{office.studio.code}/")
    page.click("text=向代表反映")
    page.fill("[name=body]", "桥头的路灯坏了半个月。")
    page.check("[name=consent]")
    page.click("button:text-is('提交')")
    code = page.inner_text(".code")
    page.go_back()
    if page.locator("[name=body]").count():  # restored as it was: sent once more
        page.click("button:text-is('提交')")
    assert page.inner_text(".code") == code
    page.reload()
    assert page.inner_text(".code") == code and Opinion.objects.count() == 1
