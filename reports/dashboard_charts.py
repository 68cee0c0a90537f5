"""The dashboard's three charts; every bar and point opens the list it was drawn from."""

from datetime import date

from django.db.models import Count, Value
from django.db.models.functions import Length, Substr, TruncMonth
from django.utils.translation import gettext as _

from common.charts import Bar, Part, Point, Series, Stack, bar_chart, stacked_chart, trend_chart
from opinions.models import Category
from opinions.workflow.table import Status
from reports import periods
from reports.areas import Place, Row
from reports.figures import FIGURES, STAGES, q_of
from reports.links import list_url

TOP = 10
LINES = {"accepted": "main", "closed": "accent"}


def trend(here, place: Place, period: periods.Period, today: date) -> str:
    """Accepted and closed of each of thirteen months; the last is the period's, but never a month to come."""
    last = periods.month_of(min(period.last or today, today))
    months = periods.months_until(last)
    rows = here.filter(periods.registered_between(months[0].first, last.last)).order_by()
    rows = rows.annotate(month=TruncMonth("registered_at")).values("month")
    rows = rows.annotate(**{f"n_{name}": Count("pk", filter=q_of(name, today)) for name in LINES})
    found = {row["month"].date(): row for row in rows}

    def point(name, month):
        value = found.get(month.first, {}).get(f"n_{name}", 0)
        url = list_url(name, month.parameters | place.parameters) if value else ""
        return Point(f"{month.first:%y-%m}", value, url)

    series = [
        Series(str(FIGURES[name].label), [point(name, month) for month in months], tone)
        for name, tone in LINES.items()
    ]
    return trend_chart(series, title=_("Accepted and closed, by month of registration"))


def stages(rows: list[Row], place: Place, period: periods.Period) -> str:
    """Where the open ones of each area stand. Areas without any are left out: there is nothing to see."""
    stacks = []
    for row in rows:
        if row.area is None or not row.counts["open"]:
            continue
        filters = period.parameters | place.parameters | {place.level: row.area.pk}
        parts = [
            Part(str(Status(code).label), row.counts[code], code, list_url(code, filters)) for code in STAGES
        ]
        stacks.append(Stack(row.name, parts, list_url("open", filters)))
    return stacked_chart(stacks, title=_("Open, by stage"))


def categories(registered, chosen: dict, today: date) -> str:
    """The most frequent first-level categories among the accepted; their names come in the same query."""
    rows = registered.filter(q_of("accepted", today), category__isnull=False).order_by()
    rows = (
        rows.annotate(top=Substr("category_id", 1, 2)).values("top").annotate(n=Count("pk"), name=Value(""))
    )
    tree = Category.objects.order_by().annotate(depth=Length("code"), n=Value(0)).filter(depth=2)
    found = rows.values_list("top", "name", "n").union(tree.values_list("code", "name", "n"), all=True)
    names = {code: name for code, name, _n in found if name}
    most = sorted([(-n, code) for code, _name, n in found if n])[:TOP]
    bars = [
        Bar(
            names.get(code, code),
            -n,
            list_url("accepted", chosen | {"category": code}) if code in names else "",
        )
        for n, code in most
    ]
    return bar_chart(bars, title=_("Most frequent categories of the accepted"))
