"""The forms of one opinion on paper: 群众意见登记表 and 征询意见表, as pages that become PDFs."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from common.ui.pdf import pdf_of
from common.ui.qr import qr_svg
from letters.models import Letter
from opinions.ledger.timeline import TimelineEntry, entries_of
from opinions.models import Opinion, Paper
from opinions.privacy.evaluation_tokens import link_of
from opinions.privacy.masking import CitizenView, citizen_view_for

# What each row of the form is made of: the steps whose sentence and words stand in it.
ROWS = {
    "triage": ("decline", "reconsider", "route", "recall", "return_it", "reopen", "merge"),
    "leaders": ("escalate", "notify"),
    "handling": ("sign", "joint_answer", "answer", "note_progress", "grant_extension", "suspend", "resume"),
    "reporting": ("report_back", "call_back"),
    "evaluation": ("evaluate", "rate"),
}


STYLE = Path(__file__).with_name("papers.css").read_text(encoding="utf-8")


def page(name: str, context: dict[str, Any]) -> bytes:
    """Return the PDF of one of the templates of papers, in the office's language."""
    with override(settings.LANGUAGE_CODE):
        return pdf_of(render_to_string(f"opinions/papers/{name}.html", context), css=STYLE)


def register_form(opinion: Opinion, paper: Paper) -> bytes:
    """Return the 登记表: all rounds in order of time, so that an earlier step never stands for a later one."""
    shown = _shown(opinion, paper)
    lines = entries_of(opinion, shown=shown)
    context = _common(opinion, paper, shown) | {
        "letters": Letter.objects.visible_to(paper.made_by)
        .filter(about=opinion.number)
        .select_related("agency", "signed_by")
        .defer("facts_text")
        .order_by("issued_at", "id"),
        "parts": opinion.parts.select_related("agency"),
        "files": opinion.attachments.count(),
        **{name: _by_round(lines, codes) for name, codes in ROWS.items()},
    }
    return page("register_form", context)


def survey_form(opinion: Opinion, paper: Paper) -> bytes:
    """Return the 征询意见表 of the present answer, with the code by which it is evaluated on a phone."""
    shown = _shown(opinion, paper)
    link = link_of(opinion)
    context = _common(opinion, paper, shown) | {
        "answer": shown.words(opinion.answer),
        "reply": Letter.objects.filter(about=opinion.number, kind="reply", cancelled_at=None).first(),
        "link": link,
        "qr": qr_svg(link) if link else "",
    }
    return page("survey_form", context)


def _common(opinion: Opinion, paper: Paper, shown: CitizenView) -> dict[str, Any]:
    named = paper.named and shown.may_reveal
    return {
        "opinion": opinion,
        "paper": paper,
        "shown": shown,
        "name": opinion.citizen_name if named else shown.name,
        "phone": opinion.citizen_phone if named else shown.phone,
        "body": opinion.body if named else shown.body,
        "printed_at": timezone.now(),
    }


def _shown(opinion: Opinion, paper: Paper) -> CitizenView:
    """Return what of the citizen stands on the paper; of one who wants secrecy nothing, unless asked for by name."""
    shown = citizen_view_for(opinion)
    if opinion.keep_secret and not (paper.named and shown.may_reveal):
        return replace(shown, clear=False, hidden=True)
    return shown


def _by_round(lines: Iterable[TimelineEntry], codes: Iterable[str]) -> list[tuple[int, list[TimelineEntry]]]:
    """Return these steps, oldest first, with the round that each group belongs to."""
    chosen = [line for line in lines if line.code in codes]
    return [(number, list(group)) for number, group in itertools.groupby(chosen, key=lambda line: line.round)]
