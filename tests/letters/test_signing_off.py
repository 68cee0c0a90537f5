"""From draft to archive: what is drafted, who signs it off and when, what it then says, and what drops a draft."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AccessRecord
from letters import drafts, services
from letters.models import Draft, Letter, Organ, Series
from notifications.models import Message
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.lifecycle.errors import Refused
from opinions.models import Opinion
from opinions.workflow import report_back, supervision, triage
from opinions.workflow.signing import sign_off_letter
from tests.conftest import at

from .conftest import said
from .test_void import WAYS

pytestmark = [pytest.mark.django_db, pytest.mark.signing]


@pytest.fixture
def organ(office):
    return Organ.objects.create(
        county=office.jishou, name="吉首市人大常委会办公室", short_name="吉人大办", issues_on_route=True
    )


def sign_off(walk, opinion, moment="2026-03-09 09:00", **more):
    return sign_off_letter(opinion.number, by=walk.cast.supervisor, at=at(moment), **more)


def late(walk):
    """Not signed for by 3 March; the ladder drafts its letter on the 9th."""
    opinion = walk.to("routed")
    for moment in ("03-03 00:10", "03-04 00:10", "03-07 00:10", "03-09 08:30"):
        sweep.sweep(now=at(f"2026-{moment}"))
    return opinion


def test_routing_and_ladder_draft_and_take_no_number(walk, organ):
    opinion = late(walk)
    assert [row.kind for row in Draft.objects.order_by("pk")] == ["handover", "supervision"]
    assert not Letter.objects.exists() and not Series.objects.exists()
    assert Draft.objects.get(kind="supervision").drafted_by is None
    assert opinion.notices.get(kind="supervise").letter is None
    assert not [message for message in Message.objects.all() if "吉人大办" in message.body]


def test_signing_off_takes_the_numbers_and_says_what_is_true_that_day(walk, organ):
    opinion = late(walk)
    sign_off(walk, opinion, "2026-03-11 09:00")
    handover, supervised = Letter.objects.order_by("pk")
    assert (handover.number, supervised.number) == ("吉人大办交〔2026〕1号", "吉人大办督〔2026〕1号")
    assert handover.issued_by == walk.cast.supervisor and handover.issued_at == at("2026-03-11 09:00")
    text = said(supervised)
    # Drafted on the 9th, four working days late; it leaves on the 11th.
    assert "截至2026年3月11日，已超过时限6个工作日。" in text
    assert "，吉人大办交〔2026〕1号）" in text and "请于2026年3月12日（含当日）前在系统中回复" in text
    assert "（一）请收到后立即在系统中签收。" in said(handover), "the day for it has passed"
    assert opinion.notices.get(kind="supervise").letter == supervised
    event = Opinion.objects.get(pk=opinion.pk).events.get(action="sign_off_letter")
    assert event.data["letters"] == ["吉人大办交〔2026〕1号", "吉人大办督〔2026〕1号"]
    told = Message.objects.filter(recipient=walk.cast.handler, about=opinion.number).order_by("-pk")[:2]
    assert {message.body for message in told} == {
        "关于“村口的路坏了”的吉人大办交〔2026〕1号已发出。",
        "关于“村口的路坏了”的吉人大办督〔2026〕1号已发出。",
    }
    assert verify().broken is None


def test_nobody_signs_on_a_day_off(walk, organ):
    opinion = walk.to("routed")
    with pytest.raises(Refused, match="工作日"):
        sign_off(walk, opinion, "2026-03-07 10:00")
    assert not Letter.objects.exists()
    sign_off(walk, opinion, "2026-03-09 10:00")
    assert Letter.objects.get().number == "吉人大办交〔2026〕1号"


@pytest.mark.parametrize("way", WAYS)
def test_what_the_opinion_leaves_its_agency_by_drops_the_draft(walk, organ, way):
    opinion = walk.to("routed")
    WAYS[way](walk, opinion.number)
    draft = Draft.objects.filter(about=opinion.number).earliest("pk")
    assert draft.dropped_at and draft.drop_reason
    with pytest.raises(Refused):
        sign_off(walk, opinion, only=[draft.pk])


def test_what_has_happened_meanwhile_is_not_demanded(walk, organ):
    opinion = late(walk)
    triage.sign(opinion.number, by=walk.cast.handler, at=at("2026-03-09 09:00"))
    assert Draft.objects.get(kind="supervision").drop_reason == "承办单位已签收。"
    report_back.answer(
        opinion.number, by=walk.cast.handler, outcome="A", answer="已修好。", at=at("2026-03-10 09:00")
    )
    assert Draft.objects.get(kind="handover").drop_reason == "承办单位已答复。"
    assert not Draft.objects.waiting().exists()


def test_a_correction_corrects_the_draft(walk, organ):
    from opinions.workflow import register

    opinion = walk.to("routed")
    register.amend(opinion.number, by=walk.cast.clerk, title="村尾的路坏了", at=walk.later())
    sign_off(walk, opinion)
    assert "村尾的路坏了" in said(Letter.objects.get()) and "替代" not in said(Letter.objects.get())


def test_an_office_may_want_it_checked_first(walk, organ):
    Organ.objects.update(needs_check=True)
    opinion = walk.to("routed")
    with pytest.raises(Refused, match="核稿"):
        sign_off(walk, opinion)
    draft = Draft.objects.get()
    with pytest.raises(PermissionDenied):
        drafts.check(draft.pk, by=walk.cast.official)
    drafts.check(draft.pk, by=walk.cast.officer)
    sign_off(walk, opinion)
    assert Letter.objects.get().draft.checked_by == walk.cast.officer


def test_an_office_may_let_one_kind_be_issued_by_rule(walk, organ):
    Organ.objects.update(handover_by_rule=True)
    opinion = walk.to("routed")
    assert Letter.objects.get().number == "吉人大办交〔2026〕1号"
    supervision.notify(
        opinion.number, by=walk.cast.supervisor, kind="supervise", letter=True, at=walk.later()
    )
    assert Draft.objects.get().kind == "supervision" and Letter.objects.count() == 1


def test_the_page_reads_all_and_signs_the_chosen(client, walk, organ, monkeypatch):
    opinions = [walk.to("routed", title=f"{place}的路坏了") for place in ("村口", "村尾", "桥头")]
    monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-03-09 10:00"))
    url = reverse("opinions:letters_to_sign")
    client.force_login(walk.cast.handler)
    assert client.get(url).status_code == 403, "nothing was sent to the agency yet"
    client.force_login(walk.cast.supervisor)
    page = client.get(url)
    assert page.text.count("letter-sheet") == 3 and "吉人大办交〔2026〕　号" in page.text
    assert AccessRecord.objects.filter(action="looked", subject=f"{opinions[0].number} 交办函").exists()
    chosen = Draft.objects.filter(about__in=[one.number for one in opinions[:2]])
    answer = client.post(
        reverse("opinions:sign_letters"), {"draft": [row.pk for row in chosen], "do": "sign"}, follow=True
    )
    assert "已签发：吉人大办交〔2026〕1号、吉人大办交〔2026〕2号" in answer.text
    assert answer.text.count("letter-sheet") == 1
    last = Draft.objects.waiting().get()
    client.post(reverse("opinions:drop_letter", args=[last.pk]), {"reason": "改为电话交办"})
    assert Draft.objects.get(pk=last.pk).dropped_by == walk.cast.supervisor
    client.force_login(walk.cast.stranger_officer)
    assert (
        client.post(reverse("opinions:drop_letter", args=[last.pk]), {"reason": "看看能不能"}).status_code
        == 404
    )


def test_the_page_costs_the_same_for_many(client, walk, organ, django_assert_max_num_queries):
    client.force_login(walk.cast.supervisor)
    for _time in range(3):
        walk.to("routed")
    client.get(reverse("opinions:letters_to_sign"))
    with django_assert_max_num_queries(40):
        client.get(reverse("opinions:letters_to_sign"))


def test_sealed_received_filed(walk, organ):
    opinion = walk.to("routed")
    sign_off(walk, opinion)
    letter = Letter.objects.get()
    services.stamp(letter.pk, by=walk.cast.officer)
    with pytest.raises(services.NotPossible, match="签收"):
        services.file(letter.pk, by=walk.cast.officer)
    services.sign_for(letter.pk, by=walk.cast.handler)
    services.file(letter.pk, by=walk.cast.officer, number="2026-永久-12")
    letter = Letter.objects.get()
    assert letter.state == "filed" and letter.file_number == "2026-永久-12" and letter.stamped_by


def test_erasing_erases_what_was_drafted(walk, organ):
    from opinions.workflow import personal_data

    opinion = walk.to("routed", title="村口的路坏了")
    WAYS["declined"](walk, opinion.number)
    personal_data.erase(opinion.number, by=walk.cast.supervisor, reason="群众要求删除", at=walk.later(days=1))
    assert "村口的路" not in Draft.objects.get().facts_text
