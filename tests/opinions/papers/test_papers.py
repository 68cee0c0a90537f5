"""Papers as PDF: a letter's is made once and on record; the register form tells all rounds; a case is one file."""

import hashlib
import io

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts.models import AccessRecord
from common.ui import pdf
from letters.models import Letter
from opinions.jobs import papers
from opinions.ledger.verify import verify
from opinions.models import Event, Opinion, Paper
from opinions.workflow import personal_data, reopen, report_back, triage
from tests.workflow.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not pdf.available(), reason="needs Pango")]


@pytest.fixture
def walk(cast, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Walk(cast, office)


@pytest.fixture
def twice(walk):
    """Kept secret, answered, not satisfied, answered again; with a hand-over letter."""
    cast, number = walk.cast, walk.to("routed", keep_secret=True, body="我家电话13987654321，路坏了。").number
    triage.issue_handover(number, by=cast.officer, at=walk.later())
    triage.sign(number, by=cast.handler, at=walk.later())
    report_back.answer(number, by=cast.handler, at=walk.later(), outcome="A", answer="已经修好。")
    report_back.report_back(number, by=cast.clerk, at=walk.later(), how="visit")
    reopen.reopen(number, by=cast.clerk, at=walk.later(), reason="又塌了")
    return Opinion.objects.get(number=number)


def enter(user):
    client = Client()
    client.force_login(user)
    return client


def made(paper: Paper) -> tuple[Paper, PdfReader, bytes]:
    papers.make(paper.pk)
    paper.refresh_from_db()
    content = paper.file.open().read()
    return paper, PdfReader(io.BytesIO(content)), content


def words(reader: PdfReader) -> str:
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "")


def test_a_letter_has_one_pdf_whose_digest_the_ledger_keeps(twice, walk):
    letter, officer = Letter.objects.get(), enter(walk.cast.officer)
    waiting = officer.get(f"/opinions/letters/{letter.pk}/letter.pdf")
    paper, _reader, content = made(Paper.objects.get())
    assert waiting.url == f"/opinions/papers/{paper.pk}/" and paper.state == "ready"
    assert "PDF 已生成，共 2 页" in officer.get(waiting.url).content.decode()
    event = Event.objects.get(action="file_paper")
    assert (
        event.data["letter"] == letter.number and event.data["sha256"] == hashlib.sha256(content).hexdigest()
    )
    sent = enter(walk.cast.handler).get(f"/opinions/letters/{letter.pk}/letter.pdf")
    assert (
        sent["Content-Type"] == "application/pdf" and sent.content == content and Paper.objects.count() == 1
    )
    assert AccessRecord.objects.filter(action="printed", subject=f"{twice.number} {letter.number}").exists()
    papers.make(paper.pk)
    assert Event.objects.filter(action="file_paper").count() == 1, "made once"
    assert verify().broken is None

    paper.file.storage.delete(paper.file.name)
    paper.file.storage.save(paper.file.name, io.BytesIO(b"%PDF-another"))
    refused = officer.get(f"/opinions/papers/{paper.pk}/file.pdf", follow=True)
    assert "不予发送" in refused.content.decode()
    broken = verify().broken
    assert (broken.number, broken.sequence) == (twice.number, event.sequence) and "PDF" in broken.what
    paper.file.storage.delete(paper.file.name)
    assert verify(number=twice.number).broken.what == "一份据此生成的 PDF 在存储中缺失"


def sizes(reader: PdfReader) -> set[float]:
    """The sizes in points of all that is printed."""
    found = set()

    def note(text, user, matrix, _font, size):
        if text.strip():
            found.add(round(size * abs(matrix[3] * user[3]), 1))

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    return found


def test_nothing_is_printed_too_small_to_read(twice, walk):
    for kind in ("form", "survey", "case"):
        _paper, reader, _content = made(papers.request(twice, kind, by=walk.cast.supervisor, named=False))
        assert min(sizes(reader)) >= 8, kind


def test_the_register_form_tells_both_rounds_and_hides_who_wants_secrecy(twice, walk):
    _paper, reader, _content = made(papers.request(twice, "form", by=walk.cast.officer, named=False))
    text = words(reader)
    assert "密" in text and "第1轮" in text and "第2轮" in text and "又塌了" in text and "已经修好" in text
    assert "13987654321" not in text and twice.citizen_name not in text and twice.citizen_phone not in text
    pages = len(reader.pages)
    assert [
        f"第{n}页共{pages}页" in page.extract_text().replace(" ", "")
        for n, page in enumerate(reader.pages, 1)
    ] == [True] * pages
    assert {round(float(page.mediabox.width)) for page in reader.pages} == {595}


def test_the_full_name_needs_a_reason_and_is_audited(twice, walk):
    clerk, address = enter(walk.cast.clerk), f"/opinions/{twice.number}/paper/"
    assert clerk.post(address, {"kind": "form", "reason": "归"}).status_code == 422
    clerk.post(address, {"kind": "form", "reason": "归档留存"})
    _paper, reader, _content = made(Paper.objects.get())
    assert twice.citizen_name in words(reader) and twice.citizen_phone in words(reader)
    assert AccessRecord.objects.filter(action="revealed", subject=twice.number).count() == 1
    assert enter(walk.cast.handler).get(address).status_code in (403, 404)
    assert enter(walk.cast.officer).get(f"/opinions/papers/{Paper.objects.get().pk}/").status_code == 404


def test_the_whole_case_is_one_file_and_goes_with_the_opinion(twice, walk):
    paper, reader, _content = made(papers.request(twice, "case", by=walk.cast.supervisor, named=False))
    text = words(reader)
    assert "卷内目录" in text and Letter.objects.get().number in text and "群众意见登记表" in text
    assert paper.pages == len(reader.pages) == 5 and paper.total == 3
    assert "/OutputIntents" in reader.trailer["/Root"], "PDF/A"
    Opinion.objects.filter(pk=twice.pk).update(status="withdrawn")
    personal_data.erase(twice.number, by=walk.cast.supervisor, reason="本人要求")
    assert not Paper.objects.filter(pk=paper.pk).exists()


def test_a_survey_form_bears_the_code_of_the_evaluation(twice, walk, settings):
    settings.PUBLIC_URL = "https://example.org"
    _paper, reader, _content = made(papers.request(twice, "survey", by=walk.cast.officer, named=False))
    assert "征询意见表" in words(reader) and "https://example.org/p/evaluate/" in words(reader).replace(
        " ", ""
    )
