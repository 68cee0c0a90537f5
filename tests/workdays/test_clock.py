"""A clock that is wrong acts on nothing: no letter, no erasing, no text message. What it put off goes on afterwards."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from celery.exceptions import Ignore
from django.core.management import CommandError, call_command
from django.utils import timezone

from common.db import server_clock
from congress_liaison import doctor
from deputies.tasks import sweep as deputies_sweep
from notifications.models import Message
from notifications.services import queue
from notifications.tasks import deliver
from notifications.tasks import sweep as send_messages
from opinions.jobs.tasks import check, nightly, sweep
from opinions.models import Event, Import, Notice, Opinion
from reports.files.tasks import sweep as reports_sweep
from tests.opinions.story import reported
from workdays import clock
from workdays.models import ClockState

pytestmark = pytest.mark.django_db
ACTING = [sweep, nightly, send_messages, deputies_sweep, reports_sweep]


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    """No process remembers anything, as after a restart; the database's clock is as wrong as this one."""
    monkeypatch.setattr(clock, "database_time", lambda: None)
    for name, value in {"began": None, "confirmed_at": None, "right_until": 0.0}.items():
        monkeypatch.setattr(clock._Process, name, value)


def restarted():
    clock._Process.right_until = 0.0


def test_nothing_acts_after_a_restart_with_a_wrong_clock(cast, office):
    opinion = reported(cast, office)
    sweep()
    restarted()
    events = Event.objects.count()
    for days in (33, 6 * 366, -2, -400):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            for task in ACTING:
                with pytest.raises(Ignore):
                    task()
            with pytest.raises(Ignore):
                check(opinion.number)
    assert Event.objects.count() == events and not Notice.objects.exists()


def test_people_who_work_by_the_wrong_clock_do_not_make_it_right(cast, office):
    """What they record has the wrong time: it says nothing for the clock."""
    sweep()
    with time_machine.travel(timezone.now() + timedelta(days=33)):
        restarted()
        reported(cast, office)
        with pytest.raises(Ignore):
            sweep()
    restarted()
    reported(cast, office)  # the clock is back: the newest event says so
    sweep()


def test_it_goes_on_by_itself_when_the_clock_is_back(cast, office):
    reported(cast, office)
    sweep()
    with time_machine.travel(timezone.now() + timedelta(days=33)):
        restarted()
        with pytest.raises(Ignore):
            sweep()
    sweep()


def test_a_step_while_the_worker_runs_is_noticed_by_the_counter_of_the_machine(cast, office):
    clock.watch()
    sweep()
    with time_machine.travel(timezone.now() + timedelta(hours=2)), pytest.raises(Ignore):
        sweep()
    sweep()


def test_a_person_confirms_a_clock_that_stood_still_for_long(cast, office, settings):
    reported(cast, office)
    sweep()
    settings.CLOCK_GAP_DAYS = 14
    with time_machine.travel(timezone.now() + timedelta(days=13)):
        restarted()
        sweep()
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        restarted()
        with pytest.raises(SystemExit):
            call_command("clock", stdout=StringIO())
        with pytest.raises(Ignore):
            sweep()
        call_command("clock", confirm=True, stdout=StringIO())
        sweep()


def test_a_confirmed_clock_is_not_held_up_by_what_was_recorded_for_later(cast, office):
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        reported(cast, office)
    with pytest.raises(Ignore):
        sweep()
    call_command("clock", confirm=True, stdout=StringIO())
    sweep()
    assert [f.level for f in doctor.examine(timezone.now()) if f.name == "时间晚于现在的台账记录"] == ["warn"]


def test_the_first_start_of_an_office_has_nothing_to_compare_with(db):
    sweep()
    assert ClockState.objects.get().right_at


def test_a_message_put_off_for_weeks_goes_out_once_the_clock_is_back(office, settings):
    settings.QUIET_HOURS = ""
    facts = {"channel": "sms", "address": "13812345678", "subject": "s", "body": "b"}
    far = queue(key="far", **facts, at=timezone.now())
    soon = queue(key="soon", **facts, at=timezone.now())
    Message.objects.filter(pk=far.pk).update(next_attempt_at=timezone.now() + timedelta(days=33))
    Message.objects.filter(pk=soon.pk).update(next_attempt_at=timezone.now() + timedelta(hours=11))
    send_messages()
    assert dict(Message.objects.values_list("key", "state")) == {"far": "sent", "soon": "pending"}


def test_leases_of_a_wrong_clock_hold_up_nothing(cast, office):
    opinion = reported(cast, office)
    now = timezone.now()
    row = Opinion.objects.filter(pk=opinion.pk)
    for until, due in ((33 * 1440, True), (1, False), (-1, True)):
        row.update(next_check_at=now, leased_until=now + timedelta(minutes=until))
        assert Opinion.objects.due_for_check(now).filter(pk=opinion.pk).exists() is due
    job = Import.objects.create(
        name="x", by=cast.clerk, state="running", created_at=now, heartbeat_at=now + timedelta(days=33)
    )
    assert job in Import.stalled(now)


def test_a_time_that_is_not_the_present_erases_nothing(cast, office):
    with pytest.raises(CommandError, match="dry-run"):
        call_command("anonymise", now="2040-01-01T09:00")


@pytest.mark.services
def test_the_clock_of_the_database_is_another_witness(cast, office, monkeypatch):
    monkeypatch.setattr(clock, "database_time", lambda: timezone.now() + timedelta(minutes=6))
    with pytest.raises(Ignore):
        sweep()
    monkeypatch.setattr(clock, "database_time", server_clock.database_time)
    sweep()


def test_one_message_waits_too(office):
    sweep()
    message = queue(key="k", channel="sms", address="13812345678", subject="s", body="b", at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=33)):
        restarted()
        with pytest.raises(Ignore):
            deliver(message.pk)
    message.refresh_from_db()
    assert message.state == "pending"
