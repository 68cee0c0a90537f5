"""What a former ledger left open sets no supervision off: by default its deadlines count from the day of the import;
as an archive nothing runs; as dated it is overdue, and supervision begins after the import, one level at a time."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from letters.models import Letter
from notifications.models import Message
from opinions.importing import jobs
from opinions.importing.decisions import Decisions
from opinions.importing.services import import_file, preview_file
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import Event, Import, Notice, Opinion
from opinions.workflow.triage import sign
from tests.conftest import at
from tests.opinions.ledger.ledgers import OPEN_ROW, WHOLE_ROW, as_csv, many

from .import_room import clerk, files_of_this_test, start, text, upload  # noqa: F401 - fixtures

NOW = at("2026-11-23 10:00")
OLD = OPEN_ROW | {"登记时间": "2023-05-08", "主办单位": "吉首市交通运输局"}


def taken(by, *rows, open_rows="today"):
    summary = import_file(as_csv(*rows), "台账.csv", by=by, now=NOW, decisions=Decisions(open_rows=open_rows))
    assert summary.added == len(rows), summary.errors


def swept(until):
    """Sweep twice a day, as the beat would oftener, from the import to `until`."""
    moment = NOW
    while moment <= until:
        sweep.sweep(now=moment)
        moment += timedelta(hours=12)


def test_twenty_open_rows_of_2023_set_nothing_off(cast):
    taken(cast.clerk, *many(20, OLD))
    sweep.sweep(now=NOW)
    sweep.sweep(now=NOW + timedelta(hours=12))
    assert (Message.objects.count(), Letter.objects.count(), Notice.objects.count()) == (0, 0, 0)
    assert not Opinion.objects.that_are("overdue", NOW.date()).exists()
    assert {str(o.due_on) for o in Opinion.objects.all()} == {"2026-11-24"}
    assert {str(o.handling_due_on) for o in Opinion.objects.all()} == {"2026-12-14"}
    assert {str(timezone.localdate(o.registered_at)) for o in Opinion.objects.all()} == {"2023-05-08"}
    assert verify().broken is None


def test_from_today_the_answer_is_due_when_it_would_be_for_one_routed_today(cast):
    taken(cast.clerk, OLD)
    opinion = Opinion.objects.get()
    sign(opinion.number, by=cast.handler, at=NOW + timedelta(hours=1))
    opinion.refresh_from_db()
    assert (str(opinion.clock_on), str(opinion.due_on)) == ("2026-11-23", "2026-12-14")


def test_an_archive_is_handled_by_nobody_and_can_be_taken_up_again(cast):
    taken(cast.clerk, OLD, WHOLE_ROW | {"群众评价": "不满意"}, open_rows="archive")
    swept(NOW + timedelta(days=30))
    assert (Message.objects.count(), Letter.objects.count()) == (0, 0)
    archived, answered = Opinion.objects.order_by("registered_at")
    assert (archived.status, archived.due_on) == ("withdrawn", None)
    assert (answered.status, answered.round, answered.imported_satisfaction) == ("closed", 1, "not")
    assert not Opinion.objects.that_are("accepted").filter(pk=archived.pk).exists()
    archived_row = archived.events.last()
    assert (archived_row.action, archived_row.via) == ("archive", "import")


def test_as_dated_it_is_overdue_and_supervised_from_the_day_after_the_import_one_level_at_a_time(cast):
    taken(cast.clerk, OLD, open_rows="dated")
    opinion = Opinion.objects.get()
    assert Opinion.objects.that_are("overdue", NOW.date()).exists()
    for _ in range(3):
        sweep.sweep(now=NOW)
    assert (Notice.objects.count(), Letter.objects.count()) == (0, 0)
    swept(NOW + timedelta(days=1, hours=12))
    opinion.refresh_from_db()
    assert opinion.supervision_level == 1
    assert not Letter.objects.exists()


def test_not_satisfied_reopens_with_a_deadline_from_today(cast):
    taken(cast.clerk, WHOLE_ROW | {"群众评价": "不满意"})
    opinion = Opinion.objects.get()
    assert (opinion.status, opinion.round) == ("routed", 2)
    assert str(opinion.handling_due_on) == "2026-12-14"
    sweep.sweep(now=NOW + timedelta(hours=12))
    assert not Notice.objects.exists()


def test_whether_an_answer_was_late_is_judged_by_the_calendar_of_its_time(cast):
    taken(cast.clerk, WHOLE_ROW | {"答复时间": "2025-06-10"})
    assert Opinion.objects.get().answered_late is True


def test_the_preview_says_what_the_days_of_the_ledger_would_set_off(cast):
    summary = preview_file(as_csv(*many(3, OLD), WHOLE_ROW, OPEN_ROW), "台账.csv", by=cast.clerk, now=NOW)
    assert summary.found["open"] == {"open": 4, "overdue": 4, "noticed": 3, "lettered": 3}


def test_what_the_forecast_costs_does_not_grow_with_the_rows(cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        preview_file(as_csv(*many(100, OLD)), "台账.csv", by=cast.clerk, now=NOW)


@pytest.mark.parametrize(
    ("choice", "status"), [("today", "routed"), ("archive", "withdrawn"), ("", "routed")]
)
def test_the_choice_on_the_page_is_the_one_that_is_entered(clerk, choice, status):
    shown = text(upload(clerk, *many(3, OLD)))
    assert "3行没有答复" in shown
    assert "已有3件超期、3件应已通知、3件应已发督办函" in shown
    start(clerk, open_rows=choice)
    jobs.run(Import.objects.get().pk)
    assert {o.status for o in Opinion.objects.all()} == {status}
    assert Opinion.objects.filter(imported_with=Import.objects.get()).count() == 3


def test_imported_ones_are_told_apart_in_the_list_and_on_their_page(client, cast):
    taken(cast.clerk, OLD)
    client.force_login(cast.officer)
    assert "桥头公交站" in text(client.get(reverse("opinions:list"), {"condition": "imported"}))
    number = Opinion.objects.get().number
    assert "由原台账导入" in text(client.get(reverse("opinions:detail", args=[number])))
    assert Event.objects.get(action="register").data["imported_on"] == "2026-11-23"


def test_the_dashboard_names_how_many_were_imported_and_opens_them(client, cast):
    taken(cast.clerk, OLD, WHOLE_ROW)
    client.force_login(cast.official)
    shown = text(client.get(reverse("reports:dashboard"), {"period": "all"}))
    assert "受理的意见中有2件由原台账导入" in shown
    assert "condition=imported" in shown
