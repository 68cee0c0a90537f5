"""Issuing: the number, what stands in the letter, the ledger row beside it, and what may never be in it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from letters.models import Letter, Organ, Series
from opinions.ledger.verify import verify
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT
from opinions.models import Opinion
from opinions.workflow import reopen, report_back, triage
from opinions.workflow import supervision as supervise
from tests.conftest import at

from .conftest import said

pytestmark = pytest.mark.django_db


def test_each_kind_says_what_it_must(all_kinds, office):
    handover, supervision, reply = (said(all_kinds[kind]) for kind in ("handover", "supervision", "reply"))
    for text in (handover, supervision, reply):
        assert (
            "吉首市人民代表大会常务委员会" in text and "433101-2026-000001" in text and "2026年3月2日" in text
        )
    assert "吉首市交通运输局：" in handover and "下雨天走不了人。" in handover and "请实地查看" in handover
    assert "（一）请于2026年3月3日（含当日）前在系统中签收。" in handover
    assert (
        "请于2026年3月23日（含当日）前提交答复（按照群众意见办理的有关规定，办理时限为15个工作日，投诉类"
        in handover
    )
    assert "（四）不属于你单位职责的，请于2026年3月4日（含当日）前退回" in handover
    assert (
        "请加快" in supervision
        and "请于2026年3月3日（含当日）前在系统中回复办理进展和承诺答复日期。" in supervision
    )
    assert reply.splitlines()[2:4] == ["关于“村口的路坏了”问题办理情况的答复函", "石某同志："]
    assert "已经修好。\n欢迎监督。" in reply and "已解决" in reply


def test_numbers_count_by_kind_and_year_without_leading_zeros(walk, all_kinds):
    assert {letter.number for letter in all_kinds.values()} == {
        "吉人大办交〔2026〕1号",
        "吉人大办督〔2026〕1号",
        "吉人大办复〔2026〕1号",
    }
    walk.now = at("2027-01-04 09:00")
    for serial in (1, 2):
        opinion = walk.to("routed")
        triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
        assert Letter.objects.get(about=opinion.number).number == f"吉人大办交〔2027〕{serial}号"


def test_the_county_sets_organ_short_name_and_characters(walk, office):
    Organ.objects.create(
        county=office.jishou, name="吉首市人大常委会", short_name="吉市人大", handover_mark="转"
    )
    opinion = walk.to("routed")
    triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
    letter = Letter.objects.get()
    assert letter.number == "吉市人大转〔2026〕1号" and "吉首市人大常委会" in said(letter)


def test_the_ledger_row_names_the_letter_and_the_chain_holds(all_kinds):
    opinion = Opinion.objects.get()
    named = {e.action: e.data["letter"] for e in opinion.events.all() if "letter" in e.data}
    assert named == {
        "issue_handover": "吉人大办交〔2026〕1号",
        "notify": "吉人大办督〔2026〕1号",
        "issue_reply": "吉人大办复〔2026〕1号",
    }
    assert verify().broken is None


def test_what_is_undone_takes_no_number(walk):
    opinion = walk.to("routed")
    with transaction.atomic():
        triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
        transaction.set_rollback(True)
    assert not Letter.objects.exists() and not Series.objects.exists()
    triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
    assert Letter.objects.get().serial == 1


def test_a_routing_has_one_letter_and_the_next_routing_its_own(walk, handed_over):
    number = handed_over.about
    with pytest.raises(Refused):
        triage.issue_handover(number, by=walk.cast.officer, at=walk.later())
    assert Letter.objects.count() == 1 and Series.objects.get().last == 1
    triage.return_it(number, by=walk.cast.handler, reason="不属职责范围", at=walk.later())
    triage.route(number, by=walk.cast.officer, lead_agency=walk.office.ecology, at=walk.later())
    triage.issue_handover(number, by=walk.cast.officer, at=walk.later())
    assert Letter.objects.get(serial=2).agency == walk.office.ecology


def test_a_county_may_want_a_letter_with_every_routing(walk, office):
    Organ.objects.create(
        county=office.jishou, name="吉首市人大常委会", short_name="吉人大", issues_on_route=True
    )
    opinion = walk.to("reported_back")
    assert opinion.events.get(action="route").data["letter"] == "吉人大交〔2026〕1号"
    reopen.reopen(opinion.number, by=walk.cast.clerk, reason="没修好", at=walk.later())
    again = Letter.objects.get(serial=2)
    assert "没修好" in said(again) and again.issued_by == walk.cast.clerk


def test_a_routing_that_is_taken_back_takes_its_letter_back(walk, office):
    Organ.objects.create(
        county=office.jishou, name="吉首市人大常委会", short_name="吉人大", issues_on_route=True
    )
    opinion = walk.to("registered")
    officer, at = walk.cast.officer, walk.later()
    triage.route(opinion.number, by=officer, lead_agency=office.transport, at=at)
    triage.recall(opinion.number, by=officer, at=at + timedelta(seconds=20))
    letter = Letter.objects.get()
    assert (letter.cancelled_by, letter.cancel_reason) == (officer, "交办已收回。")
    triage.route(opinion.number, by=officer, lead_agency=office.ecology, at=at + timedelta(seconds=40))
    assert list(Letter.objects.order_by("serial").values_list("serial", "cancelled_by")) == [
        (1, officer.pk),
        (2, None),
    ]


def test_what_was_routed_on_paper_takes_no_number(walk, office):
    Organ.objects.create(
        county=office.jishou, name="吉首市人大常委会", short_name="吉人大", issues_on_route=True
    )
    opinion = walk.to("registered")
    triage.route(
        opinion.number, by=walk.cast.clerk, lead_agency=office.transport, at=walk.later(), via=IMPORT
    )
    assert not Letter.objects.exists()


def test_an_urging_notice_is_a_message_only(walk):
    opinion = walk.to("handling")
    supervise.notify(opinion.number, by=walk.cast.supervisor, kind="urge", at=walk.later())
    assert not Letter.objects.exists()


@pytest.mark.parametrize("keep_secret", [True, False])
def test_the_agency_never_reads_who_it_was(walk, keep_secret):
    opinion = walk.to(
        "routed",
        title="张秀英反映：路坏了",
        body="我是张秀英，电话 13812345678，身份证 433101198001011234。",
        citizen_name="张秀英",
        citizen_phone="13812345678",
        keep_secret=keep_secret,
    )
    triage.issue_handover(
        opinion.number, by=walk.cast.officer, words="请联系张秀英 13812345678", at=walk.later()
    )
    supervise.notify(
        opinion.number,
        by=walk.cast.supervisor,
        kind="supervise",
        letter=True,
        note="张秀英又来电",
        at=walk.later(),
    )
    for letter in Letter.objects.all():
        text = said(letter)
        assert "张秀英" not in text and "13812345678" not in text and "19800101" not in text
        assert ("138****5678" in text) is not keep_secret


def test_an_anonymous_citizen_is_answered_without_a_name(walk):
    opinion = walk.to("answered", citizen_name="", citizen_phone="")
    report_back.issue_reply(opinion.number, by=walk.cast.clerk, at=walk.later())
    assert "反映人：" in said(Letter.objects.get())


HOSTILE = "{{ 7*7 }} {% for x in matter %} <w:p/> & \u202e反\u2066 \x01\x07\x1b ]]> \ufffe 𠮷𬺓㙍"


def test_anyones_words_stay_text(walk):
    opinion = walk.to("answered", title=HOSTILE[:100], body=HOSTILE, citizen_name="<b>某")
    report_back.issue_reply(opinion.number, by=walk.cast.clerk, at=walk.later())
    text = said(Letter.objects.get())
    assert "{{ 7*7 }} {% for x in matter %} <w:p/> &" in text and "49" not in text and "<b>某同志：" in text
    assert "]]>" in text and "𠮷𬺓㙍" in text
    assert not set("\u202e\u2066\x07\x1b\ufffe") & set(text)


def test_a_letter_says_for_ever_what_it_said(walk, handed_over):
    before = said(handed_over)
    Opinion.objects.update(title="后来改了的标题", body="后来改了的内容")
    Organ.objects.create(county=walk.office.jishou, name="改了名的机关", short_name="改")
    assert said(Letter.objects.get()) == before


@pytest.mark.parametrize(
    "change",
    [
        {"serial": 9}, {"year": 2020}, {"series": "假"}, {"kind": "reply"}, {"about": "x"},
        {"agency": None}, {"issued_by": None}, {"occasion": "x"},
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_what_was_issued(handed_over, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=handed_over.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.all().delete()
    assert Letter.objects.get().number == "吉人大办交〔2026〕1号"


def test_the_letter_names_the_joint_agencies(walk, office):
    opinion = walk.to("registered")
    joint = {"lead_agency": office.transport, "joint_agencies": [office.ecology]}
    triage.route(opinion.number, by=walk.cast.officer, at=walk.later(), **joint)
    triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
    assert f"现交由你单位主办，{office.ecology.name}协办。" in said(Letter.objects.get())
