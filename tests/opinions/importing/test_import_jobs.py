"""Taking an import in: once, whoever clicks, whatever dies, however large the file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AccessRecord
from opinions.importing import jobs, services
from opinions.models import Import, Opinion
from tests.opinions.ledger.ledgers import OPEN_ROW, many

from .import_room import clerk, files_of_this_test, page, start, text, upload  # noqa: F401 - fixtures


def test_a_second_click_and_a_second_delivery_take_everything_in_once(clerk):
    upload(clerk, *many(3))
    start(clerk)
    start(clerk)
    assert AccessRecord.objects.filter(action="imported").count() == 1
    pk = Import.objects.get().pk
    assert jobs.run(pk).added == 3
    assert jobs.run(pk) is None
    start(clerk)
    assert (Import.objects.get().state, Opinion.objects.count()) == ("done", 3)


def test_two_workers_at_once_do_not_both_take_it(clerk):
    upload(clerk, *many(3))
    start(clerk)
    job = Import.objects.get()
    assert jobs._claim(job.pk, "running", timezone.now())
    assert jobs.run(job.pk) is None
    assert not Opinion.objects.exists()


class Dies(BaseException):
    """Not an Exception: nothing of ours may catch it, as nothing catches kill -9."""


def run_and_die_after(pk, rows):
    """A worker that is killed in the middle of its work."""
    job = jobs._claim(pk, "running", timezone.now())

    def after_batch(tally):
        if tally.read > rows:
            raise Dies
        jobs._progress(job, tally)

    with job.file.open("rb") as file, pytest.raises(Dies):
        batches = services.read_batches(
            file, job.name, by=job.by, now=timezone.now(), limits=services.BROWSER
        )
        services.import_rows(
            batches,
            services.ImportSummary(),
            by=job.by,
            now=timezone.now(),
            skip_bad=True,
            after_batch=after_batch,
        )


def test_after_a_death_in_the_middle_the_next_worker_goes_on_and_every_row_counts_once(clerk):
    upload(clerk, *many(130))
    start(clerk)
    pk = Import.objects.get().pk
    run_and_die_after(pk, 70)
    job = Import.objects.get()
    assert (job.processed, job.added, Opinion.objects.count()) == (50, 50, 50)
    assert jobs.run(pk) is None, "the dead worker's turn has not run out yet"
    later = timezone.now() + timedelta(minutes=3)
    assert jobs.requeue_stalled(now=later) == 1
    done = jobs.run(pk, now=later)
    assert (done.state, done.processed, done.added, done.known, done.refused) == ("done", 130, 130, 0, 0)
    assert Opinion.objects.count() == 130


def test_a_worker_that_lost_its_turn_stops_and_undoes_its_batch(clerk):
    upload(clerk, *many(60))
    start(clerk)
    pk = Import.objects.get().pk
    slow = jobs._claim(pk, "running", timezone.now())
    quick = jobs.run(pk, now=timezone.now() + timedelta(minutes=3))
    assert quick.state == "done"
    with pytest.raises(jobs.LeaseLost):
        jobs._progress(slow, services.ImportSummary(read=60))
    assert Import.objects.get().added == 60


def test_a_file_that_ends_one_worker_after_the_other_is_given_up(clerk):
    upload(clerk, *many(3))
    start(clerk)
    pk, now = Import.objects.get().pk, timezone.now()
    for minutes in range(0, 3 * jobs.MOST_ATTEMPTS, 3):
        assert jobs._claim(pk, "running", now + timedelta(minutes=minutes))
    assert jobs.run(pk, now=now + timedelta(hours=1)) is None
    assert Import.objects.get().state == "failed"


def test_the_sweep_finds_what_the_broker_lost_and_clears_what_nobody_decided_on(
    clerk, files_of_this_test, django_capture_on_commit_callbacks
):
    upload(clerk, OPEN_ROW)
    assert jobs.requeue_stalled() == 0
    start(clerk)
    assert jobs.requeue_stalled() == 1
    upload(clerk, *many(2))
    with django_capture_on_commit_callbacks(execute=True):
        jobs.requeue_stalled(now=timezone.now() + timedelta(days=8))
    forgotten = Import.objects.latest("id")
    assert (forgotten.state, forgotten.file.name) == ("cancelled", "")


def test_a_large_file_is_looked_through_by_a_worker(clerk):
    long = OPEN_ROW | {"内容": "长" * 9000}
    shown = text(upload(clerk, *many(60, long)))
    assert "正在检查文件" in shown
    assert jobs.check(Import.objects.get().pk).state == "checked"
    assert "导入全部60行" in text(page(clerk))
