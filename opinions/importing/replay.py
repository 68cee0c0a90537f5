"""Replay of an entry through the ordinary actions, at the times its ledger gives. Nothing else is done here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from common.excel.importing import RowError
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT, Imported
from opinions.lifecycle.reasons import HowRated, HowTold
from opinions.lifecycle.statuses import Status
from opinions.models import Import, Opinion, Satisfaction
from opinions.workflow import deadlines
from opinions.workflow.batching import batch_writes
from opinions.workflow.imported import archive
from opinions.workflow.notes import note_internally
from opinions.workflow.register import register
from opinions.workflow.report_back import TOLD_BY_SYSTEM, answer, close, evaluate, report_back
from opinions.workflow.transition import lock, prelock
from opinions.workflow.triage import route, sign
from opinions.workflow.unit_of_work import cached, reuse_locked_rows
from studios.models import Agency

from .decisions import UNDECIDED, Decisions
from .entries import Entry
from .own_export import replay_history

OpenRows = Import.OpenRows

# Exceptions by which an action, or the database at its end, refuses.
REFUSALS = (Refused, PermissionDenied, ObjectDoesNotExist, IntegrityError, DataError)


class Failed(Exception):
    """An action was refused; `error` names the row. Everything the entry had done is rolled back."""

    def __init__(self, error: RowError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True)
class Replay:
    """One import as its rows are entered: who and when, the key of its job (None from the command line), and what was
    decided about them."""

    by: User
    now: datetime
    job: int | None = None
    decisions: Decisions = UNDECIDED

    @property
    def how(self) -> dict[str, Any]:
        """The keywords that every action of an import has."""
        return {"by": self.by, "via": IMPORT}

    @property
    def counts_from(self) -> date | None:
        """The day before which no deadline counts; None where they count as the ledger is dated."""
        return None if self.decisions.open_rows == OpenRows.DATED else timezone.localdate(self.now)


def import_batch(entries: list[Entry], replay: Replay) -> bool:
    """Enter all of the entries with a few statements. False, and nothing is done, if any of them is refused or known
    already: import_one tells which."""
    try:
        with transaction.atomic():
            with batch_writes():
                numbers = [_registered(entry, replay).number for entry in entries]
            with batch_writes(), reuse_locked_rows():
                prelock(numbers, replay.by)
                for number, entry in zip(numbers, entries, strict=True):
                    _go_on(number, entry, replay)
    except REFUSALS:
        return False
    return True


def import_one(entry: Entry, replay: Replay) -> bool:
    """Enter one entry, wholly or not at all; False if somebody else has done so meanwhile. Raises Failed."""
    try:
        with transaction.atomic(), reuse_locked_rows():
            return _act(entry, replay)
    except REFUSALS as error:
        raise Failed(RowError(entry.row, "", str(error) or type(error).__name__)) from error


def _act(entry: Entry, replay: Replay) -> bool:
    opinion = _registered(entry, replay)
    if opinion.version != 1:
        return False
    _go_on(opinion.number, entry, replay)
    return True


def _registered(entry: Entry, replay: Replay) -> Opinion:
    # Whether an answer was late is judged by the calendar of its time; only what is open counts from today.
    counts_from = None if entry.answered_at or entry.history else replay.counts_from
    return register(
        submission_key=entry.key,
        at=entry.registered_at,
        imported=Imported(replay.job, timezone.localdate(replay.now), counts_from),
        **entry.written,
        **replay.how,
    )


def _go_on(number: str, entry: Entry, replay: Replay) -> None:
    at = {"at": entry.registered_at, **replay.how}
    if entry.notes:
        note_internally(number, words=entry.notes, **at)
    if entry.history:
        replay_history(number, entry, entry.agency or unknown_agency(entry), replay)
        return
    if not entry.answered_at and replay.decisions.open_rows == OpenRows.ARCHIVE:
        archive(number, **at)
        return
    agency = entry.agency or (unknown_agency(entry) if entry.agency_unknown else None)
    if agency is None:
        return
    route(number, lead_agency=agency, **at)
    if entry.answered_at:
        sign(number, **at)
        _answer(number, entry, replay)


UNKNOWN_AGENCY = "原台账未记承办单位"  # data, in the offices' own language


def unknown_agency(entry: Entry) -> Agency:
    """Return the agency that stands for “the former ledger does not say who answered”: of its county, not in use, so
    that nothing can be routed to it. Created with the first such row."""
    county = entry.written["township"].county
    read = Agency.objects.filter(county=county, name=UNKNOWN_AGENCY).first
    agency = cached(("unknown agency", county.pk), read)
    return (
        agency
        or Agency.objects.get_or_create(county=county, name=UNKNOWN_AGENCY, defaults={"active": False})[0]
    )


def enter_answer(entry: Entry, number: str, replay: Replay) -> bool:
    """Enter the answer that the ledger has now to an opinion that is in the register without one; False if an action on
    the way is refused. It is entered at the ledger's time, or at that of the opinion's last event if that is later."""
    try:
        with transaction.atomic(), reuse_locked_rows():
            opinion = lock(number, replay.by)
            at = {"at": max(entry.answered_at or replay.now, opinion.changed_at), **replay.how}
            agency = opinion.lead_agency or entry.agency or unknown_agency(entry)
            if opinion.status == Status.REGISTERED:
                route(number, lead_agency=agency, **at)
            if opinion.status == Status.ROUTED:
                sign(number, **at)
            _answer(number, entry, replay, at=at["at"])
    except REFUSALS:
        return False
    return True


def _answer(number: str, entry: Entry, replay: Replay, at: datetime | None = None) -> None:
    """Answer and report back at the one time that the ledger has for both.

    No ledger records how the citizen was told. Those who wrote by web or text message read it there; all others are
    assumed to have had it in writing. It is never entered as a text message, which would be sent.
    """
    how: dict[str, Any] = {"at": at or entry.answered_at, **replay.how}
    opinion = answer(number, outcome=entry.outcome, answer=entry.answer, **how)
    how_told = HowTold.WEB if opinion.channel in TOLD_BY_SYSTEM else HowTold.LETTER
    opinion = report_back(number, **how | {"how": how_told})
    if entry.satisfaction:
        evaluate(
            number,
            satisfaction=entry.satisfaction,
            how=HowRated.PAPER,
            reason=_not_satisfied() if entry.satisfaction == Satisfaction.NOT else "",
            reopens=replay.decisions.open_rows != OpenRows.ARCHIVE,
            counts_from=replay.counts_from,
            former=True,
            **how,
        )
        return
    # Past windows close on the day they ended, not on the day of the import, or this month would count them.
    if opinion.due_on is None:  # never after a report: its window has a last day
        return
    window_over = deadlines.midnight(opinion.due_on + timedelta(days=1))
    if window_over <= replay.now:
        close(number, at=window_over, **replay.how)


def _not_satisfied() -> str:
    """Return the reason in the office's language: the ledger keeps it for good."""
    with override(settings.LANGUAGE_CODE):
        return _("Recorded in the former ledger: not satisfied")
