"""A year's calendar and a time limit, in a real browser: what an administrator does each November."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from opinions.models import Opinion, TimeLimitChange
from tests.common.test_browser import DESK, PHONE
from tests.conftest import at
from tests.journeys.test_one_opinion import photograph
from tests.workdays.conftest import NOTICE_2027
from tests.workflow.walk import Walk
from workdays import calendar, services
from workdays.models import CalendarImport

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looks_right(page, name):
    """Nothing to be said against it by axe, and nothing that runs out of the page, wide or narrow."""
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == [], (name, viewport)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, (name, viewport)
        photograph(page, f"{name}-{viewport['width']}")
    page.set_viewport_size(DESK)


def upload(page, text):
    page.set_input_files("#id_file", {"name": "2027.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.click("form.liaison-form button")


@pytest.fixture
def refusing(chromium, live_server, client):
    """`refusing(user, path)`: a page of somebody whose form comes back (422); all else must be found."""
    contexts, wrong = [], []

    def go(user, path):
        client.force_login(user)
        context = chromium.new_context(viewport=DESK, base_url=live_server.url, locale="zh-CN")
        contexts.append(context)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("response", lambda answer: wrong.append(answer.url) if answer.status in (404, 500) else None)
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []


def test_a_year_is_imported_and_the_deadlines_follow(enter, cast, office):
    walk = Walk(cast, office, at("2026-12-11 09:00"))
    opinion = walk.to("handling")
    page = enter(cast.administrator, "/calendar/2027/")
    assert "暂定" in page.inner_text("main")
    looks_right(page, "year-provisional")

    page.goto("/calendar/imports/")
    looks_right(page, "import-empty")
    upload(page, NOTICE_2027)
    page.wait_for_url("**/calendar/imports/*/")
    assert "元旦调休上班" in page.inner_text("main")
    looks_right(page, "import-preview")
    page.get_by_role("button", name="确认导入并重算期限").click()
    page.wait_for_selector("#progress")
    looks_right(page, "import-progress")
    services.run(CalendarImport.objects.get().pk)  # as the worker would
    page.wait_for_selector(".notice-success:not([hidden])")
    looks_right(page, "import-done")
    opinion = Opinion.objects.get(pk=opinion.pk)
    assert (str(opinion.due_on), opinion.due_provisional) == ("2027-01-05", False)

    page.goto("/calendar/2027/")
    assert "暂定" not in page.inner_text("main")
    looks_right(page, "year-published")
    story = enter(cast.handler, f"/opinions/{opinion.number}/").inner_text(".timeline")
    assert "2027年1月4日" in story and "2027年1月5日" in story
    calendar.forget()


def test_a_limit_is_set_and_the_history_says_so(enter, cast, office):
    page = enter(cast.administrator, "/opinions/limits/?county=433101")
    looks_right(page, "limits")
    page.click("table.limits a >> nth=1")
    page.wait_for_selector("#id_reason")
    page.fill("#id_days", "3")
    page.fill("#id_reason", "主任会议决定")
    page.click("form.liaison-form button[type=submit]")
    page.wait_for_selector(".notice-success:not([hidden])")
    assert "主任会议决定" in page.inner_text("main")
    looks_right(page, "limits-history")
    assert TimeLimitChange.objects.get().days == 3


def test_a_file_with_mistakes_shows_them_beside_the_rows(refusing, cast, office):
    page = refusing(cast.administrator, "/calendar/imports/")
    upload(page, "date,kind,name\n2027-01-01,holiday,元旦\n2027-02-30,holiday,春节\n2027-01-01,off,元旦\n")
    page.wait_for_selector("tr.row-red")
    assert page.locator("tr.row-red").count() == 2
    looks_right(page, "import-mistakes")


def test_a_limit_without_a_reason_is_refused_and_nothing_typed_is_lost(refusing, cast, office):
    page = refusing(cast.administrator, "/opinions/limits/change/?county=433101&clock=triage&matter=")
    page.fill("#id_days", "3")
    page.click("form.liaison-form button[type=submit]")
    page.wait_for_selector(".error-summary")
    assert page.input_value("#id_days") == "3"
    looks_right(page, "limit-refused")
