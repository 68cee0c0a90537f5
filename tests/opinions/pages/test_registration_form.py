"""The register form on paper, what comes in from paper later, the photos on the page, and who was reminded."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import AccessRecord
from opinions.ledger.verify import verify
from opinions.lifecycle.errors import Refused
from opinions.models import Attachment, Opinion
from opinions.workflow import report_back, supervision, triage
from opinions.workflow.register import register
from tests.opinions.story import NAME, PHONE, answered, signed, told

from .test_entry import NEW, errors, typed


@pytest.fixture
def clerk(client, cast):
    client.force_login(cast.clerk)
    return client


def form_of(opinion) -> str:
    return f"/opinions/{opinion.number}/print/"


def test_the_name_stands_on_the_form_against_a_reason_alone(clerk, cast, office):
    opinion = told(cast, office, body="站台没有雨棚")
    page = clerk.get(form_of(opinion))
    assert NAME not in page.text and PHONE not in page.text and "张**" in page.text
    assert clerk.post(form_of(opinion), {"reason": ""}).status_code == 422
    assert not AccessRecord.objects.filter(action="revealed").exists()
    page = clerk.post(form_of(opinion), {"reason": "登记表由反映人签名"})
    assert NAME in page.text and PHONE in page.text
    (row,) = AccessRecord.objects.filter(action="revealed")
    assert (row.by, row.subject, row.reason) == (cast.clerk, opinion.number, "登记表由反映人签名")


@pytest.mark.parametrize("who", ["official", "deputy"])
def test_who_may_not_reveal_prints_it_masked_alone(client, cast, office, who):
    opinion = told(cast, office)
    client.force_login(getattr(cast, who))
    assert "完整姓名" not in client.get(form_of(opinion)).text
    assert client.post(form_of(opinion), {"reason": "想看一看"}).status_code == 403


def test_a_secret_citizen_is_never_named_to_the_agency(client, cast, office):
    opinion = signed(cast, office, keep_secret=True)
    client.force_login(cast.handler)
    assert client.post(form_of(opinion), {"reason": "上门核实情况"}).status_code == 403


def test_all_rounds_stand_on_the_form(clerk, cast, office):
    number = answered(cast, office).number
    report_back.call_citizen(number, by=cast.clerk, reached=True, satisfaction="not", words="又漏雨了")
    triage.sign(number, by=cast.handler)
    report_back.answer(number, by=cast.handler, outcome="B", answer="正在换新雨棚。")
    text = clerk.get(form_of(Opinion.objects.get(number=number))).text
    for said in ("第1轮", "雨棚已于本周装好。", "又漏雨了", "正在换新雨棚。"):
        assert said in text
    assert text.index("雨棚已于本周装好。") < text.index("正在换新雨棚。")


def test_what_was_on_paper_counts_from_the_day_it_was_told(clerk, cast, office):
    today = timezone.localdate()
    day = today - timedelta(days=10)
    response = clerk.post(NEW, typed(received_on=str(day)))
    assert response.status_code == 302
    opinion = Opinion.objects.get()
    assert timezone.localdate(opinion.registered_at) == opinion.clock_on == day
    event = opinion.events.get()
    assert event.data["received_on"] == str(day)
    assert timezone.localdate(event.at) == timezone.localdate(opinion.changed_at) == today
    assert "补录" in clerk.get(response.url).text
    routed = triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    assert timezone.localdate(routed.routed_at) == today  # the agency's time is not spent by the studio
    assert verify().broken is None


def test_today_is_no_later_entry(clerk, cast, office):
    clerk.post(NEW, typed(received_on=str(timezone.localdate())))
    assert "received_on" not in Opinion.objects.get().events.get().data


@pytest.mark.parametrize("days", [-1, 61])
def test_the_future_and_what_is_too_old_are_refused_everywhere(clerk, cast, office, days):
    day = timezone.localdate() - timedelta(days=days)
    assert "received_on" in errors(clerk.post(NEW, typed(received_on=str(day))))
    facts = {"township": office.qianzhou, "channel": "letter", "title": "标题", "body": "话"}
    with pytest.raises(Refused) as refused:
        register(by=cast.clerk, received_on=day, **facts)
    assert refused.value.field == "received_on"


def test_what_the_matter_is_must_be_chosen(clerk, cast, office):
    page = clerk.get(NEW)
    assert 'value="complaint" selected' not in page.text
    assert "matter_type" in errors(clerk.post(NEW, typed(matter_type="")))
    assert not Opinion.objects.exists()


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "red").save(out, "JPEG")
    return out.getvalue()


def test_photos_are_shown_small_on_the_page(client, clerk, cast, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("a.jpg", photo(), content_type="image/jpeg")
    page = clerk.post(NEW, typed(files=[file]), follow=True)
    found = Attachment.objects.get()
    small = f"/opinions/{found.opinion.number}/files/{found.pk}/small/"
    assert f'src="{small}"' in page.text
    before = AccessRecord.objects.count()
    response = clerk.get(small)
    with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
        assert image.size == (320, 160)
    assert AccessRecord.objects.count() == before
    client.force_login(cast.stranger_clerk)
    assert client.get(small).status_code == 404


def test_the_timeline_says_who_was_reminded(client, cast, office):
    opinion = signed(cast, office)
    supervision.notify(opinion.number, by=cast.supervisor, kind="urge")
    client.force_login(cast.supervisor)
    assert "发给：田承办" in client.get(f"/opinions/{opinion.number}/").text
