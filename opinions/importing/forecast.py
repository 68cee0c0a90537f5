"""What the open rows of a ledger would set off if their deadlines counted as dated: shown before anybody decides."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.workflow import deadlines, escalation
from opinions.workflow.unit_of_work import cached_reads

from .entries import Entry


class Forecast:
    """Counts, over the entries it is given, the open ones and those of them that the days in the ledger would make
    overdue, the subject of a notice, and of an official letter, by today."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.counts = {"open": 0, "overdue": 0, "noticed": 0, "lettered": 0}

    def add_all(self, entries: Iterable[Entry | None]) -> None:
        """Count entries; an answered one is none of these."""
        with cached_reads():
            for entry in entries:
                if entry and not entry.answered_at:
                    self._add(entry)

    def _add(self, entry: Entry) -> None:
        opinion = _as_dated(entry)
        reached = [row for row in _levels(opinion) if escalation.policy_day(opinion, row) <= self.today]
        self.counts["open"] += 1
        self.counts["overdue"] += deadlines.due_day(opinion) < self.today
        self.counts["noticed"] += bool(reached)
        self.counts["lettered"] += any(row.letter for row in reached)


def _as_dated(entry: Entry) -> Opinion:
    """Return the entry as an opinion that is not stored, with the deadline it would have."""
    registered_on = timezone.localdate(entry.registered_at)
    written = entry.written
    opinion = Opinion(county_id=written["township"].county_id, matter_type=written["matter_type"])
    opinion.lead_agency = entry.agency
    opinion.status = Status.ROUTED if entry.agency else Status.REGISTERED
    deadlines.for_status(opinion, registered_on)
    return opinion


def _levels(opinion: Opinion) -> list[escalation.EscalationLevel]:
    return escalation.levels(opinion) if opinion.status == Status.ROUTED else []
