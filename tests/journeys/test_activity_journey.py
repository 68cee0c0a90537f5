"""In a real browser: a clerk plans a quarter and runs a session by keyboard alone, a deputy looks at their phone."""

import re
import time
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from deputies.activities import services
from deputies.models import Activity, Deputy, Mandate, Term
from opinions.models import Opinion
from opinions.workflow.register import register
from tests.common.test_browser import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(cast, office):
    """A reception shift this morning at the studio, with the cast's deputy."""

    def plan(days=0, **more):
        facts = {"township": office.qianzhou, "studio": office.studio, "room": "reception", "half": "morning"}
        on = timezone.localdate() + timedelta(days=days)
        return services.plan(by=cast.clerk, on=on, deputies=[cast.as_deputy], **facts | more)

    return plan


def test_a_clerk_plans_a_quarter(enter, cast, office):
    page = enter(cast.clerk, reverse("activities:calendar"))
    began = time.monotonic()
    page.click("text=按规律安排")
    page.check("[name=days][value=weekly]")
    assert page.is_visible("#div_id_weekdays") and not page.is_visible("#div_id_month_days")
    page.check("[name=weekdays][value='2']")
    page.keyboard.press("Alt+p")
    page.wait_for_selector("#proposal")
    days = page.locator("#proposal tbody tr").count()
    assert days >= 12 and not Activity.objects.exists(), "seen, and nothing made yet"
    page.keyboard.press("Alt+s")
    page.wait_for_url("**/activities/?month=*")
    print(f"\na quarter planned: {days} shifts in {time.monotonic() - began:.1f} s")
    assert Activity.objects.count() == days
    assert page.locator("a.chip-activity").count() >= 4


def test_a_session_with_twelve_opinions_by_the_keyboard_alone(enter, cast, session):
    activity = session()
    page = enter(cast.clerk, reverse("activities:detail", args=[activity.pk]))
    began, keys, letters = time.monotonic(), 0, 0

    def press(key):
        nonlocal keys
        keys += 1
        page.keyboard.press(key)

    def write(words):
        nonlocal letters
        letters += len(words)
        page.keyboard.type(words)

    press("n")
    for number in range(1, 13):
        expect(page.locator("[name=matter_type]:focus")).to_have_value("")
        press("ArrowDown")
        press("Tab")
        write(f"第{number}组路灯不亮")
        press("Enter")
        write("晚上看不见路，请派人来修。")
        press("Tab")
        write(f"{number}组")
        press("Enter")
        write(f"138000010{number:02d}")
        press("Alt+n" if number < 12 else "Alt+s")
        if number < 12:
            page.wait_for_selector(f"text=已登记{number}件")
    page.wait_for_url("**/opinions/433101-*/")
    seconds = time.monotonic() - began
    print(f"\n12 opinions by keyboard: {keys} keys beside {letters} letters, {seconds:.1f} s")
    told = Opinion.objects.filter(activity=activity)
    assert told.count() == Opinion.objects.count() == 12
    assert {(one.channel, one.studio, one.deputy) for one in told} == {
        ("reception", activity.studio, cast.as_deputy)
    }
    assert seconds < 600


def test_what_came_of_it_is_noted_on_the_session_s_page(enter, cast, session):
    activity = session()
    register(
        by=cast.clerk,
        township=activity.township,
        studio=activity.studio,
        channel="reception",
        title="路灯不亮",
        body="不亮",
        activity=activity,
    )
    page = enter(cast.clerk, reverse("activities:detail", args=[activity.pk]))
    page.wait_for_selector("#opinions a:has-text('路灯不亮')")
    page.click("text=登记开展情况")
    assert page.is_checked("[name=present]"), "nobody has to check in"
    page.fill("[name=people_met]", "23")
    page.click("button[type=submit]:has-text('保存')")
    page.wait_for_selector(".badge-status:has-text('已举行')")
    activity.refresh_from_db()
    assert (activity.state, activity.people_met) == ("held", 23)


