"""The facts of a round: how they are recorded, and what becomes of them when the next round begins (ADR 0038).

Most columns of an opinion are those of its present round. Figures over all rounds have their own columns, which
nothing clears: `first_…` and `last_…`.
"""

from datetime import datetime

from django.utils import timezone

from opinions.models import Opinion, PastRound

# The columns that a new round clears, and their empty values.
CLEARED = {
    "answer": "",
    "outcome": "",
    "satisfaction": "",
    "deputy_rating": "",
    "extension_state": "",
    "extension_days": None,
    "answered_at": None,
    "reported_back_at": None,
    "called_back_at": None,
    "evaluated_at": None,
    "closed_at": None,
}
# The columns copied to PastRound. (The text of the answer is kept with the ledger, where it can be erased.)
COPIED = (
    "round",
    "answered_at",
    "outcome",
    "reported_back_at",
    "called_back_at",
    "satisfaction",
    "deputy_rating",
    "closed_at",
)


def note_evaluation(opinion: Opinion, satisfaction: str, at: datetime, *, former: bool = False) -> None:
    """Set the citizen's evaluation of this round: a fact that outlives it. `former`: told by a former ledger, which
    figures count apart from what citizens told here."""
    opinion.satisfaction, opinion.evaluated_at = satisfaction, at
    if former:
        opinion.imported_satisfaction = satisfaction
        return
    opinion.first_satisfaction = opinion.first_satisfaction or satisfaction
    opinion.last_satisfaction = satisfaction


def note_call_back(opinion: Opinion, at: datetime) -> None:
    """Set that the citizen was reached at `at`."""
    opinion.called_back_at = at
    opinion.first_called_back_at = opinion.first_called_back_at or at


def begin_round(opinion: Opinion) -> PastRound:
    """Start the next round; returns the result of the one before, to be saved with its ledger row."""
    past = PastRound(opinion=opinion, due_on=opinion.handling_due_on, answered_late=is_late(opinion))
    for name in COPIED:
        setattr(past, name, getattr(opinion, name))
    opinion.round += 1
    for name, value in CLEARED.items():
        setattr(opinion, name, value)
    return past


def is_late(opinion: Opinion) -> bool:
    """Return True if the answer of the present round came after its last day; False while there is none."""
    if opinion.answered_at is None or opinion.handling_due_on is None:
        return False
    return timezone.localdate(opinion.answered_at) > opinion.handling_due_on
