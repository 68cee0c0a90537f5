"""The pages that only tell: studio, QR code, bulletin; how they look; and how little they weigh."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from common.security.uploads import examine
from common.ui.qr import qr_svg
from deputies.models import Mandate, Participation, Term
from deputies.models.activities import held_days
from deputies.roll import corrections
from opinions.models import Opinion
from opinions.workflow import triage
from portal import bulletin
from reports.definitions.counts import Counts
from reports.definitions.periods import month_of
from tests.opinions.story import told
from tests.studios.test_changes import shift
from tests.studios.test_photos import picture

pytestmark = pytest.mark.django_db
MOST_BYTES = 60_000


def test_the_studio_says_when_where_and_who(client, cast, office):
    office.studio.opening_hours, office.studio.phone = "每月15日上午", "0743-8222333"
    office.studio.save()
    page = client.get(f"/p/{office.studio.code}/").content.decode()
    for word in ("乾州代表工作室", "每月15日上午", "0743-8222333", "杨代表", f"/p/{office.studio.code}/new/"):
        assert word in page
    assert client.get("/p/no-such-studio/").status_code == 404


def test_the_studio_says_which_sessions_come_next(client, office):
    today = timezone.localdate()
    ahead, told = today + timedelta(days=9), today - timedelta(days=2)
    shift(office.studio, ahead, state="announced", announced_on=told, place="村部")
    shift(office.studio, today + timedelta(days=10), place="未公告")
    page = client.get(f"/p/{office.studio.code}/").content.decode()
    assert "接待活动预告" in page and f"{ahead.month}月{ahead.day}日" in page and "村部" in page
    assert "未公告" not in page, "what is only planned may still change"


def test_a_deputy_s_page_tells_what_hangs_on_the_wall_and_nothing_else(
    client, cast, office, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    who, today = cast.as_deputy, timezone.localdate()
    term = Term.objects.create(level="county", area_code="433101", number=18, starts_on=today)
    Mandate.objects.create(deputy=who, term=term, constituency="第三选区")
    told = {"state": "announced", "announced_on": today}
    mine = shift(office.studio, today + timedelta(days=9), place="村部", **told)
    shift(office.studio, today + timedelta(days=12), place="别处", **told)
    Participation.objects.create(activity=mine, deputy=who, **held_days(mine.on, mine.half))
    facts = {"occupation": "小学教师", "phone": "13800138000"}
    corrections.correct_facts(who.pk, by=cast.officer, photo=examine(picture(size=(60, 80))), **facts)

    listed = client.get(f"/p/{office.studio.code}/").content.decode()
    path = f"/p/{office.studio.code}/deputies/{who.pk}/"
    assert f'href="{path}"' in listed
    page = client.get(path).content.decode()
    for word in ("杨代表", "第三选区", "小学教师", "乾州代表工作室", "村部", f'src="{path}photo/"'):
        assert word in page
    for word in ("13800138000", "138****8000", "别处", cast.deputy.username, "<script"):
        assert word not in page
    photo = client.get(f"{path}photo/")
    assert photo["Content-Type"] == "image/jpeg" and "nosniff" in photo["X-Content-Type-Options"]


def test_who_left_office_or_receives_elsewhere_has_no_page_there(client, cast, office):
    who = cast.as_deputy
    assert client.get(f"/p/{office.other_studio.code}/deputies/{who.pk}/").status_code == 404
    assert client.get(f"/p/{office.studio.code}/deputies/{who.pk}/photo/").status_code == 404, "no photo"
    who.active = False
    who.save()
    assert client.get(f"/p/{office.studio.code}/deputies/{who.pk}/").status_code == 404


def test_the_qr_code_leads_to_the_address_of_the_office(client, office, settings):
    settings.PUBLIC_URL = "https://yijian.example.cn"
    drawn = client.get(f"/p/{office.studio.code}/qr.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.content.decode() == qr_svg(f"https://yijian.example.cn/p/{office.studio.code}/")
    assert b'xmlns="http://www.w3.org/2000/svg"' in drawn.content, "a picture of its own"


@pytest.mark.parametrize(
    "path", ["/p/jishou-qianzhou/", "/p/jishou-qianzhou/new/", "/p/track/", "/p/bulletin/433101/"]
)
def test_a_page_with_all_it_loads_is_small_and_has_nothing_inline(client, cast, path):
    page = client.get(path).content
    loaded = re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode())
    files = [Path(finders.find(name)).read_bytes() for name in loaded]
    assert not re.search(rb"<script(?! src=)| style=| on[a-z]+=", page) and files
    assert sum(len(gzip.compress(content)) for content in [page, *files]) <= MOST_BYTES


def test_large_text_and_high_contrast_are_kept_and_can_be_undone(client, office):
    page = "/p/track/"
    back = client.post("/p/display/", {"display": "large", "next": page})
    assert back.url == page
    client.post("/p/display/", {"display": "contrast.large", "next": page})
    assert 'class="is-large is-contrast' in client.get(page).content.decode()
    client.post("/p/display/", {"display": "contrast", "next": page})
    assert "is-large" not in client.get(page).content.decode()


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example", "", "http:///x"],
)
def test_the_way_back_never_leads_elsewhere(client, db, back):
    assert client.post("/p/display/", {"display": "large", "next": back}).url == "/"


@pytest.mark.parametrize("cookie", ["", "x", "large.large", '"><script>', "large" * 500])
def test_a_strange_cookie_changes_nothing_but_itself(client, db, cookie):
    client.cookies["display"] = cookie
    page = client.get("/p/track/")
    assert page.status_code == 200 and b"<script" not in page.content


# --- the bulletin ---------------------------------------------------------------------------------------------


@pytest.fixture
def last_month(cast, office, settings):
    """`of(n, withdrawn, routed)`: opinions registered last month."""
    from opinions.workflow.deadlines import midnight

    first = month_of(timezone.localdate()).previous.first

    def of(count, **more):
        for n in range(count):
            told(cast, office, at=midnight(first) + timedelta(hours=9, minutes=n), **more)

    return of


def shares(office):
    return {item.label: item.count for item in bulletin.items(office.jishou, bulletin.months()[0])}


def test_it_shows_the_month_that_has_ended_and_only_its_county(client, cast, office, last_month):
    last_month(7)
    told(cast, office)  # this month
    counts = list(shares(office).values())
    assert counts[:3] == [7, 0, 7]
    page = client.get("/p/bulletin/433101/").content.decode()
    assert "吉首市" in page and "张秀英" not in page and "公交站台" not in page
    assert client.get("/p/bulletin/433123/").status_code == 200
    assert client.get("/p/bulletin/999999/").status_code == 404
    this = month_of(timezone.localdate()).code
    for month in (this, "2026-13", "x", "2019-01"):
        assert client.get(f"/p/bulletin/433101/?month={month}").status_code == 404


def test_small_numbers_and_those_that_give_them_away_are_not_shown(client, cast, office, last_month):
    last_month(7)
    for opinion in Opinion.objects.all()[:2]:
        triage.decline(opinion.number, by=cast.officer, reason="litigation", right_door="法院")
    Opinion.objects.filter(pk=Opinion.objects.earliest("pk").pk).update(status="closed")
    accepted, closed, still_open, *others = shares(office).values()
    assert (accepted, closed, still_open) == (5, None, None)  # 1 closed, and 4 open would tell it
    assert others == [None, 0, None, None]
    assert "不显示" in client.get("/p/bulletin/433101/").content.decode()


@pytest.mark.parametrize(("last", "first_shown"), [(12, 12), (14, None), (17, 12)])
def test_how_many_have_changed_their_mind_points_at_nobody(office, monkeypatch, last, first_shown):
    counts = Counts({"accepted": 40, "evaluated_once": 22, "first_satisfied": 12, "last_satisfied": last})
    monkeypatch.setattr(bulletin, "county_counts", lambda *_asked: counts)
    *_others, first, in_the_end = shares(office).values()
    assert (first, in_the_end) == (first_shown, last)


def test_a_month_of_few_shows_nothing_at_all(cast, office, last_month):
    last_month(3)
    assert set(shares(office).values()) == {None}
