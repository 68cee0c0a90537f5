"""What is added on the way, corrected or taken back before the agency signs: through the pages of both sides."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.actors import SYSTEM
from letters.models import Letter, Organ
from notifications.models import Message
from opinions.models import Opinion
from opinions.workflow import joint, triage
from tests.common.test_uploads import photo
from tests.opinions.story import answered, reported, routed, signed, told
from tests.portal.conftest import Citizen

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(client):
    def send(user, opinion, code, **fields):
        client.force_login(user)
        version = Opinion.objects.get(pk=opinion.pk).version
        return client.post(
            reverse("opinions:act", args=[opinion.number, code]), {"version": version} | fields
        )

    return send


@pytest.fixture
def page(client):
    def show(user, opinion):
        client.force_login(user)
        return re.sub(r"\s+", " ", client.get(f"/opinions/{opinion.number}/").text)

    return show


@pytest.fixture
def citizen(client, office):
    client.logout()
    return Citizen(client, office.studio)


def inbox(user) -> list[str]:
    return list(Message.objects.filter(recipient=user, channel="inbox").values_list("body", flat=True))


def test_a_citizen_adds_words_and_a_photo_and_the_handler_is_told(citizen, client, cast, office, act, page):
    opinion, code = citizen.tells()
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    progress = citizen.looks_up(code)
    assert "我要补充" in progress.content.decode()
    file = SimpleUploadedFile("石小妹家.jpg", photo(), "image/jpeg")
    done = citizen.takes("supplement", progress, words="昨晚又坏了一盏，电话13900001111", files=[file])
    assert done.status_code == 200
    assert "昨晚又坏了一盏" in done.content.decode() and "您补充了" in done.content.decode()
    assert any("昨晚又坏了一盏" in body and "13900001111" not in body for body in inbox(cast.handler))
    shown = page(cast.handler, opinion)
    assert "群众补充情况；照片或文件1个" in shown and "昨晚又坏了一盏" in shown
    assert "1.jpg" in shown and "石小妹家" not in shown and "后来补充" in shown


def test_words_are_needed_and_what_was_typed_is_kept(citizen):
    _opinion, code = citizen.tells()
    refused = citizen.takes("supplement", citizen.looks_up(code), words="  ")
    assert refused.status_code == 422


def test_triage_hears_of_what_is_added_before_routing_and_the_joint_agency_while_it_owes(cast, office, act):
    opinion = told(cast, office)
    assert act(cast.clerk, opinion, "supplement", words="补一张照片").status_code == 302
    assert any("补一张照片" in body for body in inbox(cast.officer))
    triage.route(
        opinion.number, by=cast.officer, lead_agency=office.transport, joint_agencies=[office.ecology]
    )
    act(cast.clerk, opinion, "supplement", words="还有异味")
    assert any("还有异味" in body for body in inbox(cast.other_handler))
    joint.joint_sign(opinion.number, by=cast.other_handler, agency=office.ecology)
    joint.joint_answer(opinion.number, by=cast.other_handler, agency=office.ecology, answer="已处理")
    act(cast.clerk, opinion, "supplement", words="又来一车土")
    assert not any("又来一车土" in body for body in inbox(cast.other_handler))


def test_after_the_answer_the_clerk_who_brings_it_is_told_and_after_the_end_nothing_is_added(
    cast, office, act
):
    opinion = answered(cast, office)
    act(cast.studio_clerk, opinion, "supplement", words="没有雨棚的还有一处")
    assert any("没有雨棚的还有一处" in body for body in inbox(cast.clerk))
    declined = told(cast, office)
    triage.decline(declined.number, by=cast.officer, reason="litigation", right_door="人民法院")
    assert act(cast.clerk, declined, "supplement", words="再说一句").status_code == 409


def test_a_progress_note_reaches_the_citizen_only_when_it_is_ticked(citizen, client, cast, office, act, page):
    opinion, code = citizen.tells()
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    act(cast.handler, opinion, "note_progress", words="内部：等配件")
    act(cast.handler, opinion, "note_progress", words="灯杆已运到", shown="on")
    shown = page(cast.clerk, opinion)
    assert "内部：等配件" in shown and "灯杆已运到" in shown
    client.logout()
    progress = citizen.looks_up(code).content.decode()
    assert "灯杆已运到" in progress and "等配件" not in progress


def test_a_note_among_the_staff_is_never_shown_to_the_citizen(citizen, client, cast, office, act, page):
    opinion, code = citizen.tells()
    assert act(cast.officer, opinion, "note_internally", words="此人去年来过").status_code == 302
    assert "此人去年来过" in page(cast.clerk, opinion)
    act(cast.supervisor, opinion, "give_copy", reason="本人持身份证到场")
    assert "此人去年来过" not in client.get(f"/opinions/{opinion.number}/copy/").text
    client.logout()
    assert "此人去年来过" not in citizen.looks_up(code).content.decode()


def amended(opinion, **changes) -> dict:
    names = ("title", "body", "channel", "matter_type", "urgency", "township_id", "studio_id", "deputy_id")
    fields = {name.removesuffix("_id"): getattr(opinion, name) or "" for name in names}
    return fields | changes


def test_a_mistake_is_corrected_until_the_agency_signs_and_the_agency_is_told(cast, office, act):
    opinion = routed(cast, office)
    assert act(cast.clerk, opinion, "amend", **amended(opinion, title="二号站台没有雨棚")).status_code == 302
    opinion.refresh_from_db()
    assert (opinion.status, opinion.title) == ("routed", "二号站台没有雨棚")
    assert any("二号站台没有雨棚" in body for body in inbox(cast.handler))
    triage.sign(opinion.number, by=cast.handler)
    assert act(cast.clerk, opinion, "amend", **amended(opinion, title="三号站台")).status_code == 409


@pytest.mark.parametrize("letters", [True, False])
def test_a_routing_is_taken_back_until_the_agency_signs(cast, office, act, page, letters, time_machine):
    name = {"name": "吉首市人大常委会办公室", "short_name": "吉人大办"}
    Organ.objects.create(county=office.jishou, issues_on_route=letters, **name)
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    opinion = routed(cast, office)
    time_machine.move_to("2026-11-02T16:00:00+08:00", tick=False)  # long after the minute at the desk
    assert f"/opinions/{opinion.number}/recall/" in page(cast.officer, opinion)
    assert act(cast.officer, opinion, "recall", reason="应由住建局办").status_code == 302
    opinion.refresh_from_db()
    assert (opinion.status, opinion.lead_agency) == ("registered", None)
    assert any("应由住建局办" in body for body in inbox(cast.handler))
    numbers = list(Letter.objects.values_list("serial", "cancelled_by__name"))
    assert numbers == ([(1, "龙分流")] if letters else [])
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    assert act(cast.officer, opinion, "recall").status_code == 409
    assert f"/opinions/{opinion.number}/recall/" not in page(cast.officer, opinion)


def test_what_was_routed_by_a_rule_is_taken_back_by_an_officer_alone(cast, office, act):
    opinion = told(cast, office, title="公交不来", body="公交一小时不来")
    triage.route(opinion.number, by=SYSTEM, lead_agency=office.transport)
    for other in (cast.clerk, cast.handler, cast.supervisor):
        assert act(other, opinion, "recall").status_code == 403
    assert act(cast.officer, opinion, "recall").status_code == 302


@pytest.mark.parametrize(("stage", "status"), [(signed, 302), (reported, 409)])
def test_progress_is_noted_while_the_agency_works_on_it(cast, office, act, stage, status):
    assert act(cast.handler, stage(cast, office), "note_progress", words="已进场").status_code == status
