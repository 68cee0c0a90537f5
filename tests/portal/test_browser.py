"""A stranger on an old phone, in a real browser, with scripts and without: from QR code to a matter reopened."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from opinions.models import Opinion
from tests.common.test_browser import PHONE, chromium, watch  # noqa: F401 - a fixture
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


def check(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
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
    page.click("text=查询办理进度 >> nth=0")
    page.fill("[name=code]", code)
    page.fill("[name=tail]", "5678")
    page.click("button:text-is('查询')")
    assert "已更换灯泡" in page.inner_text(".quote")
    page.check("[value=not]")
    page.fill("[name=reason]", "第二天又坏了")
    page.click("button:text-is('提交')")
    expect(page.locator(".standing")).to_contain_text("已交给")
    opinion.refresh_from_db()
    assert (opinion.status, opinion.round) == ("routed", 2)


@pytest.mark.parametrize("mode", ["", "large", "contrast"])
@pytest.mark.parametrize("path", ["", "new/", "track", "bulletin"])
def test_every_page_is_accessible_and_fits_a_phone(stranger, office, path, mode):
    page = stranger()
    page.goto(
        {"track": "/p/track/", "bulletin": "/p/bulletin/433101/"}.get(path, f"/p/{office.studio.code}/{path}")
    )
    if mode:
        page.click(f"button[value={mode}]")
        assert page.locator(f"html.is-{mode}").count() == 1
    check(page)
