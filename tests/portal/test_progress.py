"""What the page of a matter tells: the citizen's own words, every answer, why not, what comes next, whom to call."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.actors import CITIZEN
from common.templatetags.liaison import localdate_short
from notifications.models import Message
from opinions.lifecycle.reasons import door_for
from opinions.models import Opinion
from opinions.workflow import merging, notes, register, report_back, supervision, triage
from tests.common.test_uploads import from_a_phone

from .conftest import answered, text_of

pytestmark = pytest.mark.django_db


def test_the_agencys_own_number_is_shown_and_the_citizens_own_is_not(citizen, cast, office):
    opinion, code = citizen.tells(body="打我电话 13812345678")
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    words = "已修好。有事请打0743-8222111，或找王主任13900001111。"
    report_back.answer(opinion.number, by=cast.handler, outcome="C", answer=words)
    page = text_of(citizen.looks_up(code))
    assert words in page
    assert "138****5678" in page and "13812345678" not in page
    assert "结果： 已列入工作计划，将逐步解决" in page


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("A", "已解决"),
        ("B", "正在解决"),
        ("C", "已列入工作计划，将逐步解决"),
        ("D", "已作解释说明"),
    ],
)
def test_the_outcome_is_said_in_words_without_its_letter(citizen, cast, office, outcome, said):
    opinion, code = citizen.tells()
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    report_back.answer(opinion.number, by=cast.handler, outcome=outcome, answer="见面说明。")
    page = text_of(citizen.looks_up(code))
    assert f"结果： {said}" in page and f"{outcome}：" not in page and "留作参考" not in page


def test_own_words_place_and_photos_are_on_the_page(citizen, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    photo = SimpleUploadedFile("IMG_7.jpg", from_a_phone(), content_type="image/jpeg")
    _opinion, code = citizen.tells(files=photo)
    page = citizen.looks_up(code)
    text = text_of(page)
    assert "晚上看不见路" in text and "地点： 峒河桥头" in text and "1.jpg" in text
    address = page.content.decode().split('href="/p/file/')[1].split('"')[0]
    opened = citizen.client.get(f"/p/file/{address}")
    assert opened.status_code == 200 and opened["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "litigation",
            "这件事要由法院处理（或已在法院处理），工作室不能代办。请找有管辖权的人民法院，也可以打12368。",
        ),
        ("arbitration", "这件事可以依法申请行政复议或仲裁。"),
        ("petition", "这件事信访部门正在按程序办理"),
        ("discipline", "这件事请向纪检监察机关反映，电话12388。您反映的内容我们会保密。"),
        ("outside_area", "请找当地的代表联系群众工作室。"),
        ("no_facts", "您反映的事还缺时间、地点或经过，暂时没法核实。请补充后再告诉我们。"),
        ("repeated", "这件事以前答复过您，这次没有新的情况。"),
    ],
)
def test_a_decline_says_why_and_whom_to_turn_to_in_a_whole_sentence(citizen, cast, office, reason, said):
    office.studio.phone = "0743-8075482"
    office.studio.save()
    opinion, code = citizen.tells()
    triage.decline(
        opinion.number, by=cast.officer, reason=reason, right_door=door_for(reason), note="带上合同原件。"
    )
    page = text_of(citizen.looks_up(code))
    assert "这件事这里办不了。" in page and said in page and "带上合同原件。" in page
    assert "0743-8075482" in page and "可以找" not in page
    assert "不予受理" not in page


def test_a_nearer_place_that_the_officer_named_is_said_too(citizen, cast):
    opinion, code = citizen.tells()
    triage.decline(opinion.number, by=cast.officer, reason="litigation", right_door="乾州人民法庭")
    assert "可以找：乾州人民法庭。" in text_of(citizen.looks_up(code))


def test_late_before_it_is_passed_on_blames_nobody_else(citizen):
    opinion, code = citizen.tells()
    Opinion.objects.filter(pk=opinion.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    page = text_of(citizen.looks_up(code))
    assert "比原定时间晚了，我们正在抓紧确定由哪个单位办理，请您谅解。" in page and "催办" not in page


def test_late_with_the_agency_says_sorry_and_that_it_is_being_urged(citizen, cast, office):
    opinion, code = citizen.tells()
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    Opinion.objects.filter(pk=opinion.pk).update(handling_due_on=timezone.localdate() - timedelta(days=1))
    page = text_of(citizen.looks_up(code))
    assert "没能按时给您答复，我们正在催办，有结果马上告诉您，请您谅解。" in page and "超期" not in page


def test_suspended_and_going_on_are_told_in_plain_words(citizen, cast, office):
    opinion, code = citizen.tells()
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    until = timezone.localdate() + timedelta(days=9)
    supervision.suspend(opinion.number, by=cast.handler, reason="等群众", until_on=until)
    assert f"最迟{localdate_short(until)}接着办" in text_of(citizen.looks_up(code))


def test_a_day_of_another_year_is_said_with_its_year():
    this = timezone.localdate()
    assert localdate_short(this.replace(month=12, day=14)) == "12月14日"
    assert localdate_short(this.replace(year=this.year + 1, month=1, day=4)) == f"{this.year + 1}年1月4日"


def test_the_other_citizen_of_a_joined_matter_is_not_known_by_the_answer(citizen, cast, office):
    mine, code = citizen.tells()
    target = register.register(
        by=cast.clerk, township=office.qianzhou, channel="reception", title="灯坏了", body="灯坏了",
        citizen_name="彭大姐", citizen_phone="13700000000",
    )  # fmt: skip
    merging.merge(mine.number, by=cast.officer, into=target.number)
    triage.route(target.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(target.number, by=cast.handler)
    words = "彭大姐（137 0000 0000），灯已换好，报修电话0743-8222111。"
    report_back.answer(target.number, by=cast.handler, outcome="A", answer=words)
    report_back.report_back(target.number, by=cast.clerk, how="phone")
    page = text_of(citizen.looks_up(code))
    assert "灯已换好，报修电话0743-8222111" in page
    assert "彭大姐" not in page and "137 0000 0000" not in page


def test_no_word_of_the_offices_is_on_the_page(citizen, cast, office):
    opinion, code = citizen.tells()
    answered(cast, office, opinion)
    page = text_of(citizen.looks_up(code))
    for word in ("台账", "签收", "退单", "督办", "承办单位", "反映人", "暂定", "归档", "异议"):
        assert word not in page


def test_a_question_and_progress_show_the_agencys_number_and_hide_the_citizens(citizen, cast, office):
    opinion, code = citizen.tells()
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    notes.note_progress(opinion.number, by=cast.handler, words="已派人查看，联系0743-8222111。", shown=True)
    notes.supplement(opinion.number, by=CITIZEN, words="我的号码13812345678", via="portal")
    page = text_of(citizen.looks_up(code))
    assert "已派人查看，联系0743-8222111。" in page
    assert "我的号码138****5678" in page and "13812345678" not in page


def test_a_deputy_tells_the_citizen_a_first_word_and_nothing_else_changes(citizen, cast, office):
    opinion, code = citizen.tells()
    Opinion.objects.filter(pk=opinion.pk).update(deputy=cast.as_deputy)
    before = Opinion.objects.get(pk=opinion.pk)
    notes.explain(opinion.number, by=cast.deputy, words="已请街道去看，灯杆要换。")
    page = text_of(citizen.looks_up(code))
    assert "代表对您说" in page and "已请街道去看，灯杆要换。" in page
    sent = Message.objects.filter(about=opinion.number, channel="sms").latest("pk")
    assert "代表说：已请街道去看，灯杆要换" in sent.body
    after = Opinion.objects.get(pk=opinion.pk)
    assert (after.status, after.due_on) == (before.status, before.due_on)
