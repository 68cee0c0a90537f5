"""The doctor says what is wrong, and only then exits with 1."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from common.ops import heartbeat
from congress_liaison import doctor
from notifications import services as messages
from notifications.models import Message
from opinions.models import Opinion
from tests.conftest import at
from tests.workflow.walk import Walk

HEALTHY = {
    "DEBUG": False,
    "HTTPS": True,
    "SECRET_KEY": "a long key of many different characters, 0123456789-abcdefghij",
    "FIELD_ENCRYPTION_KEYS": ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="],
    "PHONE_INDEX_KEY": "set",
    "CELERY_BROKER_URL": "memory://",
    "ALLOWED_HOSTS": ["opinions.example.gov.cn"],
}


@pytest.fixture
def house(areas, settings, tmp_path):
    """All in order: settings, and a worker and a beat that are alive."""
    for name, value in HEALTHY.items():
        setattr(settings, name, value)
    settings.DATA_DIR = tmp_path
    for part in ("worker", "beat", "sweep", "messages"):
        heartbeat.touch(tmp_path / "heartbeat", part)
    return settings


def report(now="2026-05-06T09:00") -> tuple[list[str], int]:
    """The lines said, and the exit code."""
    out = StringIO()
    try:
        call_command("doctor", now=now, stdout=out)
    except SystemExit as end:
        return out.getvalue().splitlines(), end.code
    return out.getvalue().splitlines(), 0


def levels(now="2026-05-06T09:00") -> set[str]:
    return {line.split()[0] for line in report(now)[0][:-1]}


def test_all_is_well(house):
    lines, code = report()
    assert code == 0
    assert {line.split()[0] for line in lines[:-1]} <= {"ok", "warn"}  # a small disk is no fault of ours
    assert len(lines) > 12


def test_it_shows_the_version(house, settings):
    settings.VERSION = "3.2.1"
    assert "ok   版本: 3.2.1" in report()[0]


@pytest.mark.parametrize(
    ("setting", "value", "level"),
    [
        ("SECRET_KEY", "short", "fail"),
        ("DEBUG", True, "warn"),
        ("HTTPS", False, "warn"),
        ("FIELD_ENCRYPTION_KEYS", [], "warn"),
        ("FIELD_ENCRYPTION_KEYS", ["no key"], "fail"),
        ("PHONE_INDEX_KEY", "", "warn"),
        ("CELERY_BROKER_URL", "redis://127.0.0.1:1/0", "fail"),
    ],
)
def test_a_doubtful_setting(house, setting, value, level):
    before = [finding.level for finding in doctor.examine(at("2026-05-06 09:00"))]
    setattr(house, setting, value)
    after = [finding.level for finding in doctor.examine(at("2026-05-06 09:00"))]
    assert after.count(level) == before.count(level) + 1


def test_a_dead_worker(house):
    (worker,) = (house.DATA_DIR / "heartbeat").glob("worker-*")
    worker.unlink()
    assert report()[1] == 1


def test_work_that_nobody_does(house, cast, office):
    walk = Walk(cast, office)
    opinion = walk.to("reported_back")
    messages.sweep(now=at("2026-03-02 15:00"))  # what the citizen was told went out
    assert report("2026-03-02T16:00")[1] == 0
    lines, code = report("2026-08-01T09:00")
    assert code == 1
    assert any(line.startswith("fail") and opinion.number in line for line in lines)


def test_a_clock_set_back(house, cast, office):
    Walk(cast, office).to("routed")
    messages.sweep(now=at("2026-03-02 15:00"))
    assert report("2026-03-02T16:00")[1] == 0
    assert report("2026-02-27T09:00")[1] == 1


def test_next_year_is_wanted_from_november_on(house):
    assert not any("2027" in line for line in report("2026-10-31T09:00")[0])
    assert any(line.startswith("warn") and "2027" in line for line in report("2026-11-01T09:00")[0])
    lines, code = report("2027-01-04T09:00")
    assert code == 1
    assert any(line.startswith("fail") and "2027" in line for line in lines)


def test_messages_that_did_not_go_out(house):
    now = timezone.now()
    Message.objects.create(key="a", channel="sms", subject="s", body="b", state="uncertain", created_at=now)
    assert report()[1] == 0
    Message.objects.create(
        key="b",
        channel="sms",
        subject="s",
        body="b",
        created_at=now,
        next_attempt_at=now - timedelta(hours=1),
    )
    assert report(timezone.localtime().isoformat())[1] == 1


def test_a_database_that_lacks_a_migration(house, monkeypatch):
    from common.ops import health

    monkeypatch.setattr(
        "congress_liaison.doctor.health.check_migrations",
        lambda: health.Part("migrations", False, "1 unapplied"),
    )
    lines, code = report()
    assert code == 1
    assert not Opinion.objects.exists()
    assert len(lines) < 24
