"""The actions of the public side: hand an opinion in, find it again. Every change goes through opinions/workflow."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts import rate_limit
from accounts.actors import CITIZEN, SYSTEM
from common.security.uploads import Upload, numbered
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import PORTAL
from opinions.lifecycle.reasons import HowTold
from opinions.lifecycle.statuses import Status
from opinions.models import Event, Opinion
from opinions.models.choices import Channel
from opinions.privacy import query_codes
from opinions.workflow import receipts
from opinions.workflow.asking import answer_question
from opinions.workflow.notes import supplement
from opinions.workflow.register import register, withdraw
from opinions.workflow.reopen import reopen
from opinions.workflow.report_back import evaluate, report_back
from studios.models import Studio

# The wording of the notice on personal data in templates/portal/_notice.html; change both together.
NOTICE = "2026-12"
ACTIONS: dict[str, Callable[..., Opinion]] = {
    function.__name__: function for function in (answer_question, evaluate, reopen, supplement, withdraw)
}
RELATED = ("county", "township", "studio", "lead_agency", "merged_into__lead_agency")


def submit(
    *,
    studio: Studio,
    submission_key: UUID,
    files: Iterable[Upload] = (),
    at: datetime | None = None,
    **written: Any,
) -> tuple[Opinion, str]:
    """Register what a citizen wrote at `studio`; returns the opinion and its query code, which is shown once.

    The same `submission_key` gives the same opinion and the same code, however often it is sent.
    """
    opinion = register(
        by=CITIZEN,
        township=studio.township,
        studio=studio,
        channel=Channel.WEB,
        submission_key=submission_key,
        files=numbered(files),
        at=at,
        via=PORTAL,
        consent=NOTICE,
        may_text=lambda phone: _may_text(phone, at),
        **written,
    )
    return opinion, query_codes.code_of(submission_key)


def _may_text(phone: str, at: datetime | None) -> bool:
    """Limit the receipts of one number: anybody can type anybody's number here."""
    most = settings.RECEIPTS_PER_PHONE_A_DAY
    return rate_limit.granted("receipt", phone, most=most, within=timedelta(days=1), now=at)


def find(*, code: str, tail: str) -> Opinion | None:
    """Return the opinion of a receipt, None if there is none. A wrong code and wrong digits take the same one query."""
    return receipts.find(code=code, tail=tail, rows=opinions())


def opinions() -> QuerySet[Opinion]:
    """Return all opinions with what the public pages show of them."""
    return Opinion.objects.select_related(*RELATED)


def report_back_on_page(opinion: Opinion) -> Opinion:
    """Record that a citizen who reads the answer on the page has been told it: that is the report back (HowTold.WEB).
    It is the only one for people who left no phone number. Returns the opinion as it is afterwards."""
    if opinion.status != Status.ANSWERED:
        return opinion
    with suppress(Refused):  # somebody told them at this very moment
        report_back(opinion.number, by=SYSTEM, how=HowTold.WEB)
    return opinions().get(pk=opinion.pk)


def take(action: str, number: str, **typed: Any) -> Opinion:
    """Take an action of the citizen on an opinion they have shown to be theirs. `typed` are the arguments of the
    workflow's function. Raises Refused as it does."""
    if "files" in typed:
        typed["files"] = numbered(typed["files"])
    return ACTIONS[action](number, by=CITIZEN, via=PORTAL, **typed)


def taken_before(action: str, number: str, **typed: Any) -> bool:
    """Return whether the citizen's last action was this one, with this text: a form that was sent twice."""
    events = Event.objects.filter(opinion__number=number, action=action, via=PORTAL)
    last = events.select_related("words", "opinion").order_by("sequence").last()
    if not last or last.round < last.opinion.round - 1:
        return False
    text = last.words.text if last.text_digest else ""
    same = text == (typed.get("reason") or typed.get("words", ""))
    return same and last.data.get("satisfaction") == typed.get("satisfaction")
