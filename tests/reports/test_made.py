"""A workbook made in the background: once, for those who may, and taken up again when its worker dies."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AccessRecord
from opinions.models import Opinion
from reports.definitions import periods
from reports.files import services, tasks
from reports.models import Report
from tests.conftest import at
from tests.reports.conftest import an_opinion

pytestmark = pytest.mark.django_db
SEPTEMBER = periods.parse("2026-09")


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asked(office, cast):
    Opinion.objects.bulk_create([an_opinion(n, office.qianzhou, at("2026-09-02 09:00")) for n in range(1, 8)])
    return services.request_report(county=office.jishou, period=SEPTEMBER, by=cast.official)


def test_button_progress_and_download(client, cast, office):
    Opinion.objects.bulk_create([an_opinion(1, office.qianzhou, at("2026-09-02 09:00"))])
    client.force_login(cast.official)
    answer = client.post(reverse("reports:make", args=["2026-09"]), {"county": "433101"})
    report = Report.objects.get()
    assert answer.url == reverse("reports:made", args=[report.pk])
    part = reverse("reports:progress", args=[report.pk])
    assert part in client.get(answer.url).content.decode()
    assert client.get(reverse("reports:download", args=[report.pk])).status_code == 404
    tasks.make_report(report.pk)
    ready = client.get(part).content.decode()
    link = reverse("reports:download", args=[report.pk])
    assert link in ready
    assert "hx-get" not in ready
    got = client.get(link)
    assert load_workbook(BytesIO(b"".join(got.streaming_content))).sheetnames == [
        "汇总",
        "主办单位",
        "类别",
        "反映渠道",
        "单位分渠道",
        "办理结果",
        "工作室与五有",
        "代表活动",
        "督办",
        "台账",
        "图表",
    ]
    assert AccessRecord.objects.get(action="exported").details["rows"] == 1
    month = client.get(reverse("reports:month", args=["2026-09"]))
    assert link in month.content.decode()


def test_a_second_click_gives_the_same_report(asked, office, cast):
    assert services.request_report(county=office.jishou, period=SEPTEMBER, by=cast.official) == asked
    services.make_report(asked.pk)
    assert services.request_report(county=office.jishou, period=SEPTEMBER, by=cast.official) != asked


def test_a_message_delivered_twice_makes_it_once(asked):
    services.make_report(asked.pk)
    first = Report.objects.get()
    services.make_report(asked.pk)
    assert Report.objects.get().made_at == first.made_at
    assert (first.state, first.rows, first.progress, first.total, first.attempt) == ("ready", 7, 7, 7, 1)


def test_a_lost_message_is_found_by_the_sweep(asked):
    assert services.sweep(now=timezone.now() + timedelta(minutes=1)) == 1
    assert Report.objects.get().state == "ready"
    assert services.sweep(now=timezone.now() + timedelta(hours=1)) == 0


def test_a_dead_workers_report_is_taken_up_again(asked):
    Report.objects.update(state="working", attempt=1)
    services.make_report(asked.pk)
    assert Report.objects.get().state == "working"  # its worker may still be alive
    services.sweep(now=timezone.now() + timedelta(minutes=2, seconds=1))
    report = Report.objects.get()
    assert (report.state, report.attempt) == ("ready", 2)


def test_a_worker_back_from_the_dead_changes_nothing(asked):
    claimed = services._claim(asked.pk, timezone.now())
    Report.objects.update(attempt=2)
    with pytest.raises(services.LeaseLost):
        claimed.heartbeat(progress=1, total=7)
    with pytest.raises(services.LeaseLost):
        services._finish(claimed, BytesIO(b"x"), 7)
    assert Report.objects.get().file == ""


def test_what_fails_is_tried_three_times_and_says_so(asked, client, cast, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setitem(services.WRITERS, "xlsx", broken)
    for _attempt in range(3):
        assert Report.objects.get().state == "waiting"
        services.make_report(asked.pk)
    assert Report.objects.get().state == "failed"
    client.force_login(cast.official)
    assert "no space" not in client.get(reverse("reports:made", args=[asked.pk])).content.decode()


def test_one_that_kills_every_worker_is_given_up(asked):
    Report.objects.update(state="working", attempt=3, heartbeat_at=timezone.now() - timedelta(hours=1))
    services.sweep()
    assert Report.objects.get().state == "failed"


def test_watching_a_report_that_no_worker_ever_had_enqueues_it_again(asked, monkeypatch):
    enqueued = []
    monkeypatch.setattr(Report, "enqueue", lambda report: enqueued.append(report.pk))
    Report.objects.update(heartbeat_at=None)
    services.look_after(Report.objects.get())
    assert enqueued == [asked.pk]


def test_whoever_watches_also_wakes_a_silent_broker(asked, monkeypatch):
    told = []
    monkeypatch.setattr(Report, "enqueue", lambda report: told.append(report.pk))
    services.look_after(asked)
    services.look_after(asked, now=timezone.now() + timedelta(seconds=20))
    services.look_after(Report.objects.get(), now=timezone.now() + timedelta(seconds=5))
    assert told == [asked.pk]


@pytest.mark.parametrize(
    ("who", "status"), [("prefecture", 200), ("supervisor", 200), ("clerk", 403), ("auditor", 403)]
)
def test_who_sees_a_report_that_was_made(client, cast, asked, who, status):
    services.make_report(asked.pk)
    client.force_login(getattr(cast, who))
    for name in ("made", "progress", "download"):
        assert client.get(reverse(f"reports:{name}", args=[asked.pk])).status_code == status


def test_a_neighbours_report_does_not_exist(client, cast, asked):
    services.make_report(asked.pk)
    client.force_login(cast.stranger_officer)
    for name in ("made", "progress", "download"):
        assert client.get(reverse(f"reports:{name}", args=[asked.pk])).status_code == 404
    assert client.post(reverse("reports:make", args=["2026-09"]), {"county": "433101"}).status_code == 404
    assert client.get(reverse("reports:make", args=["2026-09"])).status_code == 405


def test_a_file_that_is_gone_is_not_an_error(client, cast, asked):
    services.make_report(asked.pk)
    report = Report.objects.get()
    report.file.storage.delete(report.file.name)
    client.force_login(cast.official)
    assert client.get(reverse("reports:download", args=[asked.pk])).status_code == 404
