"""In a real browser: an officer issues a letter, the agency signs for it, a supervisor cancels it; what did not
arrive is sent again; somebody chooses e-mail. Every page at both widths without a serious finding of axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from letters.models import Letter
from notifications.models import Message, Preference
from opinions.workflow import report_back
from tests.common.test_browser import DESK, PHONE
from tests.opinions.story import answered, routed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looked_over(page):
    """No finding, and nothing that makes a phone scroll sideways."""
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        found = [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]]
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_letter_is_issued_signed_for_and_cancelled(enter, cast, office):
    opinion = routed(cast, office)
    page = enter(cast.officer, f"/opinions/{opinion.number}/")
    page.click("a[href$='/issue_handover/']")
    page.wait_for_selector("#act form")
    assert page.input_value("#act [name=words]") == "请于期限内答复"
    with page.expect_navigation():
        page.click("#act button[type=submit]")
    letter = Letter.objects.get()
    page.click(f"text={letter.number} >> nth=-1")
    page.wait_for_url(f"**/letters/{letter.pk}/")
    looked_over(page)

    page = enter(cast.handler, "/")
    page.click("a[href='/letters/?state=unsigned']")
    page.click(f"a:has-text('{letter.number}')")
    page.click("form[action$='/sign/'] button")
    page.wait_for_selector(".messages .notice-success")
    looked_over(page)

    page = enter(cast.supervisor, f"/letters/{letter.pk}/")
    page.click("details summary")
    page.fill("[name=reason]", "主送单位写错")
    page.click("form[action$='/cancel/'] button")
    page.wait_for_selector(".messages .notice-success")
    looked_over(page)
    page = enter(cast.supervisor, "/letters/")
    assert page.locator("tr", has_text=letter.number).inner_text().count("作废") == 1
    looked_over(page)
    page = enter(cast.supervisor, f"/letters/{letter.pk}/print/")
    assert page.is_visible("text=主送单位写错") is False and page.is_visible(".letter-cancelled")
    looked_over(page)


def test_what_did_not_arrive_is_sent_again_and_mail_is_chosen(enter, cast, office):
    number = answered(cast, office).number
    report_back.report_back(number, by=cast.clerk, how="sms")
    Message.objects.filter(channel="sms").update(state="failed", attempts=5, next_attempt_at=None)
    page = enter(cast.clerk, "/")
    page.click("section[aria-labelledby=not-arrived] a.row-title")
    looked_over(page)
    page.click("form[action$='/retry/'] button")
    page.wait_for_selector(".messages .notice-success")
    assert Message.objects.filter(channel="sms", state="pending").count() == 1
    page = enter(cast.clerk, "/messages/preferences/")
    page.check("[value=work]")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".messages .notice-success")
    assert Preference.objects.get().by_email == ["work"]
    looked_over(page)


def test_the_administrators_template_page(enter, cast):
    page = enter(cast.administrator, "/letters/templates/")
    looked_over(page)
    page.click("a[href='/letters/templates/433101/handover/']")
    looked_over(page)
