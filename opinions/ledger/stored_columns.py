"""Proof of what figures are counted from: the columns of an opinion and its past rounds say what its ledger says."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from json import loads

from django.db import transaction
from django.utils.translation import gettext as _

from opinions.models import Opinion, PastRound
from opinions.workflow.rounds import CLEARED

from .rows import rows_of

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
OF_ALL = ("first_satisfaction", "last_satisfaction", "first_called_back_at", "answered_late")
COMPARED = (*OF_ROUND, *OF_ALL)
# Of a past round, in this order.
PAST = ("round", "answered_late", *OF_ROUND)


@dataclass
class Facts:
    """What the rows of a ledger that were read so far come to."""

    outcome: str = ""
    answered_at: datetime | None = None
    reported_back_at: datetime | None = None
    called_back_at: datetime | None = None
    satisfaction: str = ""
    deputy_rating: str = ""
    closed_at: datetime | None = None
    first_satisfaction: str = ""
    last_satisfaction: str = ""
    first_called_back_at: datetime | None = None
    answered_late: bool = False
    late: bool = False  # in this round
    past: dict = field(default_factory=dict)  # sequence of the reopening → values of PAST

    def read(self, row) -> None:
        """Take in one ledger row (opinions.ledger.rows.Row)."""
        if note := NOTED.get(row.action):
            note(self, row, _data(row.spelled))
        if row.to_status == "closed" and row.from_status != "closed":
            self.closed_at = row.at

    def _answer(self, row, data) -> None:
        self.outcome, self.answered_at, self.late = data["outcome"], row.at, data["late"]
        self.answered_late = self.answered_late or self.late

    def _report_back(self, row, data) -> None:
        self.reported_back_at = row.at

    def _not_told(self, row, data) -> None:
        self.reported_back_at = None

    def _call_back(self, row, data) -> None:
        if data["reached"]:
            self.called_back_at = row.at
            self.first_called_back_at = self.first_called_back_at or row.at

    def _evaluate(self, row, data) -> None:
        self.satisfaction = self.last_satisfaction = data["satisfaction"]
        self.first_satisfaction = self.first_satisfaction or self.satisfaction

    def _rate(self, row, data) -> None:
        self.deputy_rating = data["rating"]

    def _reopen(self, row, data) -> None:
        self.past[row.sequence] = (row.round - 1, self.late, *(getattr(self, name) for name in OF_ROUND))
        for name in OF_ROUND:
            setattr(self, name, CLEARED[name])
        self.late = False

    def differs(self, head) -> str:
        """Which column of the opinion says something else; empty when none does."""
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
def _data(stored: str) -> dict:
    return loads(stored)


def broken_round(told: dict, after: int, until: int | None) -> tuple[str, int, str] | None:
    """(number, sequence, what) of the first past round that does not hold, of the opinions with `after` < pk ≤ `until`.
    `told`: by (opinion, sequence of its reopening) the values of PAST that the ledger tells. What looks broken is read
    again: it may have been reopened meanwhile."""
    rows = PastRound.objects.filter(opinion_id__gt=after)
    kept = _kept(rows if until is None else rows.filter(opinion_id__lte=until))
    for key in sorted(told.keys() | kept.keys()):
        if told.get(key) != kept.get(key) and (found := _again(*key)):
            return found
    return None


def _kept(rows) -> dict:
    read = rows.values_list("opinion_id", "event__sequence", *PAST)
    return {(opinion, sequence): tuple(values) for opinion, sequence, *values in read}


def _again(pk: int, sequence: int) -> tuple[str, int, str] | None:
    """The same of one opinion, while nobody can act on it."""
    with transaction.atomic():
        opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=pk)
        facts = Facts()
        for row in rows_of(pk - 1, pk):
            facts.read(row)
        kept = _kept(PastRound.objects.filter(opinion=pk)).get((pk, sequence))
        if facts.past.get(sequence) == kept:
            return None
        return opinion.number, sequence, _("what is kept of the round before is not what the ledger says")
