"""Letters are void, and keep their numbers, when the opinion leaves its agency, whoever made it leave."""

import pytest
from django.urls import reverse

from accounts.actors import CITIZEN
from letters.models import Letter, Organ
from notifications.models import Message
from opinions.jobs import sweep
from opinions.jobs import sweep as due
from opinions.workflow import merging, register, reopen, report_back, supervision, triage
from tests.conftest import at

from .conftest import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_agency(walk):
    """Handed over and supervised by letter, not signed for."""
    opinion = walk.to("routed")
    triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
    words = {"kind": "supervise", "letter": True, "at": walk.later()}
    return supervision.notify(opinion.number, by=walk.cast.supervisor, **words)


WAYS = {
    "returned": lambda walk, number: triage.return_it(
        number, by=walk.cast.handler, reason="不归本单位", at=walk.later()
    ),
    "declined": lambda walk, number: triage.decline(
        number, by=walk.cast.officer, reason="litigation", right_door="人民法院", at=walk.later()
    ),
    "merged": lambda walk, number: merging.merge(
        number, by=walk.cast.officer, into=walk.to("routed").number, at=walk.later()
    ),
    "withdrawn by the clerk": lambda walk, number: register.withdraw(
        number, by=walk.cast.clerk, reason="已解决", at=walk.later()
    ),
    "withdrawn by the citizen": lambda walk, number: register.withdraw(
        number, by=CITIZEN, reason="已解决", at=walk.later()
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_letters_are_void_when_the_opinion_leaves_its_agency(walk, at_agency, way):
    WAYS[way](walk, at_agency.number)
    letters = Letter.objects.filter(about=at_agency.number).order_by("pk")
    assert [(letter.number, letter.state) for letter in letters] == [
        ("吉人大办交〔2026〕1号", "cancelled"),
        ("吉人大办督〔2026〕1号", "cancelled"),
    ]
    assert all(letter.cancel_reason for letter in letters)
    event = at_agency.events.order_by("-sequence").first()
    assert event.data["void"] == ["吉人大办交〔2026〕1号", "吉人大办督〔2026〕1号"]


def test_a_letter_that_was_signed_for_is_void_too_and_keeps_who_signed(walk):
    opinion = walk.to("routed")
    triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
    triage.sign(opinion.number, by=walk.cast.handler, at=walk.later())
    triage.return_it(opinion.number, by=walk.cast.handler, reason="不归本单位", at=walk.later())
    letter = Letter.objects.get()
    assert (letter.state, letter.signed_by) == ("cancelled", walk.cast.handler)


def test_the_timeline_names_the_letters_that_became_void(client, walk, at_agency):
    triage.return_it(at_agency.number, by=walk.cast.handler, reason="不归本单位", at=walk.later())
    client.force_login(walk.cast.officer)
    page = client.get(reverse("opinions:detail", args=[at_agency.number])).content.decode()
    assert "作废：吉人大办交〔2026〕1号、吉人大办督〔2026〕1号" in page


def test_a_reopening_to_triage_makes_the_last_rounds_letter_void_and_one_to_the_agency_does_not(walk):
    for ask_triage, state in ((True, "cancelled"), (False, "signed")):
        opinion = walk.to("routed")
        triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
        triage.sign(opinion.number, by=walk.cast.handler, at=walk.later())
        words = {"outcome": "A", "answer": "已经修好。"}
        report_back.answer(opinion.number, by=walk.cast.handler, at=walk.later(), **words)
        report_back.report_back(opinion.number, by=walk.cast.clerk, how="visit", at=walk.later())
        reopen.reopen(
            opinion.number, by=walk.cast.clerk, reason="又坏了", ask_triage=ask_triage, at=walk.later()
        )
        assert Letter.objects.get(about=opinion.number).state == state


@pytest.fixture
def with_routing(office):
    return Organ.objects.create(
        county=office.jishou,
        name="吉首市人大常委会办公室",
        short_name="吉人大办",
        issues_on_route=True,
        rule_name="《办理办法》",
        contact="李明，0743-8222333",
    )


def test_a_reopening_on_a_sunday_has_its_letter_on_monday_and_it_says_what_is_still_wrong(walk, with_routing):
    opinion = walk.to("reported_back")
    report_back.evaluate(
        opinion.number,
        by=CITIZEN,
        satisfaction="not",
        how="web",
        reason="井盖又不见了。",
        at=at("2026-03-08 20:00"),
    )
    assert Letter.objects.count() == 1
    sweep.sweep(now=at("2026-03-09 08:29"))
    assert Letter.objects.count() == 1
    sweep.sweep(now=at("2026-03-09 08:30"))
    text = said(Letter.objects.latest("pk"))
    assert "关于重新办理“村口的路坏了”问题的函" in text
    assert "你单位2026年3月2日答复的群众意见" in text and "群众认为仍未解决的问题：\n井盖又不见了。" in text
    assert "（四）本件为指定承办，请勿退回。" in text and "（联系人：李明，0743-8222333）" in text
    assert "其他要求" not in text


def test_a_letter_owed_for_a_routing_is_dropped_when_the_opinion_is_declined_before_the_office_opens(
    walk, with_routing
):
    opinion = walk.to("reported_back")
    report_back.evaluate(
        opinion.number, by=CITIZEN, satisfaction="not", how="web", reason="没修", at=at("2026-03-08 20:00")
    )
    walk.now = at("2026-03-08 21:00")
    WAYS["declined"](walk, opinion.number)
    sweep.sweep(now=at("2026-03-09 09:00"))
    assert Letter.objects.filter(about=opinion.number).count() == 1


def test_a_supervision_letter_names_the_limit_that_is_missed_and_not_the_answers(walk, with_routing):
    opinion = walk.to("routed")  # signed for by 3 March at the latest, answered by the 23rd
    for moment in ("03-03 00:10", "03-04 00:10", "03-07 00:10", "03-09 08:30"):
        sweep.sweep(now=at(f"2026-{moment}"))
    text = said(Letter.objects.get(about=opinion.number, kind="supervision"))
    assert "吉人大办交〔2026〕1号），至今尚未签收，已超过规定时限。" in text
    assert (
        "按照《办理办法》，该意见的签收时限为1个工作日（各类意见统一执行），自2026年3月2日次日起算，"
        "应于2026年3月3日（含当日）前签收。截至2026年3月9日，已超过时限4个工作日。"
    ) in text
    assert "二、此前催办情况。3月3日提醒、3月4日催办。" in text
    assert "（一）请立即签收并抓紧办理，答复期限仍为2026年3月23日。" in text
    assert (
        "未按期签收的原因和承诺答复日期" in text
        and "逾期仍不签收或者不回复的，将按照《办理办法》提请通报。" in text
    )


def test_a_long_title_does_not_make_the_letters_own(walk):
    opinion = walk.to(
        "routed", title="村口的路从去年冬天坏到现在，老人小孩都摔过，希望尽快派人来修一修，谢谢"
    )
    triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
    assert said(Letter.objects.get()).splitlines()[2] == "关于办理群众意见的函"


# --- corrected before the agency signed (更正)


def corrected(walk, opinion, **changes):
    return register.amend(opinion.number, by=walk.cast.clerk, at=walk.later(), **changes)


def issued(opinion):
    rows = Letter.objects.filter(about=opinion.number).order_by("pk")
    return [(letter.number, letter.state, letter.cancel_reason) for letter in rows]


def test_with_letters_on_routing_a_correction_voids_the_letter_and_issues_it_again(
    client, walk, with_routing, office
):
    opinion = walk.to("registered")
    words = {"lead_agency": office.transport, "instructions": "请实地查看"}
    triage.route(opinion.number, by=walk.cast.officer, at=walk.later(), **words)
    corrected(
        walk, opinion, title="村尾的路坏了", body="下雪天走不了人。", township=office.zhenxi, studio=None
    )
    assert issued(opinion) == [
        ("吉人大办交〔2026〕1号", "cancelled", "更正"),
        ("吉人大办交〔2026〕2号", "unsigned", ""),
    ]
    old, new = Letter.objects.filter(about=opinion.number).order_by("pk")
    assert new.about == old.about and new.agency == old.agency and new.issued_by == walk.cast.clerk
    text = said(new)
    assert "关于办理“村尾的路坏了”问题的函" in text and "下雪天走不了人。" in text and "下雨天" not in text
    assert f"一、意见编号和所在地：{opinion.number}，吉首市镇溪街道。" in text
    assert "请实地查看" in text, "what the officer wrote with the routing stands in it again"
    assert "请于2026年3月3日（含当日）前在系统中签收" in text, "the limits stay"
    assert "本函替代已作废的吉人大办交〔2026〕1号。" in text and "本函替代" not in said(old)
    told = Message.objects.filter(recipient=walk.cast.handler, about=opinion.number).latest("pk").body
    assert "吉人大办交〔2026〕2号" in told and "吉人大办交〔2026〕1号" in told
    client.force_login(walk.cast.officer)
    page = client.get(reverse("opinions:detail", args=[opinion.number])).text
    assert "重新发出吉人大办交〔2026〕2号" in page and "作废：吉人大办交〔2026〕1号" in page
    # Signing for the opinion signs for the letter that stands.
    triage.sign(opinion.number, by=walk.cast.handler, at=walk.later())
    assert [state for _number, state, _why in issued(opinion)] == ["cancelled", "signed"]


def test_a_second_correction_names_the_letter_that_it_replaces(walk, with_routing):
    opinion = walk.to("routed")
    corrected(walk, opinion, title="村尾的路坏了")
    corrected(walk, opinion, title="村尾的桥坏了")
    assert [state for _number, state, _why in issued(opinion)] == ["cancelled", "cancelled", "unsigned"]
    assert "本函替代已作废的吉人大办交〔2026〕2号。" in said(Letter.objects.latest("pk"))


def test_what_the_letter_does_not_say_leaves_it_standing(walk, with_routing):
    opinion = walk.to("routed")
    corrected(walk, opinion, channel="phone", citizen_phone="13900000002")
    assert issued(opinion) == [("吉人大办交〔2026〕1号", "unsigned", "")]


def test_a_name_corrected_is_hidden_in_the_new_letter(walk, with_routing):
    opinion = walk.to("routed", body="我叫石三妹，下雨天走不了人。", citizen_name="石某")
    assert "石三妹" in said(Letter.objects.get())
    corrected(walk, opinion, citizen_name="石三妹")
    assert "石三妹" not in said(Letter.objects.latest("pk")) and len(issued(opinion)) == 2


def test_without_letters_on_routing_only_a_letter_that_was_issued_is_issued_again(walk):
    opinion = walk.to("routed")
    corrected(walk, opinion, title="村尾的路坏了")
    assert issued(opinion) == []
    triage.issue_handover(opinion.number, by=walk.cast.officer, words="请尽快", at=walk.later())
    corrected(walk, opinion, title="村尾的桥坏了")
    assert issued(opinion) == [
        ("吉人大办交〔2026〕1号", "cancelled", "更正"),
        ("吉人大办交〔2026〕2号", "unsigned", ""),
    ]
    assert "村尾的桥坏了" in said(Letter.objects.latest("pk"))


def test_a_supervision_letter_is_corrected_too_and_names_the_new_hand_over_letter(walk, at_agency):
    corrected(walk, at_agency, title="村尾的路坏了")
    assert [(number, state) for number, state, _why in issued(at_agency)] == [
        ("吉人大办交〔2026〕1号", "cancelled"),
        ("吉人大办督〔2026〕1号", "cancelled"),
        ("吉人大办交〔2026〕2号", "unsigned"),
        ("吉人大办督〔2026〕2号", "unsigned"),
    ]
    letter = Letter.objects.latest("pk")
    text = said(letter)
    assert (
        "“村尾的路坏了”" in text
        and "吉人大办交〔2026〕2号" in text
        and "替代已作废的吉人大办督〔2026〕1号" in text
    )
    assert at_agency.notices.get().letter == letter


def test_a_letter_that_waits_for_the_office_to_open_goes_out_with_the_corrected_words(walk, with_routing):
    opinion = walk.to("reported_back")
    report_back.evaluate(
        opinion.number, by=CITIZEN, satisfaction="not", how="web", reason="没修", at=at("2026-03-08 20:00")
    )
    walk.now = at("2026-03-08 21:00")
    corrected(walk, opinion, title="村尾的路坏了")
    due.sweep(now=at("2026-03-09 09:00"))
    assert len(issued(opinion)) == 2
    text = said(Letter.objects.latest("pk"))
    assert "村尾的路坏了" in text and "没修" in text and "替代" not in text
