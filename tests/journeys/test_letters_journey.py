"""In a real browser: an officer issues a letter, the agency signs for it, a supervisor cancels it; what did not
arrive is sent again; somebody chooses e-mail. Every page at both widths without a serious finding of axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from letters.models import Letter, Organ
from notifications.models import Message, Preference
from opinions.workflow import report_back, triage
from tests.common.test_browser import DESK, PHONE
from tests.conftest import at
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


@pytest.mark.signing
def test_drafts_are_read_signed_off_and_void_when_the_opinion_comes_back(enter, cast, office, monkeypatch):
    """Drafted on a Saturday by the routing, signed off on Monday, received, void when the agency returns it."""
    Organ.objects.create(
        county=office.jishou, name="吉首市人大常委会办公室", short_name="吉人大办", issues_on_route=True
    )
    saturday, monday = at("2026-03-07 10:00"), at("2026-03-09 09:00")
    monkeypatch.setattr(timezone, "now", lambda: saturday)
    opinion = routed(cast, office)
    page = enter(cast.supervisor, "/opinions/letters/")
    assert page.is_visible("text=今天是休息日") and page.is_disabled("button[value=sign]")
    looked_over(page)
    monkeypatch.setattr(timezone, "now", lambda: monday)
    page = enter(cast.supervisor, "/opinions/letters/")
    page.set_viewport_size(PHONE)
    assert page.is_visible("text=吉人大办交〔2026〕　号")
    page.click("button[value=sign]")
    page.wait_for_selector(".messages .notice-success")
    assert page.is_visible("text=已签发：吉人大办交〔2026〕1号")
    looked_over(page)

    letter = Letter.objects.get()
    page = enter(cast.handler, f"/letters/{letter.pk}/")
    page.click("form[action$='/sign/'] button")
    page.wait_for_selector(".messages .notice-success")
    triage.return_it(opinion.number, by=cast.handler, reason="不归本单位")
    page = enter(cast.supervisor, f"/letters/{letter.pk}/")
    assert page.is_visible(".letter-cancelled") and page.is_visible("dt:has-text('签发')")
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
