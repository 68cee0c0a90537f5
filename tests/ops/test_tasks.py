"""Work is asked for by a task's name: a name that no task has would be dropped by every worker without a word.
And what the night tidies away."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from congress_liaison.celery import app
from opinions.jobs.tasks import nightly

ROOT = Path(__file__).resolve().parents[2]
ASKED = re.compile(r'(?:enqueue|Work)\(\s*"([a-z_.]+)"')


def test_every_task_that_is_asked_for_by_name_exists():
    app.finalize()
    app.loader.import_default_modules()
    apps = ("notifications", "opinions", "reports", "workdays")
    asked = {
        name
        for one in apps
        for path in (ROOT / one).rglob("*.py")
        for name in ASKED.findall(path.read_text())
    }
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"opinions.check", "opinions.run_import", "reports.make_file", "workdays.move_deadlines"} <= asked
    assert {"opinions.sweep", "opinions.nightly", "notifications.sweep"} <= scheduled
    assert sorted((asked | scheduled) - set(app.tasks)) == []


@pytest.mark.django_db
def test_sessions_that_have_ended_go_at_night():
    for key, ends in [("ended", -1), ("lasts", 1)]:
        Session.objects.create(
            session_key=key, session_data="", expire_date=timezone.now() + timedelta(hours=ends)
        )
    nightly()
    assert [session.session_key for session in Session.objects.all()] == ["lasts"]
