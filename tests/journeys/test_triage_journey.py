"""In a real browser: the model says why, a person corrects it, the next version has learned it, one click goes back;
a routing rule is tried out on the past before it decides."""

import pytest

from opinions.models import Event, RoutingRule, TrainedModel
from opinions.triage.classifier import training_data, versions
from opinions.workflow import triage
from tests.journeys.test_letters_journey import looked_over
from tests.journeys.test_one_opinion import photograph
from tests.opinions.story import routed, told
from tests.opinions.triage.learned import examples as decisions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = "/opinions/triage/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    versions._loaded.cache_clear()


def trained() -> TrainedModel:
    return versions.run(
        versions.ask(prefecture="4331").pk, given=[*decisions(), *training_data.from_decisions("4331")]
    )


def said_of(page, opinion) -> str:
    return page.locator(f"#row-{opinion.number} .suggestion-text strong").locator("..").inner_text()


def test_explained_corrected_learned_and_taken_back(enter, cast, office):
    first = trained()
    corrected = [
        told(cast, office, title=f"广场舞噪音吵人{n}", body="音响开到十点，车站边跳舞。") for n in range(12)
    ]
    opinion = corrected.pop()
    page = enter(cast.officer, DESK)
    row = page.locator(f"#row-{opinion.number}")
    assert office.environment.name in said_of(page, opinion)
    why = row.locator(".suggestion-why").first.inner_text()
    marks = row.locator("mark").all_inner_texts()
    assert any("噪音" in mark for mark in marks) and all(mark in why for mark in marks)
    looked_over(page)
    photograph(page, "triage_explained")

    page.goto(f"/opinions/{opinion.number}/route/")
    page.select_option("#act [name=category]", office.roads.pk)
    page.select_option("#act [name=lead_agency]", str(office.transport.pk))
    with page.expect_navigation():
        page.click("#act button[type=submit]")
    assert Event.objects.get(opinion=opinion, action="route").by == cast.officer
    for other in corrected:
        triage.classify(other.number, by=cast.officer, category=office.roads, matter_type=other.matter_type)
    second = trained()
    assert not second.active, (
        "what was corrected was not foreseen: a version that seems worse waits for a click"
    )

    waiting = told(cast, office, title="广场舞噪音又来了", body="音响开到十点，车站边跳舞。")
    for version, category in ((second, office.roads), (first, office.environment)):
        page.close()  # whoever leaves asks nothing more: two people share one machine here, and one session
        page = enter(cast.administrator, "/opinions/triage/models/")
        with page.expect_navigation():
            page.click(f"form[action$='/{version.pk}/activate/'] button")
        assert str(version) in page.locator(".version-active").inner_text()
        looked_over(page)
        photograph(page, f"triage_version_{version.number}")
        page.close()
        page = enter(cast.officer, DESK)
        assert category.name in said_of(page, waiting)


def test_a_rule_is_tried_out_before_it_decides(enter, cast, office):
    for _turn in range(3):
        routed(cast, office)
    rule = RoutingRule.objects.create(
        county=office.jishou, position=1, name="站台归环保", words="站台", agency=office.ecology
    )
    page = enter(cast.officer, "/opinions/triage/rules/")
    with page.expect_navigation():
        page.click(f"form[action$='/{rule.pk}/try/'] button")
    assert "3件中" in page.locator(".messages").inner_text()
    page.click(".tried summary")
    assert page.locator(".tried li").count() == 3
    looked_over(page)
    with page.expect_navigation():
        page.click(f"form[action$='/{rule.pk}/live/'] button")
    waiting = told(cast, office)
    page.goto(DESK)
    assert office.ecology.name in said_of(page, waiting)
