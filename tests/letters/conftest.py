"""An opinion that waits at the agency, and letters about it."""

import io

import pytest
from docx import Document

from letters.models import Letter
from letters.services import docx_of
from opinions.workflow import report_back, supervision, triage
from tests.kept import kept
from tests.workflow.walk import Walk


@pytest.fixture
def walk(cast, office):
    return Walk(cast, office)


@pytest.fixture
def handed_over(walk):
    """A hand-over letter that waits to be signed for."""
    letter, walk.now = kept("handed over", make_handed_over, walk.cast, walk.office)
    return letter


def make_handed_over(cast, office):
    walk = Walk(cast, office)
    opinion = walk.to("routed")
    triage.issue_handover(opinion.number, by=cast.officer, at=walk.later(), words="请实地查看")
    return Letter.objects.get(), walk.now


@pytest.fixture
def all_kinds(walk, handed_over):
    """One letter of each kind about one opinion."""
    number = handed_over.about
    supervision.notify(
        number, by=walk.cast.supervisor, kind="supervise", letter=True, note="请加快", at=walk.later()
    )
    triage.sign(number, by=walk.cast.handler, at=walk.later())
    words = {"outcome": "A", "answer": "已经修好。\n欢迎监督。"}
    report_back.answer(number, by=walk.cast.handler, at=walk.later(), **words)
    report_back.issue_reply(number, by=walk.cast.clerk, at=walk.later())
    return {letter.kind: letter for letter in Letter.objects.all()}


def said(letter) -> str:
    """All text of the letter's .docx, read back as Word would."""
    document = Document(io.BytesIO(docx_of(letter)))
    head = document.sections[0].first_page_header.paragraphs
    return "\n".join(paragraph.text for paragraph in [*head, *document.paragraphs])
