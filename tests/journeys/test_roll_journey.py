"""In a real browser: the county's office corrects a seat; the pages of a deputy, inside and public, at both widths."""

import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from common.security.uploads import examine
from deputies.models import Mandate, Term
from deputies.roll import corrections
from tests.common.test_browser import DESK, PHONE
from tests.studios.test_photos import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_seat_is_corrected_and_every_page_holds(enter, cast, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    who = cast.as_deputy
    term = Term.objects.create(level="county", area_code="433101", number=18, starts_on=date(2021, 12, 20))
    seat = Mandate.objects.create(deputy=who, term=term, constituency="第一选区")
    photo = examine(picture(size=(300, 400)))
    corrections.correct_facts(who.pk, by=cast.officer, occupation="小学教师", photo=photo)
    page = enter(cast.officer, reverse("deputies:detail", args=[who.pk]))
    page.get_by_role("link", name=re.compile("^更正 .*第十八届$")).click()
    page.get_by_label("选区").fill("第三选区")
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).click()
    assert "第三选区" in page.content() and Mandate.objects.get(pk=seat.pk).constituency == "第三选区"

    pages = {
        name: reverse(f"deputies:{name}", args=[who.pk]) for name in ("detail", "edit", "history", "seat_new")
    }
    pages["public"] = reverse("portal:deputy", args=[office.studio.code, who.pk])
    pages |= {"seat": reverse("deputies:seat", args=[who.pk, seat.pk]), "import": reverse("studios:import")}
    for name, path in pages.items():
        for width, viewport in {"desk": DESK, "phone": PHONE}.items():
            page.set_viewport_size(viewport)
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], (name, width)
            found = Axe().run(page).response["violations"]
            assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == [], (
                name,
                width,
            )
