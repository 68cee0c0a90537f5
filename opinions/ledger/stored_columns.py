"""Verification of what figures are counted from: columns of an opinion and its past rounds agree with its ledger."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from json import loads
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from opinions.models import Opinion, PastRound
from opinions.workflow.rounds import CLEARED

from .rows import Row, rows_of

if TYPE_CHECKING:
    from .chain import Head

# Columns of the present round, and those that no round clears.
OF_ROUND = (
    "outcome",
    "answered_at",
    "reported_back_at",
    "called_back_at",
    "satisfaction",
    "deputy_rating",
    "closed_at",
)
OF_ALL = (
    "first_satisfaction",
    "last_satisfaction",
    "imported_satisfaction",
    "first_called_back_at",
    "answered_late",
)
COMPARED = (*OF_ROUND, *OF_ALL)
# Of a past round, in this order.
PAST = ("round", "answered_late", *OF_ROUND)
# Values of PAST, by (opinion, sequence of the reopening).
PastRounds = dict[tuple[int, int], tuple[Any, ...]]


@dataclass
class Facts:
    """The columns as they follow from the ledger rows read so far."""

    outcome: str = ""
    answered_at: datetime | None = None
    reported_back_at: datetime | None = None
    called_back_at: datetime | None = None
    satisfaction: str = ""
    deputy_rating: str = ""
    closed_at: datetime | None = None
    first_satisfaction: str = ""
    last_satisfaction: str = ""
    imported_satisfaction: str = ""
    first_called_back_at: datetime | None = None
    answered_late: bool = False
    late: bool = False  # in this round
    past: dict[int, tuple[Any, ...]] = field(
        default_factory=dict
    )  # sequence of the reopening → values of PAST

    def read(self, row: Row) -> None:
        """Apply the next ledger row."""
        if note := NOTED.get(row.action):
            note(self, row, _data(row.spelled))
        if row.to_status == "closed" and row.from_status != "closed":
            self.closed_at = row.at

    def _answer(self, row: Row, data: dict[str, Any]) -> None:
        self.outcome, self.answered_at, self.late = data["outcome"], row.at, data["late"]
        self.answered_late = self.answered_late or self.late

    def _report_back(self, row: Row, data: dict[str, Any]) -> None:
        self.reported_back_at = row.at

    def _not_told(self, row: Row, data: dict[str, Any]) -> None:
        self.reported_back_at = None

    def _call_back(self, row: Row, data: dict[str, Any]) -> None:
        if data["reached"]:
            self.called_back_at = row.at
            self.first_called_back_at = self.first_called_back_at or row.at

    def _evaluate(self, row: Row, data: dict[str, Any]) -> None:
        self.satisfaction = data["satisfaction"]
        if data.get("former"):
            self.imported_satisfaction = self.satisfaction
            return
        self.last_satisfaction = self.satisfaction
        self.first_satisfaction = self.first_satisfaction or self.satisfaction

    def _rate(self, row: Row, data: dict[str, Any]) -> None:
        self.deputy_rating = data["rating"]

    def _reopen(self, row: Row, data: dict[str, Any]) -> None:
        self.past[row.sequence] = (row.round - 1, self.late, *(getattr(self, name) for name in OF_ROUND))
        for name in OF_ROUND:
            setattr(self, name, CLEARED[name])
        self.late = False

    def differs(self, head: "Head") -> str:
        """Return a sentence on the first column of the opinion that differs; empty when none does."""
        for name in COMPARED:
            if (is_ := getattr(head, name)) != (was := getattr(self, name)):
                return _("the column %(name)s is “%(is)s” where the ledger says “%(ledger)s”") % {
                    "name": name,
                    "is": is_,
                    "ledger": was,
                }
        return ""


NOTED = {
    "answer": Facts._answer,
    "report_back": Facts._report_back,
    "not_told": Facts._not_told,
    "call_back": Facts._call_back,
    "evaluate": Facts._evaluate,
    "rate": Facts._rate,
    "reopen": Facts._reopen,
}


@lru_cache(maxsize=20_000)
def _data(stored: str) -> dict[str, Any]:
    return loads(stored)


def broken_round(expected: PastRounds, after: int, until: int | None) -> tuple[str, int, str] | None:
    """Return (number, sequence, what) of the first past round that does not hold, of the opinions with `after` < pk ≤
    `until`; None when all hold.

    `expected`: the past rounds that follow from the ledger. What looks broken is read again under the lock of its
    opinion, which may have been reopened meanwhile.
    """
    rows = PastRound.objects.filter(opinion_id__gt=after)
    stored = _stored(rows if until is None else rows.filter(opinion_id__lte=until))
    for key in sorted(expected.keys() | stored.keys()):
        if expected.get(key) != stored.get(key) and (found := _again(*key)):
            return found
    return None


def _stored(rows: QuerySet[PastRound]) -> PastRounds:
    read = rows.values_list("opinion_id", "event__sequence", *PAST)
    return {(opinion, sequence): tuple(values) for opinion, sequence, *values in read}


def _again(pk: int, sequence: int) -> tuple[str, int, str] | None:
    """Check one past round under the lock of its opinion, so that nobody can act on it meanwhile."""
    with transaction.atomic():
        opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=pk)
        facts = Facts()
        for row in rows_of(pk - 1, pk):
            facts.read(row)
        stored = _stored(PastRound.objects.filter(opinion=pk)).get((pk, sequence))
        if facts.past.get(sequence) == stored:
            return None
        return opinion.number, sequence, _("what is kept of the round before is not what the ledger says")
