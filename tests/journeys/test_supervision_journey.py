"""What is late is seen, in a real browser: a supervisor finds it on the dashboard and issues 督办, the handler replies
with a promise, asks for more time, is refused, answers late; timeline and bulletin tell all of it."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from opinions.jobs import sweep
from opinions.models import BulkNotice, Notice, Opinion
from opinions.supervision import bulk_notices
from tests.common.test_browser import DESK, PHONE
from tests.journeys.test_one_opinion import act, photograph  # noqa: F401 - act is a fixture
from tests.workflow.walk import Walk
from workdays.calendar import add_workdays, workdays_between

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look_at(enter, user, path, name):
    """The page at both widths: a picture of each, nothing wider than the screen, nothing serious of axe."""
    for width, viewport in (("1440", DESK), ("390", PHONE)):
        page = enter(user, path, viewport)
        photograph(page, f"{name}_{width}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, width)
        found = [
            one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")
        ]
        assert not found, (name, width, [(one["id"], one["nodes"][0]["html"]) for one in found])
    return page


@pytest.fixture
def yellow(cast, office):
    """In handling, due in two working days."""
    day = timezone.localdate()
    while workdays_between(day, timezone.localdate()) < 13:
        day -= timedelta(days=1)
    start = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 9))
    opinions = [
        Walk(cast, office, start).to("handling", title=title) for title in ("村口的路塌了", "桥栏杆断了")
    ]
    assert sweep.sweep()["notify"] >= 2
    return opinions[0]


def test_nothing_overdue_goes_unseen(enter, act, yellow, cast, office):
    number = yellow.number
    page = enter(cast.supervisor, "/supervision/?show=yellow")
    page.locator("tr", has_text=number).locator("[name=opinions]").check()
    page.select_option("#bulk_kind", "supervise")
    page.fill("#bulk_note", "群众多次来电，请速办并报进展。")
    with page.expect_navigation():
        page.locator("button[value=chosen]").click()
    assert number in page.locator("main").inner_text()
    look_at(enter, cast.supervisor, page.url, "bulk_list")
    with page.expect_navigation():
        page.locator("button.btn-primary", has_text="1").click()
    assert not Notice.objects.filter(kind="supervise").exists()  # it can be undone for a minute
    BulkNotice.objects.update(starts_at=timezone.now() - timedelta(seconds=1))
    bulk_notices.run(BulkNotice.objects.get().pk)
    assert Notice.objects.get(kind="supervise").opinion == yellow
    look_at(enter, cast.supervisor, page.url, "bulk")

    today = timezone.localdate()
    promised = add_workdays(today, 3).date
    act(cast.handler, number, "acknowledge", reply="已派人现场查看。", promised_on=promised.isoformat())
    act(cast.handler, number, "ask_extension", days="5", reason="要等设计单位出图。")
    act(cast.supervisor, number, "refuse_extension", reason="群众出行受阻，不同意延期。")

    # Three weeks pass, one morning after another; letters by rule leave in office hours only.
    morning = timezone.localtime().replace(hour=10, minute=0)
    for days in range(1, 22):
        sweep.sweep(now=morning + timedelta(days=days))
    look_at(enter, cast.supervisor, "/supervision/?show=open&by=agency", "supervision")
    assert number in enter(cast.supervisor, "/supervision/?show=open").locator("main").inner_text()
    page = act(cast.handler, number, "answer", outcome="A", answer="路已修通。")
    assert Opinion.objects.get(number=number).answered_late

    told = page.locator("main").inner_text().replace(" ", "")
    story = [
        "督办",
        "群众多次来电",
        "已派人现场查看",
        "要等设计单位出图",
        "不同意延期",
        "未兑现",
        "通报",
        "路已修通",
    ]
    assert [words for words in story if words not in told] == []
    circulated = Notice.objects.filter(kind="circulate", opinion=yellow).get()
    month = f"{timezone.localdate(circulated.issued_at):%Y-%m}"
    page = look_at(enter, cast.official, f"/reports/{month}/bulletin/?county=433101", "bulletin")
    listed = page.locator("tr", has_text=number).inner_text()
    assert "答复" in listed and office.transport.name in listed


def test_an_administrator_lays_the_ladder_of_a_county(enter, cast, office):
    look_at(enter, cast.administrator, "/supervision/ladder/?county=433101", "ladder")
    page = enter(cast.administrator, "/supervision/ladder/?county=433101")
    page.fill("[name=form-2-days]", "2")
    page.fill("[name=reason]", "州人大常委会要求从严督办")
    with page.expect_navigation():
        page.get_by_role("button", name="启用此规则").click()
    assert "州人大常委会要求从严督办" in page.locator("main").inner_text()
    assert page.locator("main").inner_text().count("后第2个工作日") == 2
