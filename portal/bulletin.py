"""The public bulletin of a county: the figures of a month that has ended, none so small that it points at anybody.

Counts come from reports.definitions.counts, as frozen once the month is. One below SMALL is not shown, nor one
that leaves less than SMALL over from the whole it is part of: the difference would tell the same (ADR 0026).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.definitions.counts import Counts, Rate
from reports.definitions.figures import KNOWN
from reports.definitions.periods import BoundedPeriod, month_of, months_until
from reports.monthly.report import county_counts
from studios.models import County

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SMALL = 5
KEPT_SECONDS = 600
MONTHS = 12
# (figure, the whole it is part of)
SHOWN = [
    ("accepted", ""),
    ("closed", "accepted"),
    ("open", "accepted"),
    ("on_time", "closed"),
    ("reopened", "accepted"),
    ("first_satisfied", "evaluated_once"),
    ("last_satisfied", "evaluated_once"),
]
# Of a month that was frozen before these were figures.
FORMER = ("satisfied", "evaluated")
WORDS = {
    "accepted": _("Opinions of citizens taken in"),
    "closed": _("of these settled by now"),
    "open": _("of these still being dealt with"),
    "on_time": _("Settled within the time promised"),
    "reopened": _("Taken up again because the citizen was not satisfied"),
    "first_satisfied": _("Satisfied or mostly satisfied at first, of those who said so"),
    "last_satisfied": _("Satisfied or mostly satisfied in the end, of those who said so"),
    "satisfied": _("Satisfied or mostly satisfied, of those who said so"),
}


@dataclass(frozen=True)
class Item:
    """One figure. `count` None: too small to be shown. `whole` None where a share would say nothing."""

    label: "StrOrPromise"
    words: Any
    count: int | None
    whole: int | None

    @property
    def share(self) -> Rate | None:
        """The share of `count` in `whole`; None where there is none to show."""
        return Rate(self.count, self.whole) if self.count is not None and self.whole else None


def months() -> list[BoundedPeriod]:
    """Return the months that can be asked for, the latest first."""
    last_day = timezone.localdate().replace(day=1) - timedelta(days=1)
    return months_until(month_of(last_day), MONTHS)[::-1]


def items(county: County, period: BoundedPeriod) -> list[Item]:
    """Return the figures of a county's bulletin of `period`, cached for KEPT_SECONDS."""
    counts: Any = cache.get_or_set(
        f"bulletin.rounds.{county.pk}.{period}",
        lambda: county_counts(county, period, timezone.localdate()),
        KEPT_SECONDS,
    )
    shown = [pair for pair in SHOWN if not counts.lacks.intersection(pair)]
    return [_item(counts, *pair) for pair in (shown if len(shown) == len(SHOWN) else [*shown, FORMER])]


def _item(counts: Counts, name: str, whole: str) -> Item:
    count, of = counts[name], counts[whole] if whole else None
    parts = [count] if of is None else [count, of - count]
    if name == "first_satisfied":  # compared with the last one, the number of people who changed their mind
        parts.append(abs(counts["last_satisfied"] - count))
    hidden = any(0 < part < SMALL for part in parts) or (of is not None and of < SMALL)
    return Item(
        WORDS[name], KNOWN[name].words, None if hidden else count, None if hidden or not whole else of
    )
