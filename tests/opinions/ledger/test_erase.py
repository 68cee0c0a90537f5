"""A dump holds no name and number in clear; what was erased is nowhere any more, and every figure stays."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from common.security.crypto import EncryptedLineField, EncryptedTextField
from common.security.encrypted_spans import PartlyEncryptedTextField
from common.security.uploads import examine
from congress_liaison import doctor
from letters.models import Letter
from opinions.jobs import retention
from opinions.ledger.verify import verify
from opinions.lifecycle.errors import Refused
from opinions.models import Attachment, EventText, JointPart, Opinion, PlannedErasure
from opinions.workflow import personal_data, report_back
from reports.figures.counting import count_figures
from tests.common.dump import dump
from tests.common.test_uploads import from_a_phone
from tests.opinions.story import erase_old, reported, told
from workdays import clock

pytestmark = pytest.mark.django_db
NAME, PHONE = "欧阳秘密", "13987654321"
WORDS = {
    "title": "工厂夜里排污",
    "body": "就在我家屋后，很臭。",
    "place": "河边第三家",
    "recorded_for": "邻居代写",
}
LATER = timezone.now() + timedelta(days=6 * 366)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def closed(cast, office, **more):
    photo = examine(SimpleUploadedFile("x.jpg", from_a_phone()))
    facts = WORDS | {"citizen_name": NAME, "citizen_phone": PHONE, "keep_secret": True, "files": [photo]}
    number = reported(cast, office, channel="web", **facts | more).number
    return report_back.evaluate(
        number, by=cast.clerk, satisfaction="satisfied", how="phone", reason="气味没有了"
    )


def test_a_dump_holds_no_number_and_no_secret_name(cast, office, folder):
    closed(cast, office)
    everything = dump(folder)
    assert WORDS["body"] in everything  # the dump does read the tables
    for secret in (NAME, PHONE, PHONE[-8:], "张秀英的手机"):
        assert secret not in everything


def test_erase_leaves_no_encrypted_column_of_the_opinion_filled(cast, office, folder):
    opinion = closed(cast, office)
    kinds = (EncryptedTextField, EncryptedLineField, PartlyEncryptedTextField)
    columns = [field.name for field in Opinion._meta.concrete_fields if isinstance(field, kinds)]
    assert "question" in columns and "citizen_name" in columns
    Opinion.objects.filter(pk=opinion.pk).update(**dict.fromkeys(columns, "龙小妹家"))
    personal_data.erase(opinion.number, by=cast.supervisor, reason="本人要求")
    left = Opinion.objects.values(*columns).get(pk=opinion.pk)
    assert {name: text for name, text in left.items() if text} == {"title": "（内容已按规定删除）"}


def test_after_its_time_nothing_said_is_left_and_every_figure_is(
    cast, office, folder, django_capture_on_commit_callbacks
):
    opinion = closed(cast, office)
    young = told(cast, office)
    before = count_figures(Opinion.objects.all())
    facts = (
        "status",
        "county_id",
        "lead_agency_id",
        "category_id",
        "satisfaction",
        "outcome",
        "registered_at",
    )
    kept = Opinion.objects.filter(pk=opinion.pk).values(*facts).get()
    joint = {"county": office.jishou, "agency": office.ecology, "sent_on": timezone.localdate(), "days": 5}
    told_too = {"due_on": timezone.localdate(), "signed_at": timezone.now(), "answered_at": timezone.now()}
    JointPart.objects.create(opinion=opinion, answer="协办单位说的话", **joint, **told_too)
    report_back.issue_reply(opinion.number, by=cast.clerk)
    with django_capture_on_commit_callbacks(execute=True):
        erase_old(LATER)
    opinion.refresh_from_db()
    letter = Letter.objects.get()
    assert letter.number and NAME not in letter.facts_text and WORDS["body"] not in letter.facts_text
    assert {letter.facts[name] for name in ("addressee", "title", "matter", "answer")} == {opinion.title}
    everything = dump(folder)
    for gone in (*WORDS.values(), "雨棚已于本周装好", "气味没有了", "请于期限内答复", "协办单位说的话"):
        assert gone not in everything.replace(young.body, "")
    assert (opinion.citizen_name, opinion.citizen_phone, opinion.phone_index, opinion.phone_tail) == ("",) * 4
    assert not Attachment.objects.exists() and not [path for path in folder.rglob("*") if path.is_file()]
    assert not EventText.objects.filter(event__opinion=opinion, erased_at=None).exists()
    assert Opinion.objects.filter(pk=opinion.pk).values(*facts).get() == kept
    assert count_figures(Opinion.objects.all()) == before
    assert verify().broken is None
    young.refresh_from_db()
    assert young.erased_at is None and young.citizen_phone


def test_it_is_done_once_and_a_dry_run_does_nothing(cast, office, capsys):
    closed(cast, office)
    call_command("anonymise", now=LATER.isoformat(), dry_run=True)
    assert Opinion.objects.get().erased_at is None
    assert capsys.readouterr().out.split("\n")[:2] == ["kept long enough 1", "to be erased 0"]
    assert [erase_old(LATER), erase_old(LATER)] == [1, 0]


def test_it_is_planned_and_shown_before_it_is_done(cast, office):
    closed(cast, office)
    for day, erased in ((0, 0), (1, 0), (13, 0), (14, 1)):
        retention.plan(now=LATER + timedelta(days=day))
        if not erased:
            (line,) = [found.detail for found in doctor.examine(LATER) if found.name == "计划删除的内容"]
            assert line.startswith("1件意见，自")
        assert retention.anonymise(now=LATER + timedelta(days=day)) == erased


def test_a_plan_of_a_wrong_clock_is_dropped(cast, office):
    closed(cast, office)
    assert retention.plan(now=LATER) == 1
    assert retention.plan() == 0
    assert not PlannedErasure.objects.exists()
    assert retention.anonymise(now=LATER + timedelta(days=14)) == 0


def test_one_night_erases_no_more_than_the_setting_says(cast, office, settings):
    for _turn in range(3):
        closed(cast, office)
    retention.plan(now=LATER - timedelta(days=14))
    settings.RETENTION_A_NIGHT = 2
    assert [retention.anonymise(now=LATER) for _night in range(3)] == [2, 1, 0]


def test_what_is_younger_stays(cast, office):
    closed(cast, office)
    call_command("anonymise")
    assert Opinion.objects.get().title == WORDS["title"]


def test_a_supervisor_erases_when_the_citizen_asks_and_says_who(client, cast, office):
    opinion = closed(cast, office)
    client.force_login(cast.supervisor)
    url = f"/opinions/{opinion.number}/erase/"
    assert client.post(url, {"version": opinion.version, "reason": ""}).status_code == 422
    assert (
        client.post(url, {"version": opinion.version, "reason": "本人来电要求，11月25日"}).status_code == 302
    )
    page = client.get(f"/opinions/{opinion.number}/").content.decode()
    assert "本人来电要求" in page and WORDS["body"] not in page and NAME not in page


@pytest.mark.parametrize("act", ["reopen", "evaluate"])
def test_what_was_erased_is_not_taken_up_again(cast, office, act):
    opinion = closed(cast, office)
    personal_data.erase(opinion.number, by=cast.supervisor, reason="要求")
    from opinions.workflow import reopen

    with pytest.raises(Refused):
        if act == "reopen":
            reopen.reopen(opinion.number, by=cast.clerk, reason="又来")
        else:
            report_back.evaluate(opinion.number, by=cast.clerk, satisfaction="satisfied", how="phone")


def test_it_is_done_every_night_unless_the_office_never_erases(cast, office, settings, monkeypatch):
    from congress_liaison.celery import app
    from opinions.jobs.tasks import nightly

    app.finalize()
    (turn,) = [entry for entry in app.conf.beat_schedule.values() if entry["task"] == nightly.name]
    assert turn["schedule"].hour == {1}
    opinion = closed(cast, office)
    settings.CLOCK_GAP_DAYS = 7 * 366
    monkeypatch.setattr(clock, "database_time", lambda: None)  # it does not travel
    with time_machine.travel(LATER):
        settings.RETENTION_YEARS = 0
        nightly()
        settings.RETENTION_YEARS = 5
        nightly()
    assert not Opinion.objects.get(pk=opinion.pk).erased_at
    with time_machine.travel(LATER + timedelta(days=14, minutes=1)):
        settings.RETENTION_YEARS = 0
        nightly()
        assert not Opinion.objects.get(pk=opinion.pk).erased_at
        settings.RETENTION_YEARS = 5
        nightly()
        assert not Opinion.objects.get(pk=opinion.pk).erased_at  # the plan was dropped and begins again
    with time_machine.travel(LATER + timedelta(days=29)):
        nightly()
    assert Opinion.objects.get(pk=opinion.pk).erased_at
