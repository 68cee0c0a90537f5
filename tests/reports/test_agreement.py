"""For a thousand random filters the dashboard, the opinion list, the workbook and plain SQL say the same number."""

import random
from collections import Counter
from io import BytesIO

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from python_calamine import CalamineWorkbook

from opinions.lists.filters import OpinionFilter
from opinions.models import Channel, Opinion
from reports.dashboard.figures import dashboard
from reports.definitions import periods
from reports.figures.areas import place_of
from reports.freezing.services import freeze
from reports.workbook.workbook import write_month
from studios.models import County, Township
from tests.conftest import at

pytestmark = pytest.mark.django_db
FILTERS, SHORT = 1000, 250
ACCEPTED = "status NOT IN ('declined', 'merged', 'withdrawn')"
# Each figure once more, by hand: its condition in SQL, and its column in the workbook.
FIGURES = {
    "all": ("1=1", "登记"),
    "accepted": (ACCEPTED, "受理"),
    "closed": ("status = 'closed'", "办结"),
    "on_time": ("status = 'closed' AND NOT answered_late", "按期办结"),
    "late": ("status = 'closed' AND answered_late", "曾超期答复"),
    "open": (f"{ACCEPTED} AND status <> 'closed'", "未办结"),
    "overdue": (f"{ACCEPTED} AND status <> 'closed' AND suspended_on IS NULL AND due_on < %s", "其中已超期"),
    "reported": (f"{ACCEPTED} AND (reported_back_at IS NOT NULL OR round > 1)", "已反馈"),
    "called_back": (f"{ACCEPTED} AND first_called_back_at IS NOT NULL", "已回访"),
    "evaluated_once": (f"{ACCEPTED} AND first_satisfaction <> ''", "已评价"),
    "first_satisfied": (f"{ACCEPTED} AND first_satisfaction IN ('satisfied', 'mostly')", "首次评价满意"),
    "last_satisfied": (f"{ACCEPTED} AND last_satisfaction IN ('satisfied', 'mostly')", "最终评价满意"),
    "reopened": (f"{ACCEPTED} AND round > 1", "重办"),
}
# What the dashboard's table shows of these: a count, or a part of a rate.
ON_DASHBOARD = {
    "all": ("all", "value"),
    "accepted": ("accepted", "value"),
    "closed": ("closed", "value"),
    "on_time": ("on_time_rate", "numerator"),
    "overdue": ("overdue", "value"),
    "evaluated_once": ("first_satisfied_rate", "denominator"),
    "first_satisfied": ("first_satisfied_rate", "numerator"),
    "last_satisfied": ("last_satisfied_rate", "numerator"),
    "reopened": ("reopened", "value"),
}


class Office:
    """What is asked of the product, each page and each workbook made once."""

    def __init__(self, user):
        self.user, self.today, self.pages, self.books = user, timezone.localdate(), {}, {}

    def on_dashboard(self, name, area, period):
        key = (area, period.code)
        if key not in self.pages:
            asked = {"county" if len(area) == 6 else "township": area} if area else {}
            page = dashboard(self.user, place_of(self.user, **asked), period, self.today)
            self.pages[key] = {cell.code: cell.value for cell in page["total"]}
        code, part = ON_DASHBOARD[name]
        value = self.pages[key][code]
        return value if part == "value" else getattr(value, part)

    def in_list(self, name, filters, period):
        asked = QueryDict(mutable=True)
        asked.update(filters | period.parameters | ({} if name == "all" else {"condition": name}))
        found = OpinionFilter(asked, Opinion.objects.visible_to(self.user), user=self.user)
        assert found.is_valid(), found.errors
        return found.rows.count()

    def in_workbook(self, name, area, axis, value, period):
        """The county's total or a township's on 汇总; by agency, category or channel on the sheet of that."""
        key = (area[:6], period.code)
        if key not in self.books:
            target = BytesIO()
            write_month(target, period=period, county=County.objects.get(pk=area[:6]), by=self.user)
            target.seek(0)
            self.books[key] = CalamineWorkbook.from_filelike(target)
        lines = self.books[key].get_sheet_by_name(axis or "汇总").to_python()
        at = next(n for n, line in enumerate(lines) if line[0] in ("乡镇代码", axis))
        header = [below or above for above, below in zip(lines[at], lines[at + 1], strict=True)]
        place = 0 if axis or len(area) == 9 else 1
        wanted = value if axis else area if len(area) == 9 else "合计"
        row = next((line for line in lines if line[place] == wanted), None)
        return int(row[header.index(FIGURES[name][1])]) if row else 0


def in_sql(name, area, narrowed, period, today):
    where, values = FIGURES[name][0], [today] if name == "overdue" else []
    if area:
        narrowed = narrowed | {"county_id" if len(area) == 6 else "township_id": area}
    for column, value in narrowed.items():
        where, values = f"{where} AND {column} = %s", [*values, value]
    if period.first:
        where, values = f"{where} AND registered_at >= %s AND registered_at < %s", [*values, *moments(period)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM opinions_opinion WHERE {where}", values)  # noqa: S608
        return cursor.fetchone()[0]


def moments(period):
    """First moment of the period and of what follows, as the database keeps them."""
    return [
        connection.ops.adapt_datetimefield_value(at(f"{day.isoformat()} 00:00"))
        for day in (period.first, period.next.first)
    ]


def test_a_thousand_random_filters_agree(spread, cast, office, turns):
    filters_wanted = turns(FILTERS, short=SHORT, of="filters")
    spread(300, seed=11)
    chance, asked, today = random.Random(11), Office(cast.prefecture), timezone.localdate()
    months = periods.months_until(periods.month_of(today), 24)[::3]
    times = [*months, *(periods.parse(code) for code in (f"{today.year}-Q2", f"{today.year - 1}", "all"))]
    areas = ["", "433101", "433123", *Township.objects.values_list("pk", flat=True)]
    agencies, categories = [office.transport, office.other_transport], [office.roads, office.environment]
    for month in months[:-1:2]:  # what is frozen and has not changed since says what the live rows say
        freeze(county=office.jishou, month=month, by=None)
    axes = {
        "": [("", None, {}, {})],
        "主办单位": [
            (one.name, one.county_id, {"agency": one.pk}, {"lead_agency_id": one.pk}) for one in agencies
        ],
        "类别": [(one.name, None, {"category": one.pk}, {"category_id": one.pk}) for one in categories],
        "反映渠道": [(str(Channel.PHONE.label), None, {"channel": "phone"}, {"channel": "phone"})],
    }
    done = Counter()
    while done["filters"] < filters_wanted:
        name, period = chance.choice(list(FIGURES)), chance.choice(times)
        area, axis = chance.choice(areas), chance.choice(list(axes))
        value, county, filters, columns = chance.choice(axes[axis])
        if county and county != area[:6]:
            continue
        of_area = {"county" if len(area) == 6 else "township": area} if area else {}
        truth = in_sql(name, area, columns, period, today)
        said = {"list": asked.in_list(name, of_area | filters, period)}
        if not axis and name in ON_DASHBOARD:
            said["dashboard"] = asked.on_dashboard(name, area, period)
        if area and period.first and not (axis and len(area) == 9):
            said["workbook"] = asked.in_workbook(name, area, axis, value, period)
        assert set(said.values()) == {truth}, (name, area, period.code, axis, value, said, truth)
        done.update(["filters", *said, "not zero" if truth else "zero"])
    assert min(done[name] for name in ("dashboard", "workbook", "not zero")) > 0.15 * filters_wanted, done
