"""The Celery application and the beat's schedule.

The schedule is short on purpose: what is due is in the database (`next_check_at`, outbox state), and the
sweep finds it there. The broker only makes the common case quicker than the next sweep.
"""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import task_postrun, task_prerun, worker_init
from django.db import close_old_connections

from congress_liaison import liveness

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")

app = Celery("congress_liaison")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Folders of an app that keep tasks of their own.
app.autodiscover_tasks(
    [
        "opinions.jobs",
        "opinions.importing",
        "opinions.triage.classifier",
        "opinions.triage.topics",
        "reports.files",
        "congress_liaison.backup",
    ]
)
# The turns of the beat's loop are at most this many seconds apart, so that each is a heartbeat.
app.conf.beat_scheduler = liveness.HeartbeatScheduler
app.conf.beat_max_loop_interval = 15


@task_prerun.connect
@task_postrun.connect
def look_after_connections(**kwargs: Any) -> None:
    """Keep the connection to the database between two tasks, as Django does between two requests: it is tested before
    it is used again, and closed when it is old or broken. Celery would open one for every task, which took ten times as
    long as the check of an opinion."""
    close_old_connections()


@worker_init.connect
def prepare_worker(**kwargs: Any) -> None:
    """Limit how long the database waits for locks, and compare the clock from now on with the machine's own counter;
    the processes of the pool inherit both."""
    from common.db import limits
    from workdays import clock

    limits.for_tasks()
    clock.watch()


@app.on_after_finalize.connect
def schedule(sender: Celery, **kwargs: Any) -> None:
    """Register the periodic tasks: the sweeps, and the work of the night."""
    from django.conf import settings

    every = settings.SWEEP_EVERY_SECONDS
    for task, name in [
        ("opinions.sweep", "sweep opinions"),
        ("notifications.sweep", "sweep messages"),
        ("incoming.sweep", "work on messages from citizens"),
        ("workdays.sweep", "sweep calendar imports"),
        ("reports.sweep", "sweep reports"),
        ("deputies.sweep", "do the term transitions of the day"),
        ("portal.sweep", "delete old rate limits"),
    ]:
        sender.add_periodic_task(every, sender.signature(task), expires=every, name=name)
    # At night, when the desks are empty; a lost night is made up for by the next.
    for task, hour, name in [
        ("opinions.nightly", 1, "erase what was kept long enough, and files that nothing names"),
        ("opinions.train_nightly", 2, "train triage"),
        ("opinions.refresh_topics", 3, "find hot topics"),
        ("anchors.nightly", 4, "anchor ledger and audit trail"),
        ("congress_liaison.backup", 4, "backup"),
    ]:
        sender.add_periodic_task(
            crontab(hour=hour, minute=20), sender.signature(task), expires=3600, name=name
        )
    sunday = crontab(hour=5, minute=20, day_of_week=0)
    trial = sender.signature("congress_liaison.check_backup")
    sender.add_periodic_task(sunday, trial, expires=3600, name="restore the newest backup for trial")
