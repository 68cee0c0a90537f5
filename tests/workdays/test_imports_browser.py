"""Importing a calendar in the browser: mistakes beside their rows, a preview, a decision, and deadlines that follow."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessRecord
from opinions.models import Opinion
from opinions.workflow import calendar_changes as follows
from tests.conftest import at, person
from tests.opinions.story import statements
from tests.workdays.conftest import NOTICE_2027
from tests.workflow.walk import Walk
from workdays import calendar, services
from workdays.models import CalendarImport, CalendarYear, Holiday

PAGE = "/calendar/imports/"


@pytest.fixture
def boss(client, cast):
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def upload(boss):
    def send(text=NOTICE_2027, name="2027.csv"):
        return boss.post(PAGE, {"file": SimpleUploadedFile(name, text.encode())})

    return send


@pytest.fixture
def reaching(cast, office):
    """`reaching(n)`: n opinions that must be answered by 4 January 2027, provisionally."""

    def some(count):
        walk = Walk(cast, office, at("2026-12-11 09:00"))
        opinions = []
        for _number in range(count):
            walk.now = at("2026-12-11 09:00")
            opinions.append(walk.to("handling"))
        assert {(str(o.due_on), o.due_provisional) for o in opinions} == {("2027-01-04", True)}
        return opinions

    return some


def last() -> CalendarImport:
    return CalendarImport.objects.latest("pk")


def test_every_mistake_stands_beside_its_row_and_nothing_is_kept(upload):
    page = upload("date,kind,name\n2027-01-01,holiday,元旦\n2027-02-30,holiday,春节\n2027-01-01,off,元旦\n")
    assert page.status_code == 422
    rows = {row: (cells, wrong) for row, cells, wrong in page.context["rows"]}
    assert rows[2] == (["2027-01-01", "holiday", "元旦"], [])
    assert rows[3][0][0] == "2027-02-30" and len(rows[3][1]) == 1
    assert len(rows[4][1]) == 1
    assert rows[3][1][0] in page.text
    assert not CalendarImport.objects.exists() and not calendar.is_published(2027)


@pytest.mark.parametrize("content", ["", "no,such,columns\n1,2,3\n", "x" * 300_000, 'date,kind\n"2027-01-01'])
def test_what_is_no_calendar_is_refused_and_does_not_crash(upload, content):
    assert upload(content).status_code == 422
    assert not CalendarImport.objects.exists()


def test_against_another_years_notice_is_refused_before_any_decision(upload):
    page = upload("date,kind\n2026-12-31,holiday\n2027-01-01,holiday\n2027-01-02,holiday\n")
    assert page.status_code == 302
    services.confirm(job=last(), by=None, at_once=True)
    page = upload("date,kind\n2026-12-31,workday\n2026-10-01,holiday\n2026-10-02,holiday\n", "2026.csv")
    assert page.status_code == 422 and "2027" in page.text


def test_the_preview_says_what_would_change_and_changes_nothing(upload, boss, reaching):
    reaching(3)
    before = list(Opinion.objects.order_by("pk").values())
    shown = boss.get(upload().url)
    preview = shown.context["preview"]
    assert (preview.published, len(preview.differences), preview.moves) == (False, 5, 3)
    assert "2027-01-09" in shown.text and "元旦调休上班" in shown.text
    assert list(Opinion.objects.order_by("pk").values()) == before
    assert not Holiday.objects.filter(date__year=2027).exists() and not calendar.is_published(2027)


def test_confirmed_it_is_audited_and_every_moved_deadline_has_its_row(upload, boss, cast, reaching):
    opinions = reaching(3)
    page = upload()
    assert boss.post(page.url + "confirm/").status_code == 302
    record = AccessRecord.objects.get(action="imported")
    assert (record.by, record.details) == (cast.administrator, {"file": "2027.csv", "days": 18})
    assert calendar.is_published(2027) and CalendarYear.objects.get(pk=2027).imported_by == cast.administrator
    assert "worker" not in boss.get(page.url).text and last().state == "moving"
    services.run(last().pk)
    done = last()
    assert (done.state, done.moved, done.processed, done.total) == ("done", 3, 3, 3)
    for opinion in opinions:
        opinion.refresh_from_db()
        assert (str(opinion.due_on), opinion.due_provisional) == ("2027-01-05", False)
        event = opinion.events.last()
        assert (event.action, event.data["from"], event.data["due_on"]) == (
            "recalculate", "2027-01-04", "2027-01-05",
        )  # fmt: skip
    assert "2027-01-05" not in boss.get(page.url).text  # the administrator reads no opinion
    services.run(done.pk)
    assert [o.events.filter(action="recalculate").count() for o in opinions] == [1, 1, 1]


def test_a_second_decision_does_nothing(upload, boss):
    page = upload()
    boss.post(page.url + "confirm/")
    assert boss.post(page.url + "confirm/").status_code == 302
    assert boss.post(page.url + "cancel/").status_code == 302
    assert last().state == "moving" and AccessRecord.objects.filter(action="imported").count() == 1


def test_given_up_it_changes_nothing(upload, boss):
    page = upload()
    boss.post(page.url + "cancel/")
    boss.post(page.url + "confirm/")
    assert last().state == "cancelled" and not calendar.is_published(2027)
    assert AccessRecord.objects.filter(action="imported").count() == 0


def test_what_a_dead_worker_left_is_taken_up_and_nothing_moves_twice(upload, boss, reaching, monkeypatch):
    monkeypatch.setattr(follows, "BATCH", 2)
    opinions = reaching(5)
    boss.post(upload().url + "confirm/")
    plain, calls = CalendarImport.heartbeat, []

    def dies_after_the_first_batch(job, **values):
        plain(job, **values)
        calls.append(values)
        raise SystemExit

    monkeypatch.setattr(CalendarImport, "heartbeat", dies_after_the_first_batch)
    with pytest.raises(SystemExit):
        services.run(last().pk)
    monkeypatch.setattr(CalendarImport, "heartbeat", plain)
    assert (last().state, last().moved, len(calls)) == ("moving", 2, 1)
    services.run(last().pk)  # the dead one is not known to be dead yet
    assert last().moved == 2
    services.run(last().pk, now=timezone.now() + timedelta(minutes=5))
    assert (last().state, last().moved) == ("done", 5)
    assert [o.events.filter(action="recalculate").count() for o in opinions] == [1] * 5


def test_the_sweep_hands_on_what_nobody_has_in_hand(upload, boss, monkeypatch):
    boss.post(upload().url + "confirm/")
    handed = []
    monkeypatch.setattr(CalendarImport, "enqueue", lambda job: handed.append(job.pk))
    CalendarImport.requeue_stalled()
    assert handed == [last().pk]
    services.run(last().pk)
    CalendarImport.requeue_stalled()
    assert len(handed) == 1


def test_what_was_reckoned_by_the_old_calendar_is_caught_up_with(cast, office, reaching):
    [opinion] = reaching(1)
    CalendarYear.objects.create(year=2027, published=True)  # as another process would have it, unnoticed here
    calendar.forget()
    assert follows.backfill(now=at("2026-12-12 09:00")) == 1
    opinion.refresh_from_db()
    assert not opinion.due_provisional and opinion.events.last().action == "recalculate"
    assert follows.backfill(now=at("2026-12-12 09:00")) == 0


def test_joint_parts_follow_too(upload, boss, cast, office):
    walk = Walk(cast, office, at("2026-12-18 09:00"))
    opinion = walk.joined("handling")
    assert str(opinion.parts.get().due_on) == "2027-01-04"
    boss.post(upload().url + "confirm/")
    services.run(last().pk)
    assert str(opinion.parts.get().due_on) == "2027-01-05"
    assert opinion.events.last().data["parts"] == [office.ecology.name]


def test_an_answered_opinion_keeps_the_day_it_was_answered_by(upload, boss, cast, office):
    walk = Walk(cast, office, at("2026-12-11 09:00"))
    opinion = walk.to("answered")
    boss.post(upload().url + "confirm/")
    services.run(last().pk)
    assert str(Opinion.objects.get(pk=opinion.pk).handling_due_on) == "2027-01-04"


def test_the_progress_page_asks_until_there_is_something_else_to_see(upload, boss):
    url = upload().url
    boss.post(url + "confirm/")
    assert 'hx-trigger="every 1s"' in boss.get(url + "progress/", headers={"HX-Request": "true"}).text
    services.run(last().pk)
    assert boss.get(url + "progress/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_an_administrator_of_one_county_imports_nothing_for_all(client, cast):
    client.force_login(person("own", "本县管理", ("administrator", {"area_code": "433101"})))
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/").text


def test_provisional_deadlines_are_marked_wherever_they_are_shown(client, cast, office, reaching):
    [opinion] = reaching(1)
    walk = Walk(cast, office, at("2026-12-18 09:00"))
    joined = walk.joined("routed")  # its part is due on 2027-01-04, the signature in December
    pages = [
        (cast.clerk, "/opinions/"),
        (cast.clerk, f"/opinions/{opinion.number}/"),
        (cast.clerk, f"/opinions/{opinion.number}/print/"),
        (cast.handler, "/opinions/handling/?show=to_answer"),
        (cast.handler, "/opinions/handling/?show=to_sign"),
        (cast.handler, f"/opinions/{opinion.number}/answer/"),
        (cast.handler, "/"),
        (cast.other_handler, "/opinions/handling/?show=joint"),
        (cast.supervisor, f"/opinions/{joined.number}/"),
    ]
    for who, url in pages:
        client.force_login(who)
        assert "暂定" in client.get(url).text, url


def test_as_many_queries_for_many_imports_as_for_one(boss, cast):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert boss.get(PAGE).status_code == 200
        return len(statements(captured.captured_queries))

    def imported(count):
        CalendarImport.objects.bulk_create(
            CalendarImport(by=cast.administrator, name="x.csv", content=b"", year=2027, days=1,
                           created_at=timezone.now()) for _n in range(count)
        )  # fmt: skip

    imported(1)
    one = asked()
    imported(30)
    assert asked() == one <= 8


def test_a_mid_year_correction_moves_final_deadlines(cast, office, boss):
    walk = Walk(cast, office, at("2026-09-28 09:00"))
    opinion = walk.to("routed")
    assert str(opinion.handling_due_on) == "2026-10-23"
    rows = [f"{d.date},{'workday' if d.is_workday else 'holiday'},{d.name}" for d in
            Holiday.objects.filter(calendar_year_id=2026)]  # fmt: skip
    text = "\n".join(["date,kind,name", *rows, "2026-10-20,holiday,临时放假"])
    boss.post(PAGE, {"file": SimpleUploadedFile("2026.csv", text.encode())})
    shown = boss.get(f"{PAGE}{last().pk}/")
    assert (shown.context["preview"].published, len(shown.context["preview"].differences)) == (True, 1)
    boss.post(f"{PAGE}{last().pk}/confirm/")
    services.run(last().pk)
    assert str(Opinion.objects.get(pk=opinion.pk).handling_due_on) == "2026-10-26"
