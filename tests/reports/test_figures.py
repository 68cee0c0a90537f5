"""One definition of every figure: what counts, what divides, and that nothing disagrees with it."""

from datetime import date, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from opinions.ledger.verify import verify
from opinions.models import Opinion, PastRound
from opinions.models.conditions import CONDITIONS
from opinions.workflow import reopen, report_back, triage
from opinions.workflow.register import register
from reports.definitions.counts import (
    COUNTED,
    NAMES,
    STAGES,
    Counts,
    Rate,
    names_of,
    q_of,
    tally,
    total,
    with_flags,
)
from reports.definitions.figures import DONE, FIGURES, KNOWN, RETIRED
from reports.figures.counting import count_days, count_figures, evaluate_q
from tests.conftest import at
from tests.reports.conftest import an_opinion
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db


def test_a_rate_shows_what_it_was_made_of():
    assert str(Rate(6, 7)) == "85.7%（6/7）"
    assert str(Rate(0, 7)) == "0.0%（0/7）"
    assert str(Rate(0, 0)) == "—"
    assert Rate(0, 0).share is None


def test_every_figure_counts_a_condition_of_the_list():
    assert set(COUNTED) - {"all"} <= set(CONDITIONS)


def test_every_figure_has_a_label_and_a_sentence():
    assert all(str(f.label) and str(f.words).endswith((".", "。")) for f in KNOWN.values())
    assert len(KNOWN) == len(FIGURES) + len(DONE) + len(RETIRED), "no code is used twice"


def test_the_parts_add_up_for_any_mix_of_opinions(spread):
    spread(300)
    counts = count_figures(Opinion.objects.all())[None]
    assert counts["all"] == 300
    assert counts["accepted"] == counts["open"] + counts["closed"]
    assert counts["closed"] == counts["on_time"] + counts["late"]
    assert counts["open"] == sum(counts[stage] for stage in STAGES)
    for figure in FIGURES.values():
        if figure.of:
            assert 0 <= counts[figure.counts] <= counts[figure.of] <= counts["accepted"], figure.code


def test_groups_add_up_to_the_whole_and_cost_one_query(spread, django_assert_num_queries):
    spread(200)
    with django_assert_num_queries(1):
        groups = count_figures(Opinion.objects.all(), by="township")
    assert len(groups) == 4
    assert total(groups.values()) == count_figures(Opinion.objects.all())[None]


def test_counting_rows_as_they_are_read_gives_the_same(spread):
    spread(200)
    counts = Counts()
    for row in with_flags(Opinion.objects.all(), timezone.localdate()):
        tally(counts, names_of(row))
    rows = Opinion.objects.all()
    assert counts == count_figures(rows)[None] + count_days(rows)[None]
    assert counts == count_figures(rows, days=True)[None]
    assert all(counts[name] for name in COUNTED if name != "imported"), "something was counted of everything"
    one_by_one = {name: rows.filter(q_of(name, timezone.localdate())).count() for name in NAMES}
    assert one_by_one == {name: counts[name] for name in NAMES}


def test_a_condition_is_read_here_as_the_database_reads_it():
    row = {"status": "closed", "round": 2, ("due_on__lt", date.min): None}
    assert evaluate_q(Q(status__in=["closed", "open"]) & ~Q(status="open") & Q(round__gt=1), row)
    assert not evaluate_q(Q(round__gt=2) | Q(status="open"), row)
    assert evaluate_q(~Q(due_on__lt=date.min), row) and not evaluate_q(Q(due_on__lt=date.min), row)
    for unknown in (Q(number="x"), Q(status__startswith="c")):
        with pytest.raises(KeyError):
            evaluate_q(unknown, row)


def test_half_of_the_closed_took_no_longer_than_the_median(spread):
    spread(1)
    assert str(Counts({"days:3": 2, "days:10": 1}).figure("median_days")) == "3天（共3件）"
    assert Counts({"days:3": 1, "days:10": 1}).figure("median_days").days == 6.5
    assert str(Counts().figure("median_days")) == "—"


def test_days_are_those_of_the_calendar_here(spread):
    """Registered an hour before midnight and closed an hour after: one day, not two hours."""
    (one,) = spread(1)
    moments = {"registered_at": at("2026-09-30 23:00"), "closed_at": at("2026-10-01 01:00")}
    Opinion.objects.filter(pk=one.pk).update(status="closed", **moments)
    assert count_days(Opinion.objects.all())[None] == {"days:1": 1}
    (row,) = with_flags(Opinion.objects.all(), timezone.localdate())
    assert "days:1" in names_of(row)


