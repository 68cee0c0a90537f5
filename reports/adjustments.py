"""What has changed in a frozen month since: which opinions, in which figures, and why.

The frozen figures stay; every difference between them and today's is one of these changes (ADR 0032).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_short
from opinions.masking import list_title
from opinions.models import Event, Opinion
from opinions.timeline import category_names, sentence
from opinions.workflow.table import Status
from reports.figures import COUNTED, FIGURES, FLAGS, Counts, names_of, q_of, tally, with_flags
from reports.models import FrozenMonth, counted_q


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


def labels(names) -> list[str]:
    """The words of counted names, in the order in which they are defined."""
    known = [name for name in FIGURES if name in names]
    stages = [status.label for status in Status if status in names and status not in FIGURES]
    return [str(FIGURES[name].label) for name in known] + [str(label) for label in stages]


def changes(frozen: FrozenMonth, rows, today: date) -> list[Change]:
    """The opinions among `rows` (those of the county that the reader may see) that are no longer counted as they were
    frozen. One query, over those alone that were touched since or whose deadline has come between."""
    overdue, was_overdue = q_of("overdue", today), counted_q("overdue", through="frozen__")
    touched = ~Q(version=F("frozen__version")) | (overdue & ~was_overdue) | (~overdue & was_overdue)
    rows = with_flags(rows.filter(frozen.period.registered).filter(Q(frozen=None) | touched), today)
    read = rows.order_by("registered_at", "pk").values_list(
        "pk", "registered_at", "closed_at", "frozen__counted", *FLAGS.values(), named=True
    )
    found = (
        Change(row.pk, frozenset((row.frozen__counted or "").split()), frozenset(names_of(row)))
        for row in read
    )
    return [change for change in found if change.was != change.now]


def summed(found: list[Change]) -> Counts:
    """What the changes come to, figure by figure."""
    counts, gone = Counts(), Counts()
    for change in found:
        tally(counts, change.now)
        tally(gone, change.was)
    return counts - gone


def explained(found: list[Change], rows, today: date) -> list[dict]:
    """For each change its opinion and the reasons, in words. Three queries, whatever their number."""
    opinions = rows.select_related("township", "frozen").in_bulk([change.pk for change in found])
    events = defaultdict(list)
    after = Q(opinion__frozen=None) | Q(sequence__gt=F("opinion__frozen__version"))
    for event in Event.objects.filter(after, opinion__in=list(opinions)).order_by("opinion", "sequence"):
        events[event.opinion_id].append(event)
    names = category_names([event for some in events.values() for event in some])
    lines = []
    for change in found:
        opinion = opinions[change.pk]
        opinion.title = list_title(opinion)
        said = [(event.at, sentence(event, names)) for event in events[change.pk]]
        lines.append({"change": change, "opinion": opinion, "why": said, "passed": _passed(change, opinion)})
    return lines


def _passed(change: Change, opinion: Opinion) -> str:
    """What no row of the ledger says."""
    if not change.was:
        return _("Written down after the month was frozen.")
    if "overdue" in change.now - change.was:
        return _("The last day, %s, has passed.") % localdate_short(opinion.due_on)
    return ""


def reconciled(frozen: FrozenMonth, found: list[Change]) -> list[dict]:
    """For every count: as frozen, what has changed since, and as it stands now; the three add up."""
    then, changed = Counts(frozen.counts), summed(found)
    return [
        {
            "label": figure.label,
            "frozen": then[name],
            "changed": f"{changed[name]:+d}" if changed[name] else "0",
            "live": then[name] + changed[name],
        }
        for name, figure in FIGURES.items()
        if name in COUNTED
    ]
