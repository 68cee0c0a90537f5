"""What a merged citizen adds reaches those who work on the opinion followed, without saying who they are."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from notifications.models import Message
from opinions.ledger.verify import verify
from opinions.models import Attachment, Event, EventText, Opinion
from opinions.workflow import merging, personal_data, report_back, triage
from tests.common.test_uploads import photo
from tests.opinions.story import routed, signed, told
from tests.portal.conftest import Citizen, text_of

pytestmark = pytest.mark.django_db
NAME, PHONE = "石大姐", "13900002222"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def citizen(client, office):
    return Citizen(client, office.studio)


def follows(citizen, cast, office, lead=None, **more):
    """Their opinion, its code, and the one that theirs was merged into."""
    mine, code = citizen.tells(citizen_name=NAME, citizen_phone=PHONE, **more)
    lead = lead or signed(cast, office)
    merging.merge(mine.number, by=cast.officer, into=lead.number)
    return mine, code, lead


def adds(citizen, code, words="我是石大姐，晚上也没有灯，电话13900002222", **more):
    return citizen.takes("supplement", citizen.looks_up(code, PHONE[-4:]), words=words, **more)


def page(client, user, opinion) -> str:
    client.force_login(user)
    return client.get(f"/opinions/{opinion.number}/").text


def test_it_reaches_the_handler_with_its_photo_and_stands_on_both_timelines(client, citizen, cast, office):
    mine, code, lead = follows(citizen, cast, office)
    file = SimpleUploadedFile("石大姐家.jpg", photo(), "image/jpeg")
    done = adds(citizen, code, files=[file])
    assert done.status_code == 200 and "您补充了" in text_of(done) and "晚上也没有灯" in text_of(done)
    told_handler = [
        message.body for message in Message.objects.filter(recipient=cast.handler, about=lead.number)
    ]
    assert any("晚上也没有灯" in body for body in told_handler)
    assert not any(NAME in body or PHONE in body for body in told_handler)
    shown = page(client, cast.handler, lead)
    assert f"群众对{mine.number}（已并入本件）的补充情况；照片或文件1个" in shown and "晚上也没有灯" in shown
    assert "1.jpg" in shown and "石大姐" not in shown and PHONE not in shown
    own = page(client, cast.clerk, mine)
    assert "我是石大姐，晚上也没有灯" in own and f"已转给{lead.number}" in own
    assert verify().broken is None


@pytest.mark.parametrize("user", ["handler", "clerk", "officer", "supervisor"])
def test_nobody_learns_on_the_other_opinion_who_added_it(client, citizen, cast, office, user):
    _mine, code, lead = follows(citizen, cast, office, keep_secret="on")
    adds(citizen, code)
    shown = page(client, getattr(cast, user), lead)
    assert "晚上也没有灯" in shown and NAME not in shown and PHONE not in shown


def test_the_other_citizen_is_shown_nothing_of_it(client, citizen, cast, office):
    other, others_code = citizen.tells()
    _mine, code, _lead = follows(citizen, cast, office, lead=other)
    file = SimpleUploadedFile("1.jpg", photo(), "image/jpeg")
    adds(citizen, code, files=[file])
    progress = citizen.looks_up(others_code)
    assert progress.status_code == 200
    assert "晚上也没有灯" not in text_of(progress) and "补充了" not in text_of(progress)
    assert "1.jpg" not in progress.content.decode()
    client.force_login(cast.supervisor)
    personal_data.give_copy(other.number, by=cast.supervisor, reason="本人到场")
    copy = client.get(f"/opinions/{other.number}/copy/").text
    assert "晚上也没有灯" not in copy and "1.jpg" not in copy and "补充情况" not in copy


def test_before_it_is_routed_triage_is_told_and_a_clerk_adds_for_who_has_no_phone(client, cast, office):
    lead, mine = told(cast, office), told(cast, office, citizen_phone="", title="也是站台")
    merging.merge(mine.number, by=cast.officer, into=lead.number)
    client.force_login(cast.clerk)
    version = Opinion.objects.get(pk=mine.pk).version
    sent = client.post(
        f"/opinions/{mine.number}/supplement/", {"version": version, "words": "再补一句：有老人摔倒"}
    )
    assert sent.status_code == 302
    bodies = Message.objects.filter(recipient=cast.officer, about=lead.number).values_list("body", flat=True)
    assert any("有老人摔倒" in body for body in bodies)


def test_when_the_opinion_followed_has_ended_there_is_no_form_and_it_is_refused(
    client, citizen, cast, office
):
    _mine, code, lead = follows(citizen, cast, office, lead=routed(cast, office))
    progress = citizen.looks_up(code, PHONE[-4:])
    assert "我要补充" in progress.content.decode()
    triage.sign(lead.number, by=cast.handler)
    report_back.answer(lead.number, by=cast.handler, outcome="A", answer="已装好。")
    report_back.report_back(lead.number, by=cast.clerk, how="phone")
    report_back.evaluate(lead.number, by=cast.clerk, satisfaction="satisfied", how="phone")
    assert "我要补充" not in citizen.looks_up(code, PHONE[-4:]).content.decode()
    late = citizen.takes("supplement", progress, words="还有一句")
    assert late.status_code == 409 and "还有一句" in late.content.decode(), "what was typed is given back"
    assert not Event.objects.filter(action__in=["supplement", "share_supplement"]).exists()


def test_what_was_passed_on_is_erased_with_it(
    citizen, cast, office, django_capture_on_commit_callbacks, settings
):
    mine, code, lead = follows(citizen, cast, office)
    file = SimpleUploadedFile("1.jpg", photo(), "image/jpeg")
    adds(citizen, code, files=[file])
    said = lead.events.get(action="share_supplement")
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(mine.number, by=cast.supervisor, reason="本人要求")
    assert EventText.objects.get(event=said).text == "" and not Attachment.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert not Message.objects.filter(body__contains="晚上也没有灯").exists()
    assert Message.objects.filter(about=lead.number).exclude(body="").exists(), "its own messages stay"
    lead.refresh_from_db()
    assert lead.body and verify().broken is None
