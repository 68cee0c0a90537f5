"""In a real browser: a studio's facts, its five haves from self-check to inspection, and a merger of townships."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from studios.areas import changes
from studios.assessments import services
from studios.models import AreaChange, Assessment, Finding, Studio, Township
from tests.common.test_browser import DESK, PHONE

from .conftest import answered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    answered(page)


def test_facts_self_check_and_inspection(enter, cast, office):
    page = enter(cast.studio_clerk, reverse("studios:edit", args=[office.studio.pk]))
    page.get_by_label("周一").fill("8:30-12:00 14:30-17:30")
    page.get_by_label("电话").fill("0743-8221234")
    press(page, "保存")
    assert "8:30—12:00、14:30—17:30" in page.content()
    page.goto(reverse("studios:rounds", args=[office.studio.pk]))
    press(page, "自查")
    for box in page.get_by_role("checkbox").all():
        box.check()
    press(page, "保存并提交自查")
    assessment = Assessment.objects.get()
    assert (assessment.state, assessment.has_rules, assessment.has_schedule) == ("submitted", True, False)
    services.confirm(assessment.pk, by=cast.clerk)

    page = enter(cast.official, reverse("studios:act", args=[assessment.pk, "inspect"]))
    page.locator("#id_have_0").select_option("rules")
    page.locator("#id_text_0").fill("反馈制度未上墙")
    page.locator("#id_mend_by_on_0").fill(str(timezone.localdate() + timedelta(days=20)))
    press(page, "记录检查")
    assert "反馈制度未上墙" in page.content()
    assert Finding.objects.get().assessment == assessment
    assert Assessment.objects.get().has_rules is False


def test_a_merger_step_by_step(enter, cast, office):
    page = enter(cast.administrator, reverse("studios:make_change", args=["merge"]))
    page.get_by_role("link", name="吉首市").click()
    page.get_by_label("乾州街道").check()
    page.get_by_label("并入乡镇").select_option("433101007")
    page.get_by_label("生效日期").fill("2026-09-01")
    page.get_by_label("批复文号").fill("湘民行发〔2026〕9号")
    press(page, "核对划转内容")
    assert "乾州代表工作室" in page.content() and not AreaChange.objects.exists()
    press(page, "撤并乡镇")
    assert page.get_by_role("heading", level=1).inner_text() == "乾州街道、镇溪街道 → 镇溪街道"
    assert Studio.objects.get(pk=office.studio.pk).township_id == "433101007"
    assert Township.objects.get(pk="433101005").successor_id == "433101007"


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_is_accessible_and_fits_its_screen(enter, cast, office, viewport):
    pk = services.open_assessment(office.studio.pk, by=cast.clerk).pk
    studio = f"/studios/{office.studio.pk}/"
    seen = {
        cast.clerk: [
            studio,
            f"{studio}edit/",
            f"{studio}haves/",
            f"/studios/haves/{pk}/",
            f"{studio}funding/",
        ],
        cast.official: ["/overview/studios/", "/overview/studios/idle/", f"{studio}history/"],
        cast.administrator: ["/studios/townships/", "/studios/townships/merge/?county=433101"],
    }
    for user, paths in seen.items():
        for path in paths:
            page = enter(user, path, viewport)
            found = Axe().run(page).response["violations"]
            assert [(item["id"], item["nodes"][0]["html"]) for item in found] == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_wrong_merger_is_undone(enter, cast, office, viewport):
    change = changes.merge(
        county="433101", away=["433101005"], to="433101007",
        decree=changes.Decree("湘民行发〔2026〕9号", date(2026, 9, 1), cast.administrator),
    )  # fmt: skip
    page = enter(cast.administrator, reverse("studios:change", args=[change.pk]), viewport)
    page.get_by_role("link", name="撤销这次撤并").click()
    assert page.get_by_role("heading", name="划回乾州街道").is_visible()
    found = Axe().run(page).response["violations"]
    assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.get_by_label("撤销理由或文号").fill("选错了乡镇")
    press(page, "撤销这次撤并")
    assert page.get_by_role("heading", level=1).inner_text() == "镇溪街道 → 乾州街道、镇溪街道"
    assert Studio.objects.get(pk=office.studio.pk).township_id == "433101005"
    assert Township.objects.get(pk="433101005").valid_to is None
    page = enter(cast.clerk, reverse("notifications:inbox"), viewport)
    assert "撤销撤并: 镇溪街道 → 乾州街道、镇溪街道" in page.content()
