"""The supervision page of one person under one filter: figures, chart, the list and its notices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils.functional import Promise

from accounts.models import User
from common.ui.charts import Part, Stack, stacked_chart
from opinions.lifecycle.statuses import ESCALATING
from opinions.lists.progress import with_standing
from opinions.models import JointPart, Notice, Opinion
from opinions.models.conditions import OpinionQuerySet
from studios.models import Agency, County, Role
from studios.permissions.scope import scope_of
from workdays.calendar import workdays_between

from . import bulk_notices
from .figures import DIMENSIONS, SHOWN, TableRow, aggregates, lines
from .forms.overview import OVERSEEING, SupervisionFilter

CHARTED = 12  # bars of the chart
PART = {"part_due_on": "due_on", "part_agency": "agency__name"}  # of the joint part that is the longest late


@dataclass
class Board:
    """The supervision page's content. `show` names the opinions that are listed, `by` how the figures are grouped."""

    user: User
    asked: QueryDict
    today: date
    form: SupervisionFilter = field(init=False)
    show: str = field(init=False)
    by: str = field(init=False)

    def __post_init__(self) -> None:
        counties = County.objects.visible_to(self.user, *OVERSEEING)
        self.form = SupervisionFilter(self.asked, user=self.user, counties=counties)
        mine = Opinion.objects.visible_to(self.user, *OVERSEEING)
        self.rows = self.form.narrow(mine, self.today)
        show, asked = self.asked.get("show", ""), self.asked.get("by", "")
        self.show = show if show in SHOWN else "overdue"
        self.by = asked if asked in self.dimensions else next(iter(self.dimensions))

    @property
    def dimensions(self) -> dict[str, str | Promise]:
        """The dimensions that add something to the tabs: for a single county its only row would repeat them."""
        prefixes = scope_of(self.user).prefixes(*OVERSEEING)
        counties = {prefix[:6] if len(prefix) >= 6 else "" for prefix in prefixes}
        one = self.asked.get("county") or (len(counties) == 1 and "" not in counties)
        return {
            code: label for code, (label, _values) in DIMENSIONS.items() if not (one and code == "county")
        }

    @property
    def shown(self) -> OpinionQuerySet:
        """The opinions under the filter that `show` names."""
        return self.rows.filter(SHOWN[self.show][1](self.today))

    @property
    def listed(self) -> QuerySet[Any]:
        """The list, the longest overdue first; late joint parts by their own day, which is not the lead agency's."""
        rows = self.shown.select_related("county", "township", "lead_agency").defer("body", "answer")
        if self.show != "joint_late":
            return rows.order_by("due_on", "id")
        late = JointPart.objects.late(self.today).filter(opinion=OuterRef("pk")).order_by("due_on", "id")
        part = {name: Subquery(late.values(path)[:1]) for name, path in PART.items()}
        return rows.annotate(**part).order_by("part_due_on", "id")

    @property
    def sendable(self) -> OpinionQuerySet:
        """The opinions of the list that the person may send a notice about."""
        mine = Opinion.objects.visible_to(self.user, Role.SUPERVISOR).values("pk")
        return bulk_notices.may_be_sent(self.shown.filter(pk__in=mine))

    def figures(self) -> dict[str, Any]:
        """Return totals, table and chart of what is under the filter; one query, and one for names."""
        counted = aggregates(self.rows, self.today)
        table = lines(counted, self.by, self._names())
        return {"totals": counted.totals, "table": table, "chart": self._chart(table)}

    def _names(self) -> Mapping[Any, Any]:
        """Return the names of the table's rows by value."""
        values = DIMENSIONS[self.by][1]
        if values is not None:
            return values
        county = self.asked.get("county")
        if self.by == "agency":
            agencies = Agency.objects.visible_to(self.user, *OVERSEEING)
            shown = agencies.filter(county=county) if county else agencies
            return {agency.pk: agency.name for agency in shown}
        counties = County.objects.visible_to(self.user, *OVERSEEING)
        return {row.pk: row.name for row in (counties.filter(pk=county) if county else counties)}

    def _url(self, value: Any, show: str) -> str:
        query = self.asked.copy()
        query.pop("page", None)
        query[self.by], query["show"] = value, show
        return f"?{query.urlencode()}"

    def _chart(self, table: Iterable[TableRow]) -> str:
        """Return yellow and red of every row as a chart, each part a link to its list; empty when there is neither."""
        stacks = []
        for value, name, counts in table:
            parts = [
                Part(str(SHOWN[code][0]), counts[code], tone, self._url(value, code))
                for code, tone in (("overdue", "red"), ("yellow", "yellow"))
            ]
            if counts["overdue"] or counts["yellow"]:
                stacks.append(Stack(str(name), parts, self._url(value, "open")))
        return stacked_chart(stacks[:CHARTED], title=str(DIMENSIONS[self.by][0])) if stacks else ""


def with_notices(opinions: Iterable[Opinion], today: date) -> list[Any]:
    """Return the rows of a page, each with its latest `notice` (None: none) and what is owed (`may_be_sent`,
    `reply_late`, `promise_broken`); one query."""
    rows = with_standing(opinions, today)
    latest: dict[int, Notice] = {}
    for notice in Notice.objects.filter(opinion__in=[row.pk for row in rows]).order_by("event_id"):
        latest[notice.opinion_id] = notice
    for row in rows:
        row.notice, row.may_be_sent = latest.get(row.pk), row.status in ESCALATING
        row.reply_late = bool(row.acknowledge_by_on and row.acknowledge_by_on < today)
        row.promise_broken = bool(row.promised_on and row.promised_on < today)
        if part_due_on := getattr(row, "part_due_on", None):
            row.late = workdays_between(part_due_on, today)
    return rows
