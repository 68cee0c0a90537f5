"""The door for strangers: how they find a studio, what is on, and what search engines may see of it."""

import gzip
import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.utils import timezone

from studios.models import OpeningTime, Village
from tests.portal.conftest import text_of
from tests.studios.test_changes import shift

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def villages(office):
    cache.clear()
    Village.objects.create(code="433101001201", township=office.qianzhou, name="小溪村")


def test_strangers_see_the_public_page_and_staff_their_own(client, cast, office):
    page = client.get("/")
    assert page.status_code == 200
    for word in (
        "有话对代表说",
        "查找工作室",
        "查询办理进度",
        "吉首市",
        "怎么办理",
        'href="/login/"',
        "登录",
    ):
        assert word in page.text
    client.force_login(cast.officer)
    home = client.get("/").text
    assert "有话对代表说" not in home and cast.officer.name in home


def test_from_the_county_to_the_village_to_the_studio(client, office):
    assert 'href="/p/in/433101/"' in client.get("/").text
    county = client.get("/p/in/433101/").text
    assert f'href="/p/in/{office.qianzhou.pk}/"' in county and "乾州代表工作室" in county
    township = client.get(f"/p/in/{office.qianzhou.pk}/").text
    assert "小溪村" in township and f'href="/p/{office.studio.code}/"' in township
    village = client.get("/p/in/433101001201/").text
    assert "乾州代表工作室" in village, "the township's studio is also the village's"
    for nowhere in ("433199", "9", "43310100120x", "x" * 300):
        assert client.get(f"/p/in/{nowhere}/").status_code == 404


@pytest.mark.parametrize(
    "asked", ["乾州", "qianzhou", "QianZhou", "qian zhou", "qzdb", "daibiao", "乾州代表工作室"]
)
def test_a_studio_is_found_by_name_and_pinyin(client, office, asked):
    assert f'href="/p/{office.studio.code}/"' in client.get("/p/", {"q": asked}).text


def test_a_village_is_found_and_nonsense_is_not(client):
    assert 'href="/p/in/433101001201/"' in client.get("/p/?q=xiaoxi").text
    assert "没有找到" in client.get("/p/?q=zzzz").text
    assert client.get("/p/", {"q": "'\"<>%" * 99}).status_code == 200
    assert "没有找到" not in client.get("/p/?q=").text


def test_what_is_on_today_and_next(client, office):
    for start, end in (("08:30", "12:00"), ("14:30", "17:30")):
        OpeningTime.objects.create(
            studio=office.studio, weekday=0, opens=time.fromisoformat(start), closes=time.fromisoformat(end)
        )
    shift(office.studio, date(2026, 11, 26), state="announced", announced_on=date(2026, 11, 20), place="村部")
    with time_machine.travel("2026-11-23 09:00+08:00"):
        page = text_of(client.get("/"))
        assert "乾州代表工作室 08:30–12:00、14:30–17:30 正在开放" in page
        assert "11月26日 星期四" in page and "村部" in page
    with time_machine.travel("2026-11-23 13:00+08:00"):
        assert "08:30–12:00" in text_of(client.get("/")) and "正在开放" not in text_of(client.get("/"))
    with time_machine.travel("2026-10-01 09:00+08:00"):  # a holiday
        assert "08:30–12:00" not in text_of(client.get("/"))


def test_sessions_can_be_subscribed_to(client, office, settings):
    settings.PUBLIC_URL = "https://yijian.example.cn"
    today = timezone.localdate()
    shift(office.studio, today + timedelta(days=9), state="announced", announced_on=today, place="村部, 二楼")
    for path in ("/p/in/433101/sessions.ics", f"/p/{office.studio.code}/sessions.ics"):
        calendar = client.get(path)
        assert calendar.headers["Content-Type"] == "text/calendar; charset=utf-8"
        plain = calendar.content.decode().replace("\r\n ", "")
        assert plain.startswith("BEGIN:VCALENDAR\r\n") and plain.count("BEGIN:VEVENT") == 1
        assert f"DTSTART;VALUE=DATE:{today + timedelta(days=9):%Y%m%d}" in plain
        assert "村部\\, 二楼" in plain
        assert f"URL:https://yijian.example.cn/p/{office.studio.code}/" in plain
        assert all(len(line) <= 75 for line in calendar.content.split(b"\r\n"))
    feed = client.get("/p/in/433101/sessions.xml").text
    assert feed.count("<item>") == 1 and f"https://yijian.example.cn/p/{office.studio.code}/" in feed


def test_the_short_address_leads_to_the_studio(client, office):
    assert client.get(f"/s/{office.studio.pk}/").url == f"/p/{office.studio.code}/"
    assert client.get("/s/999999/").status_code == 404


def test_search_engines_come_only_where_the_office_lets_them(client, office, settings):
    told = ["/", "/p/in/433101/", f"/p/{office.studio.code}/", "/p/bulletin/433101/"]
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert client.get("/sitemap.xml").status_code == 404
    assert {client.get(path).headers["X-Robots-Tag"] for path in told} == {"noindex"}
    settings.SEARCH_ENGINES, settings.PUBLIC_URL = True, "https://yijian.example.cn"
    robots = client.get("/robots.txt").text
    assert "Disallow: /p/matter/" in robots and "Sitemap: https://yijian.example.cn/sitemap.xml" in robots
    listed = client.get("/sitemap.xml").text
    assert f"<loc>https://yijian.example.cn/p/{office.studio.code}/</loc>" in listed
    assert {client.get(path).headers["X-Robots-Tag"] for path in told} == {"all"}
    for path in ("/p/track/", f"/p/{office.studio.code}/new/", "/p/?q=x"):
        assert client.get(path).headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "path", ["/", "/p/", "/p/?q=qianzhou", "/p/in/433101/", "/p/in/433101001/", "/p/privacy/"]
)
def test_the_pages_are_small_work_alone_and_load_little(client, path):
    page = client.get(path)
    loaded = re.findall(r'(?:href|src)="/static/([^"]+)"', page.text)
    files = [Path(finders.find(name)).read_bytes() for name in loaded]
    assert not re.search(r"<script| style=| on[a-z]+=", page.text) and page.text.count("<h1>") == 1
    assert sum(len(gzip.compress(content)) for content in [page.content, *files]) <= 60_000
    assert 1 + len(files) <= 8


@pytest.mark.parametrize(("path", "most"), [("/", 9), ("/p/in/433101/", 9), ("/p/?q=qianzhou", 6)])
def test_the_number_of_queries_is_fixed(client, office, path, most, django_assert_max_num_queries):
    for number in range(3):
        shift(office.studio, timezone.localdate() + timedelta(days=9 + number), state="announced",
              announced_on=timezone.localdate(), place="村部")  # fmt: skip
    client.get(path)
    cache.clear()
    with django_assert_max_num_queries(most):
        client.get(path)
