"""Which archives are kept: 7 daily, 5 weekly, 12 monthly; the newest always, and a pause deletes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from congress_liaison.backup import Refused, archive, rule, sealing
from congress_liaison.backup.archive import judge
from congress_liaison.backup.target import Bucket, Folder, target_of
from congress_liaison.doctor import backups


def nights(count, last="2026-11-30T20:20"):
    end = datetime.fromisoformat(last).replace(tzinfo=UTC)
    return [rule.name_at(end - timedelta(days=n)) for n in range(count)]


def test_a_year_of_nights():
    kept = sorted(rule.kept(nights(400)), reverse=True)
    days = [f"{name[8:12]}-{name[12:14]}-{name[14:16]}" for name in kept]
    assert days == [
        "2026-11-30", "2026-11-29", "2026-11-28", "2026-11-27", "2026-11-26", "2026-11-25", "2026-11-24",
        "2026-11-22", "2026-11-15", "2026-11-08", "2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31",
        "2026-06-30", "2026-05-31", "2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31",
    ]  # fmt: skip


def test_a_long_pause_deletes_nothing():
    old = nights(5, last="2024-03-10T20:20")
    assert rule.kept(old) == set(old)


def test_only_the_newest_of_a_day_is_kept():
    day = [f"liaison-20261130T{hour:02d}0000Z.tar.age" for hour in range(24)]
    assert rule.kept([*day, "other.txt"]) == {day[-1]}


def test_names_tell_the_moment():
    moment = datetime(2026, 11, 30, 20, 20, 5, tzinfo=UTC)
    assert rule.moment_of("liaison-20261130T202005Z.tar.age") == moment
    assert rule.name_at(moment) == "liaison-20261130T202005Z.tar.age"
    assert rule.moment_of("liaison-20261130T202005Z.tar.age.partial") is None


def test_the_key_is_an_identity_of_age_itself():
    from pyrage import x25519

    own = x25519.Identity.generate()
    assert str(sealing.identity(str(own))) == str(own)
    made = sealing.identity("a random text that is long enough for a key")
    assert str(made).startswith("AGE-SECRET-KEY-1")
    assert str(sealing.identity("a random text that is long enough for a key")) == str(made)
    with pytest.raises(Refused, match="BACKUP_KEY"):
        sealing.identity("short")


@pytest.mark.django_db
def test_a_newer_archive_and_one_of_another_engine_are_refused(settings):
    from django.db import connection

    good = {"format": 1, "version": "9.9.9", "engine": connection.vendor, "keys": archive.fingerprints()}
    judge(good | {"migrations": archive.migrations()})
    with pytest.raises(Refused, match="newer than"):
        judge(good | {"migrations": ["opinions.9999_future"]})
    with pytest.raises(Refused, match="newer than"):
        judge(good | {"migrations": [], "format": 2})
    with pytest.raises(Refused, match="oracle"):
        judge(good | {"migrations": [], "engine": "oracle"})
    settings.FIELD_ENCRYPTION_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    stored = good | {"migrations": [], "keys": archive.fingerprints()}
    settings.FIELD_ENCRYPTION_KEYS = []
    with pytest.raises(Refused, match="FIELD_ENCRYPTION_KEYS lacks 1"):
        judge(stored)


def test_a_target_must_be_named_and_not_be_the_bucket_of_uploads(settings):
    with pytest.raises(Refused, match="BACKUP_TARGET"):
        target_of("")
    assert isinstance(target_of("/backup"), Folder)
    settings.IN_A_BUCKET = {"OPTIONS": settings.IN_A_BUCKET["OPTIONS"] | {"bucket_name": "uploads"}}
    with pytest.raises(Refused, match="another bucket"):
        target_of("s3://uploads/backups")


def test_a_bucket_takes_gives_lists_and_deletes(settings, tmp_path):
    from tests.ops.fake_s3 import serve

    store = serve()
    options = settings.IN_A_BUCKET["OPTIONS"] | {
        "bucket_name": "uploads", "endpoint_url": f"http://127.0.0.1:{store.server_port}", "access_key": "key",
        "secret_key": "secret", "region_name": "cn", "addressing_style": "path",
    }  # fmt: skip
    settings.IN_A_BUCKET = {"OPTIONS": options}
    target = target_of("s3://backups/liaison")
    assert isinstance(target, Bucket)
    file = tmp_path / "file"
    file.write_bytes(b"whole")
    target.take("liaison-20261130T202005Z.tar.age", file)
    assert store.kept == {"liaison/liaison-20261130T202005Z.tar.age": b"whole"}
    assert target.names() == ["liaison-20261130T202005Z.tar.age"]
    target.fetch("liaison-20261130T202005Z.tar.age", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"whole"
    target.delete("liaison-20261130T202005Z.tar.age")
    assert store.kept == {}
    store.shutdown()
    store.server_close()


# --- what the doctor says ------------------------------------------------------------------------------------


def levels(now="2026-11-30T12:00"):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return [finding.level for finding in backups.examine(moment)]


def test_the_doctor_looks_at_the_newest_archive_and_the_last_trial(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.BACKUP_TARGET = ""
    assert levels() == ["warn"]
    settings.BACKUP_TARGET = str(tmp_path / "backups")
    assert levels() == ["fail", "warn"]
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "liaison-20261129T202005Z.tar.age").touch()
    check = tmp_path / "backups" / "last-check.json"
    check.write_text('{"archive": "x", "at": "2026-11-29T05:20:00+00:00", "ok": true, "said": ""}')
    assert levels() == ["ok", "ok"]
    assert levels("2026-12-01T00:00") == ["warn", "ok"]
    assert levels("2026-12-08T12:00") == ["fail", "warn"]
    check.write_text('{"archive": "x", "at": "2026-11-29T05:20:00+00:00", "ok": false, "said": "lost"}')
    assert levels() == ["ok", "fail"]


def test_a_target_that_cannot_be_read_is_a_failure(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "file").write_text("a file where the folder should be")
    settings.BACKUP_TARGET = str(tmp_path / "file")
    assert levels() == ["fail"]