def test_a_deputy_on_the_phone(enter, cast, office, session):
    coming = session(days=9)
    register(
        by=cast.clerk,
        township=office.qianzhou,
        channel="reception",
        title="水管破裂",
        body="漏水",
        deputy=cast.as_deputy,
    )
    page = enter(cast.deputy, "/", PHONE)
    page.click("#menu")
    page.click(".sidenav a:has-text('我的履职')")
    page.wait_for_selector("#opinions a:has-text('水管破裂')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click(".waiting-row")
    page.wait_for_url(f"**/activities/{coming.pk}/")
    page.click("text=请假和代为参加")
    page.fill("[name=reason]", "外出务工")
    page.click("button[type=submit]:has-text('登记请假')")
    page.wait_for_selector("td:has-text('请假')")
    assert coming.participations.get().attendance == "leave"


@pytest.fixture
def addresses(cast, office, session):
    """(who, address) of every new page, each with something on it."""
    coming = services.announce(session(days=9).pk, by=cast.clerk)
    session(days=-20)
    deputy, year = cast.as_deputy.pk, timezone.localdate().year
    term = Term.objects.create(level="county", area_code="433101", number=18, starts_on="2021-12-20")
    Mandate.objects.create(deputy=cast.as_deputy, term=term, constituency="第三选区")
    over = f"?term={term.pk}&number=19&starts_on=2027-01-10"
    one = {name: reverse(f"activities:{name}", args=[coming.pk]) for name in ("detail", "poster", "sheet")}
    acts = [
        reverse("activities:act", args=[coming.pk, name]) for name in ("change", "excuse", "cancel", "hold")
    ]
    pages = [("calendar", ""), ("list", "?state=coming"), ("studios", ""), ("new", ""), ("plan", "")]
    return [
        *((cast.clerk, reverse(f"activities:{name}") + query) for name, query in pages),
        *((cast.clerk, address) for address in [*one.values(), *acts]),
        (cast.clerk, f"{reverse('opinions:new')}?activity={coming.pk}"),
        (cast.prefecture, reverse("activities:calendar")),
        (cast.supervisor, reverse("reports:activities")),
        (cast.deputy, reverse("deputies:detail", args=[deputy])),
        (cast.official, reverse("reports:deputy_record", args=[deputy, year])),
        (cast.officer, reverse("deputies:list")),
        (cast.officer, reverse("deputies:import")),
        (cast.officer, reverse("deputies:change_over")),
        (cast.officer, reverse("deputies:change_over") + over),
    ]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_fit_and_are_accessible(enter, addresses, viewport):
    wrong = {}
    for who, address in addresses:
        page = enter(who, address, viewport)
        page.wait_for_load_state("networkidle")
        found = [(rule["id"], rule["nodes"][0]["html"]) for rule in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
            found.append("wider than the screen")
        if page.locator("h1").count() != 1:
            found.append("not one h1")
        if found:
            wrong[address] = found
        page.close()
    assert wrong == {}


def sheets_of_paper(page) -> int:
    """How many the browser's own print makes of the page."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("paper", ["poster", "sheet"])
def test_what_is_printed_of_an_activity_is_one_page_even_with_twelve_deputies(
    enter, cast, office, settings, paper
):
    settings.PUBLIC_URL = "https://liaison.example.gov.cn"
    type(office.studio).objects.filter(pk=office.studio.pk).update(
        name="乾州街道小溪桥社区人大代表联系群众工作室",
        address="吉首市乾州街道人民北路 12 号小溪桥社区综合服务中心二楼东侧",
        phone="0743-8222111",
    )
    here = {"township": office.qianzhou, "studio": office.studio}
    activity = services.plan(
        by=cast.clerk,
        on=timezone.localdate() + timedelta(days=9),
        deputies=[Deputy.objects.create(name=f"欧阳代{number}", **here) for number in range(12)],
        place="乾州街道小溪桥社区综合服务中心二楼东侧会议室（农贸市场对面）",
        **here,
    )
    page = enter(cast.clerk, reverse(f"activities:{paper}", args=[activity.pk]))
    assert sheets_of_paper(page) == 1
