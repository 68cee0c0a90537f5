"""Ways back that people can keep: the short address, the promised day, the receipt as a picture. Nothing on them says
more than it may."""

import io
import re

import pytest
from PIL import Image

from opinions.models import Opinion, Receipt
from opinions.workflow import report_back
from portal.way_back import links
from portal.way_back.picture import drawn

from .conftest import PHONE, answered, text_of

pytestmark = pytest.mark.django_db


def address_on(page) -> str:
    return re.search(r'href="(/m/[^"]+)"', page.text)[1]


def test_the_receipt_gives_an_address_a_picture_and_a_day(citizen, client, settings):
    settings.PUBLIC_URL = "https://yijian.example.cn"
    page = citizen.send()
    opinion = Opinion.objects.get()
    address = address_on(page)
    assert f"https://yijian.example.cn{address}" in page.text and 'class="qr"' in page.text
    assert opinion.number not in address and len(address) <= 32
    picture = client.get("/p/receipt/picture.png")
    assert Image.open(io.BytesIO(picture.content)).size == (720, 1080) and len(picture.content) < 60_000
    for path in ("/p/receipt/day.ics", f"{address}day.ics"):
        day = client.get(path).text
        assert f"DTSTART;VALUE=DATE:{opinion.due_on:%Y%m%d}" in day and "查询我反映的事项" in day
        assert "路灯" not in day and PHONE not in day
    client.cookies.clear()
    assert client.get("/p/receipt/picture.png", follow=True).redirect_chain[-1][0] == "/p/track/"


def test_the_address_shows_how_far_it_is_and_never_what_was_told(citizen, client, cast, office):
    address = address_on(citizen.send())
    client.cookies.clear()
    page = client.get(address)
    text = text_of(page)
    assert Opinion.objects.get().number in text and "已收到您反映的事。" in text
    for word in ("路灯", "峒河桥头", "龙小妹", PHONE, "5678", '<form method="post" action="/p/track'):
        assert word not in page.text
    assert (page.headers["X-Robots-Tag"], "no-store" in page.headers["Cache-Control"]) == ("noindex", True)
    opinion = answered(cast, office, Opinion.objects.get())
    page = client.get(address)
    assert "已有答复" in page.text and "已更换灯泡" not in page.text
    opinion.refresh_from_db()
    assert opinion.status == "answered", "a program that opens an address was told nothing"
    report_back.report_back(opinion.number, by=cast.clerk, how="phone", note="")
    assert "已更换灯泡" in client.get(address).text


def test_a_secret_matter_s_answer_needs_the_code(citizen, client, cast, office):
    address = address_on(citizen.send(keep_secret="on"))
    opinion = answered(cast, office, Opinion.objects.get())
    report_back.report_back(opinion.number, by=cast.clerk, how="phone", note="")
    page = client.get(address)
    assert page.status_code == 200 and "已更换灯泡" not in page.text


def test_another_code_ends_the_address_and_no_other_opens_anything(citizen, client, cast):
    address = address_on(citizen.send())
    opinion = Opinion.objects.get()
    key, signature = address.split("/")[2].split("-", 1)
    for wrong in (
        f"{int(key) + 1}-{signature}",
        f"{key}-",
        key,
        f"{key}-{signature[:-1]}",
        "x",
        "9" * 60,
        "１-a",
    ):
        assert client.get(f"/m/{wrong}/").status_code == 404
    Receipt.objects.filter(opinion=opinion).update(lookup="another")
    assert client.get(address).status_code == 404
    assert links.path_of(opinion) != address


def test_the_page_that_was_looked_up_offers_it(citizen, client):
    _opinion, code = citizen.tells()
    page = citizen.looks_up(code)
    assert client.get(address_on(page)).status_code == 200
    assert "BEGIN:VEVENT" in client.get("/p/matter/day.ics").text


def test_the_picture_holds_the_code_that_the_phone_reads():
    content = drawn(
        code="1234 5678 9012 3456", number="433101-2026-000123", day=None, address="https://y.cn/m/1-abc/"
    )
    picture = Image.open(io.BytesIO(content)).convert("L")
    dark = sum(1 for value in picture.crop((150, 478, 560, 888)).tobytes() if value < 128)
    assert dark > 20_000, "the QR code is drawn where it belongs"