def test_figures_follow_one_opinion_through_its_life(cast, office):
    def figures():
        return count_figures(Opinion.objects.all())[None]

    start = at("2026-09-01 09:00")
    opinion = register(
        by=cast.clerk, township=office.qianzhou, channel="phone", title="公交", body="不进站", at=start
    )
    assert (figures()["accepted"], figures()["registered"], figures()["open"]) == (1, 1, 1)
    number = opinion.number
    day = iter(start + timedelta(days=n) for n in range(1, 20))
    triage.route(number, by=cast.officer, lead_agency=office.transport, at=next(day))
    triage.sign(number, by=cast.handler, at=next(day))
    assert figures()["handling"] == 1
    report_back.answer(number, by=cast.handler, outcome="A", answer="已整改", at=next(day))
    report_back.report_back(number, by=cast.clerk, how="phone", at=next(day))
    assert str(figures().figure("called_back_rate")) == "未到期（0/1）", "the window is still open"
    report_back.call_back(number, by=cast.clerk, reached=True, at=next(day))
    assert str(figures().figure("called_back_rate")) == "100.0%（1/1）"
    report_back.evaluate(number, by=cast.clerk, satisfaction="mostly", how="phone", at=next(day))
    done = figures()
    assert str(done.figure("closed_rate")) == "100.0%（1/1）"
    assert str(done.figure("on_time_rate")) == "100.0%（1/1）"
    assert satisfaction(done) == ("100.0%（1/1）", "100.0%（1/1）")
    reopen.reopen(number, by=cast.supervisor, reason="又不进站", at=next(day))
    again = figures()
    assert str(again.figure("reopened_rate")) == "100.0%（1/1）"
    assert (again["closed"], again["open"]) == (0, 1)
    assert satisfaction(again) == ("100.0%（1/1）", "100.0%（1/1）"), "the citizen said so all the same"
    assert str(again.figure("called_back_rate")) == "100.0%（1/1）", "and was called all the same"


def satisfaction(counts):
    return str(counts.figure("first_satisfied_rate")), str(counts.figure("last_satisfied_rate"))


def test_a_dissatisfied_citizen_counts_however_often_the_matter_is_reopened(cast, office):
    """Not satisfied, reopened, satisfied, reopened, not satisfied: at first not, in the end not."""
    walk, said = Walk(cast, office), []
    number = walk.to("reported_back").number
    for word in ("not", "satisfied", "not"):
        if said:
            answered_again(
                number, cast, office, reopened=Opinion.objects.get(number=number).status == "closed"
            )
        report_back.evaluate(number, by=cast.clerk, satisfaction=word, how="phone", reason="没修好")
        said.append(satisfaction(count_figures(Opinion.objects.all())[None]))
    assert said == [
        ("0.0%（0/1）", "0.0%（0/1）"),
        ("0.0%（0/1）", "100.0%（1/1）"),
        ("0.0%（0/1）", "0.0%（0/1）"),
    ]
    assert list(PastRound.objects.order_by("round").values_list("round", "satisfaction")) == [
        (1, "not"),
        (2, "satisfied"),
        (3, "not"),
    ]
    assert verify().broken is None


def answered_again(number, cast, office, *, reopened):
    if reopened:
        reopen.reopen(number, by=cast.supervisor, reason="又坏了")
    opinion = Opinion.objects.get(number=number)
    if opinion.status == "registered":
        triage.route(number, by=cast.supervisor, lead_agency=office.transport)
    triage.sign(number, by=cast.handler)
    report_back.answer(number, by=cast.handler, outcome="A", answer="修好了")
    report_back.report_back(number, by=cast.clerk, how="phone")


def test_a_share_of_what_has_had_no_time_is_not_zero(office):
    """Nothing closed, nothing past its day: not due yet. One past its day: zero of two."""
    later = timezone.localdate() + timedelta(days=9)
    rows = [an_opinion(n, office.qianzhou, timezone.now(), due_on=later, warn_on=later) for n in (1, 2)]
    Opinion.objects.bulk_create(rows)

    def shown(code):
        return str(count_figures(Opinion.objects.all())[None].figure(code))

    assert (shown("closed_rate"), shown("reopened_rate"), shown("on_time_rate")) == (
        "未到期（0/2）",
        "未到期（0/2）",
        "—",
    )
    Opinion.objects.filter(pk=rows[0].pk).update(due_on=timezone.localdate() - timedelta(days=1))
    assert shown("closed_rate") == "0.0%（0/2）"


def test_what_one_part_of_a_sum_lacks_the_sum_lacks():
    some = Counts({"all": 2, "first_satisfied": 1, "evaluated_once": 2})
    without = Counts({"all": 3}, lacks=frozenset({"first_satisfied"}))
    for found in (some + without, without + some, total([some, without])):
        assert (found["all"], found["first_satisfied"], found["evaluated_once"]) == (5, None, 2)
        assert found.figure("first_satisfied_rate") is None
    assert str(some.figure("first_satisfied_rate")) == "50.0%（1/2）"


@pytest.mark.parametrize("ended", ["declined", "withdrawn"])
def test_what_was_not_accepted_stands_in_the_register_only(spread, ended):
    first = spread(1)[0]
    Opinion.objects.filter(pk=first.pk).update(status=ended, first_satisfaction="satisfied", round=2)
    counts = count_figures(Opinion.objects.all())[None]
    assert {name for name in COUNTED if counts[name]} == {"all"}
