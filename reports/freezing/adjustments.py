"""What has changed in a frozen month since: which opinions, in which figures, and why.

The frozen figures stay; every difference between them and today's is one of these changes (ADR 0032).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from common.templatetags.liaison import NO_VALUE, localdate_short
from opinions.ledger.timeline import category_names, sentence
from opinions.lifecycle.statuses import Status
from opinions.models import Event, Opinion
from reports.definitions.counts import COUNTED, FLAGS, GONE, Counts, names_of, q_of, tally, with_flags
from reports.definitions.figures import FIGURES, KNOWN
from reports.models import FrozenMonth, counted_q

# What may be counted otherwise although nobody acted: a day has passed; and what a reopening had taken away from months
# that were frozen until ADR 0038.
MOVED = ("overdue", "reported", "called_back")


@dataclass(frozen=True)
class Change:
    """One opinion: what it was counted in when frozen (nothing: it was written down later) and what it is now."""

    pk: int
    was: frozenset[str]
    now: frozenset[str]

    @property
    def more(self) -> list[str]:
        return labels(self.now - self.was)

    @property
    def fewer(self) -> list[str]:
        return labels(self.was - self.now)


def labels(names: Collection[str]) -> list[str]:
    """Return the words of counted names, in the order in which they are defined."""
    known = [name for name in KNOWN if name in names]
    stages = [status.label for status in Status if status in names and status not in KNOWN]
    return [str(KNOWN[name].label) for name in known] + [str(label) for label in stages]


def changes(frozen: FrozenMonth, rows: QuerySet[Opinion], today: date) -> list[Change]:
    """Return the opinions among `rows` (those of the county that the reader may see) that are no longer counted as
    they were frozen, as far as they were figures then.

    One query, over those alone that were touched since or whose deadline has come between.
    """
    touched = ~Q(version=F("frozen__version"))
    for name in MOVED:
        now, then = q_of(name, today), counted_q(name, through="frozen__")
        touched |= (now & ~then) | (~now & then)
    rows = with_flags(rows.filter(frozen.period.registered).filter(Q(frozen=None) | touched), today)
    read = rows.order_by("registered_at", "pk").values_list(
        "pk", "registered_at", "closed_at", "frozen__counted", *FLAGS.values(), named=True
    )
    lacks = frozen.lacks
    found = (
        Change(
            row.pk, frozenset((row.frozen__counted or "").split()) - GONE, frozenset(names_of(row)) - lacks
        )
        for row in read
    )
    return [change for change in found if change.was != change.now]


def summed(found: list[Change]) -> Counts:
    """Return what the changes come to, figure by figure."""
    counts, gone = Counts(), Counts()
    for change in found:
        tally(counts, change.now)
        tally(gone, change.was)
    return counts - gone


def explained(found: Iterable[Change], rows: QuerySet[Opinion], today: date) -> list[dict[str, Any]]:
    """Return for each change its opinion and the reasons, in words. Three queries, whatever their number."""
    found = list(found)
    opinions = rows.select_related("township", "frozen").in_bulk([change.pk for change in found])
    events = defaultdict(list)
    after = Q(opinion__frozen=None) | Q(sequence__gt=F("opinion__frozen__version"))
    for event in Event.objects.filter(after, opinion__in=list(opinions)).order_by("opinion", "sequence"):
        events[event.opinion_id].append(event)
    names = category_names([event for some in events.values() for event in some])
    lines = []
    for change in found:
        opinion = opinions[change.pk]
        opinion.title = opinion.list_title
        reasons = [(event.at, sentence(event, names)) for event in events[change.pk]]
        lines.append(
            {"change": change, "opinion": opinion, "why": reasons, "passed": _passed(change, opinion)}
        )
    return lines


def _passed(change: Change, opinion: Opinion) -> str:
    """Return what no row of the ledger says."""
    if not change.was:
        return _("Written down after the month was frozen.")
    if "overdue" in change.now - change.was:
        return _("The last day, %s, has passed.") % localdate_short(opinion.due_on)
    return ""


def reconciled(frozen: FrozenMonth, found: list[Change], live: Counts) -> list[dict[str, Any]]:
    """Return for every count: as frozen, what has changed since, and as it stands now; the three add up. What was no
    figure then has only the last."""
    then, changed = frozen.kept, summed(found)
    return [
        {
            "label": figure.label,
            "frozen": NO_VALUE if then[name] is None else then[name],
            "changed": NO_VALUE if then[name] is None else f"{changed[name]:+d}" if changed[name] else "0",
            "live": live[name],
        }
        for name, figure in FIGURES.items()
        if name in COUNTED
    ]
