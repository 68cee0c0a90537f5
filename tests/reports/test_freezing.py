"""A frozen month keeps its figures whatever happens later; the difference is shown, explained, and adds up."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from opinions.models import Opinion
from opinions.workflow import reopen
from reports.dashboard.figures import dashboard
from reports.definitions import periods
from reports.definitions.counts import COUNTED
from reports.figures.areas import place_of
from reports.figures.counting import count_days, count_figures
from reports.freezing.adjustments import changes, explained, reconciled, summed
from reports.freezing.services import freeze
from reports.models import FrozenFigure, FrozenMonth, FrozenOpinion
from reports.monthly.report import month_report
from tests.conftest import at, person
from tests.reports.conftest import an_opinion, listed
from tests.reports.test_dashboard import numbers_with_links
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db
MARCH = periods.parse("2026-03")


@pytest.fixture
def march(spread, office):
    """Some hundred opinions of every state in one month of both counties."""
    spread(160, seed=5)
    for n, opinion in enumerate(Opinion.objects.order_by("pk")):
        moment = at("2026-03-01 00:00").replace(day=n % 31 + 1, hour=n % 24)
        closed = {"closed_at": moment + timedelta(days=n % 40)} if opinion.closed_at else {}
        Opinion.objects.filter(pk=opinion.pk).update(registered_at=moment, changed_at=moment, **closed)


def live(county):
    rows = Opinion.objects.filter(MARCH.registered, county=county)
    return count_figures(rows)[None] + count_days(rows)[None]


def something(counts):
    """Without the names that count nothing."""
    return {name: n for name, n in counts.items() if n}


def address(name):
    return reverse(f"reports:{name}", args=["2026-03"]) + "?county=433101"


def test_what_is_frozen_is_what_was_counted(march, office):
    frozen = freeze(county=office.jishou, month=MARCH, by=None)
    assert {name: n for name, n in frozen.counts.items() if n} == live(office.jishou)
    by_township = count_figures(Opinion.objects.filter(county=office.jishou), by="township")
    for figure in FrozenFigure.objects.filter(frozen=frozen):
        assert {k: v for k, v in figure.counts.items() if ":" not in k} == by_township[figure.township_id]
    assert FrozenOpinion.objects.count() == frozen.counts["all"]


def test_late_changes_are_adjustments_and_everything_adds_up(march, cast, office):
    frozen = freeze(county=office.jishou, month=MARCH, by=cast.official)
    before = dict(frozen.counts)
    rows = Opinion.objects.filter(county=office.jishou)
    assert changes(frozen, rows, timezone.localdate()) == []
    closed = rows.filter(status="closed", round=1, answered_late=False).exclude(lead_agency=None).first()
    reopen.reopen(closed.number, by=cast.supervisor, reason="又出现了")
    Opinion.objects.bulk_create(
        [an_opinion(900, office.zhenxi, at("2026-03-31 23:30"), due_on=at("2099-01-01 00:00").date())]
    )
    found = changes(frozen, rows, timezone.localdate())
    assert {change.pk for change in found} == {closed.pk, Opinion.objects.get(number__endswith="900").pk}
    changed = summed(found)
    assert (changed["all"], changed["accepted"], changed["closed"], changed["on_time"], changed["open"]) == (
        1,
        1,
        -1,
        -1,
        2,
    )
    today = live(office.jishou)
    for row, name in zip(reconciled(frozen, found, today), COUNTED, strict=True):
        assert (row["frozen"], row["live"]) == (before.get(name, 0), today[name])
        assert row["frozen"] + int(row["changed"]) == row["live"]
    assert FrozenMonth.objects.get().counts == before
    report = month_report(office.jishou, MARCH, rows, timezone.localdate())
    assert something(report.total) == something(before)
    assert something(report.total + report.adjustments) == something(report.live) == something(today)
    rows = sum((row.counts for row in report.rows), start=type(report.total)())
    assert something(rows) == something(report.total)
    rows = Opinion.objects.filter(county=office.jishou)
    again = next(line for line in explained(found, rows, timezone.localdate()) if line["opinion"] == closed)
    assert "重办" in again["why"][-1][1]


def test_the_passing_of_time_alone_is_an_adjustment_too(office):
    open_one = an_opinion(1, office.qianzhou, at("2026-03-05 09:00"), due_on=at("2026-04-20 00:00").date())
    Opinion.objects.bulk_create([open_one])
    frozen = freeze(county=office.jishou, month=MARCH, by=None, at=at("2026-04-02 09:00"))
    assert frozen.counts["overdue"] == 0
    rows = Opinion.objects.all()
    assert changes(frozen, rows, at("2026-04-20 09:00").date()) == []
    (change,) = changes(frozen, rows, at("2026-04-21 09:00").date())
    assert change.now - change.was == {"overdue"}
    (line,) = explained([change], rows, at("2026-04-21 09:00").date())
    assert "2026-04-20" in line["passed"] or "4月20日" in line["passed"]


def test_pages_read_the_frozen_figures_and_open_as_many_records(march, client, cast, office):
    freeze(county=office.jishou, month=MARCH, by=cast.official)
    client.force_login(cast.official)
    then = [cell.value for cell in client.get(address("month")).context["total"]]
    Opinion.objects.filter(county=office.jishou, status="closed").update(
        round=2, answered_late=True, version=9
    )
    page = client.get(address("month"))
    assert [cell.value for cell in page.context["total"]] == then
    assert "麻主任" in page.text and "冻结" in page.text
    for cells in [page.context["total"], *(line.cells for line in page.context["lines"])]:
        for cell in cells:
            number = (
                cell.value.numerator
                if cell.is_rate
                else cell.value.denominator
                if cell.is_median
                else cell.value
            )
            assert number == (listed(cast.official, cell.url) if cell.url else 0), cell
    assert client.get(page.context["total"][1].url).context["page"].paginator.count == then[1] > 0
    assert int(page.context["adjusted"][0]["cells"][1].value) == -then[1]


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("prefecture", {}),
        ("prefecture", {"county": "433101"}),
        ("official", {"township": "433101005"}),
        ("clerk", {}),
        ("studio_clerk", {}),
    ],
)
def test_dashboards_of_a_frozen_period_open_what_they_count(march, cast, office, who, asked):
    """Of one county frozen, of the other not: in one table, each number opens exactly its records."""
    Opinion.objects.filter(township=office.qianzhou).update(studio=office.studio)
    freeze(county=office.jishou, month=MARCH, by=None)
    Opinion.objects.filter(status__in=["handling", "closed"]).update(status="declined", version=9)
    user = getattr(cast, who)
    for period in ("2026-03", "2026-Q1"):
        page = dashboard(user, place_of(user, **asked), periods.parse(period), timezone.localdate())
        assert page["total"][0].value > 0
        assert page["total"][1].value != page["total"][0].value
        for number, url in numbers_with_links(page):
            assert number == (listed(user, url) if url else 0), url
        for row in page["heat"]["rows"]:
            for cell in row["cells"]:
                assert cell["n"] == (listed(user, cell["url"]) if cell["url"] else 0)


def test_the_narrow_reader_counts_as_frozen_what_the_wide_one_does(march, cast, office):
    freeze(county=office.jishou, month=MARCH, by=None)
    Opinion.objects.filter(status="closed").update(status="declined", version=9)

    def total(user):
        place = place_of(user, township="433101005")
        return [cell.value for cell in dashboard(user, place, MARCH, timezone.localdate())["total"]]

    assert total(cast.clerk) == total(cast.official)


def test_neither_twice_nor_early_nor_by_anybody(client, march, cast, office):
    for who, status in [("supervisor", 403), ("officer", 403), ("clerk", 403), ("stranger_officer", 403)]:
        client.force_login(getattr(cast, who))
        assert client.post(address("freeze"), {"county": "433101"}).status_code == status
    for name, code in [("凤凰主任", "433123"), ("镇主任", "433101005")]:
        client.force_login(person(f"of{code}", name, ("county_official", {"area_code": code})))
        assert client.post(address("freeze"), {"county": "433101"}).status_code == 404
    client.force_login(cast.official)
    now = periods.this_month().code
    client.post(reverse("reports:freeze", args=[now]), {"county": "433101"})
    assert not FrozenMonth.objects.exists()
    assert client.get(address("freeze")).context["possible"]
    client.post(address("freeze"), {"county": "433101"})
    frozen = FrozenMonth.objects.get()
    assert (frozen.frozen_by, frozen.month) == (cast.official, MARCH.first)
    answer = client.post(address("freeze"), {"county": "433101"}, follow=True)
    assert "已经冻结" in answer.text
    assert FrozenMonth.objects.get().frozen_at == frozen.frozen_at
    assert client.post(reverse("reports:freeze", args=["2026-Q1"]), {"county": "433101"}).status_code == 404


@pytest.mark.parametrize(
    ("model", "column"), [(FrozenMonth, "counts"), (FrozenFigure, "counts"), (FrozenOpinion, "counted")]
)
def test_the_database_refuses_to_change_it(march, office, model, column):
    freeze(county=office.jishou, month=MARCH, by=None)
    rows = model.objects.all()
    for refused in (lambda: rows.update(**{column: "0"}), lambda: rows._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            refused()


def test_the_adjustments_page_names_the_opinion_and_the_reason(client, cast, office):
    opinion = Walk(cast, office).to("closed", title="张秀英 13812345678 反映道路", citizen_name="张秀英")
    month = periods.month_at(opinion.registered_at)
    freeze(county=office.jishou, month=month, by=cast.official)
    client.force_login(cast.official)
    url = reverse("reports:adjustments", args=[month.code]) + "?county=433101"
    assert "冻结后没有变化" in client.get(url).text
    reopen.reopen(opinion.number, by=cast.supervisor, reason="没有解决")
    page = client.get(url).text
    assert opinion.number in page and "重办" in page and "13812345678" not in page
    client.force_login(cast.stranger_officer)
    assert client.get(url).status_code == 404


def test_the_command_freezes_once_and_prints_the_figures(march, office):
    said = StringIO()
    call_command("freeze_month", "2026-03", county="433101", stdout=said)
    assert FrozenMonth.objects.get().frozen_by is None
    assert str(FrozenMonth.objects.get().counts["accepted"]) in said.getvalue()
    for month, county in [
        ("2026-03", "433101"),
        ("2099-01", "433101"),
        ("x", "433101"),
        ("2026-03", "433199"),
    ]:
        with pytest.raises(CommandError):
            call_command("freeze_month", month, county=county)
    assert FrozenMonth.objects.count() == 1


@pytest.mark.parametrize(
    "query", ["", "figure=nope", "figure=all&agency=x", "figure=all&studio=-1", "figure=all&county=433123"]
)
def test_a_figure_that_is_none_does_not_exist(client, cast, query):
    client.force_login(cast.official)
    assert client.get(reverse("reports:records") + f"?period=2026-03&{query}").status_code == 404
