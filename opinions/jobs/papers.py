"""PDFs made in the background: a letter as it was issued, the register form, the survey form, the whole case (全卷)."""

import hashlib
import io
import logging
from contextlib import suppress
from datetime import datetime

from django.core.files.base import ContentFile
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from accounts.models import User
from common.ops.job import LeaseLost
from letters import paper as letter_paper
from letters.models import Letter
from letters.services import docx_of
from opinions.models import Opinion, Paper
from opinions.workflow.papers import file_paper

from .paper_forms import page, register_form, survey_form

log = logging.getLogger(__name__)

State, Kind = Paper.State, Paper.Kind
MOST_ATTEMPTS = 3


def request_letter(letter: Letter, *, by: User) -> Paper:
    """Ask for the PDF of a letter, which is made once; returns it, made or not. One that failed is tried again."""
    opinion = Opinion.objects.only("pk").get(number=letter.about)
    made = {"opinion": opinion, "kind": Kind.LETTER, "made_by": by, "asked_at": timezone.now()}
    paper, is_new = Paper.objects.get_or_create(letter=letter, defaults=made)
    if paper.state == State.FAILED:
        is_new = bool(
            Paper.objects.filter(pk=paper.pk, state=State.FAILED).update(state=State.WAITING, attempt=0)
        )
        paper.refresh_from_db()
    if is_new:
        paper.enqueue()
    return paper


def request(opinion: Opinion, kind: str, *, by: User, named: bool) -> Paper:
    """Ask for a form or the whole case. The caller has checked that `by` may print it, and with the full name if
    `named`."""
    paper = Paper.objects.create(
        opinion=opinion,
        kind=kind,
        named=named,
        made_by=by,
        asked_at=timezone.now(),
        heartbeat_at=timezone.now(),
    )
    paper.enqueue()
    return paper


def make(pk: int, *, now: datetime | None = None) -> None:
    """Make the file, unless another worker is at it or has made it. Safe to call at any time, and twice."""
    paper = Paper.claim(pk, now=now or timezone.now(), state=State.WORKING, progress=0)
    if paper is None:
        return
    if paper.attempt > MOST_ATTEMPTS:
        paper.heartbeat(state=State.FAILED)
        return
    try:
        _finish(paper, _content(paper))
    except LeaseLost:
        log.warning("paper %s was taken over by another worker", pk)
    except Exception:
        log.exception("paper %s failed in attempt %s", pk, paper.attempt)
        with suppress(LeaseLost):
            paper.heartbeat(state=State.FAILED if paper.attempt >= MOST_ATTEMPTS else State.WAITING)


def _content(paper: Paper) -> bytes:
    if paper.letter:
        return letter_paper.pdf(docx_of(paper.letter))
    rows = Opinion.objects.visible_alone(paper.made_by).with_roles(paper.made_by)
    related = ("county", "township", "studio", "deputy", "lead_agency", "category", "registered_by")
    opinion = rows.select_related(*related).get(pk=paper.opinion_id)
    if paper.kind == Kind.SURVEY:
        return survey_form(opinion, paper)
    if paper.kind == Kind.FORM:
        return register_form(opinion, paper)
    return _case(opinion, paper)


def _case(opinion: Opinion, paper: Paper) -> bytes:
    """Return the list of contents, the register form and every letter in order of issue, in one file with its pages
    numbered through at the upper edge."""
    letters = list(
        Letter.objects.visible_to(paper.made_by).filter(about=opinion.number).order_by("issued_at", "id")
    )
    paper.heartbeat(total=len(letters) + 2)
    parts = [(opinion.number, "form", register_form(opinion, paper))]
    for done, letter in enumerate(letters, 1):
        paper.heartbeat(progress=done)
        parts.append((letter.number, letter.kind, _stored(letter) or letter_paper.pdf(docx_of(letter))))
    rows, at = [], 2  # the contents are on page 1
    for place, (name, kind, content) in enumerate(parts):
        pages = len(PdfReader(io.BytesIO(content)).pages)
        digest = hashlib.sha256(content).hexdigest()
        about = letters[place - 1] if place else None
        rows.append({"name": name, "kind": kind, "letter": about, "first": at, "last": at + pages - 1,
                     "digest": digest})  # fmt: skip
        at += pages
    contents = {"opinion": opinion, "rows": rows, "pages": at - 1, "paper": paper}
    writer = PdfWriter(clone_from=io.BytesIO(page("contents", contents)))
    for _name, _kind, content in parts:
        writer.append(io.BytesIO(content))
    numbers = PdfReader(io.BytesIO(page("numbers", {"pages": range(1, len(writer.pages) + 1)})))
    for sheet, number in zip(writer.pages, numbers.pages, strict=True):
        sheet.merge_page(number)
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()


def _stored(letter: Letter) -> bytes:
    """Return the letter's PDF as it was made once; empty where it was not."""
    made = Paper.objects.filter(letter=letter, state=State.READY).first()
    if made is None or letter.cancelled_at:
        return b""
    with made.file.open("rb") as file:
        return file.read()


def _finish(paper: Paper, content: bytes) -> None:
    digest, pages = hashlib.sha256(content).hexdigest(), len(PdfReader(io.BytesIO(content)).pages)
    paper.heartbeat()
    letter = paper.letter.number if paper.letter else ""
    file_paper(paper.opinion.number, paper=paper.kind, letter=letter, digest=digest, pages=pages)
    paper.file.save("paper.pdf", ContentFile(content), save=False)
    try:
        paper.heartbeat(
            file=paper.file.name, digest=digest, pages=pages, progress=paper.total or 1, state=State.READY
        )
    except LeaseLost:
        paper.file.delete(save=False)
        raise
