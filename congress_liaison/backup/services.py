"""The three things an operator asks for: a backup, a restore onto an empty server, a restore for trial."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from . import Refused, archive, engines, rule
from .target import Target, read, target_of

CHECKED = "last-check.json"  # beside the archives: what the last restore for trial came to


@dataclass(frozen=True)
class Done:
    """What was done: the archive, its age when it was restored, seconds, bytes, files, and rows of all tables."""

    name: str
    seconds: float
    size: int
    files: int
    rows: int
    age: timedelta = timedelta()


def backup(*, now: datetime | None = None) -> Done:
    """Write an archive to BACKUP_TARGET, then delete those that the rule no longer keeps. Raises Refused with a reason,
    also while another backup is being written."""
    now, started = now or timezone.now(), time.monotonic()
    target = target_of(settings.BACKUP_TARGET)
    name = rule.name_at(now)
    with _alone(), _work() as work:
        file = work / "archive"
        with file.open("wb") as out:
            facts = archive.write(out, work, now=now)
        target.take(name, file)
        size = file.stat().st_size
    for old in sorted(archives(target)):
        if old not in rule.kept(archives(target)):
            target.delete(old)
    return _done(name, facts, started, size)


def archives(target: Target) -> list[str]:
    """Return the names of the archives, oldest first."""
    return sorted(name for name in target.names() if rule.moment_of(name))


def chosen(target: Target, name: str) -> str:
    """Return the archive `name`, or the newest where no name is given. Raises Refused where there is none."""
    names = archives(target)
    if not names or (name and name not in names):
        raise Refused(f"there is no archive {name}".strip())
    return name or names[-1]


def restore(name: str = "") -> Done:
    """Put an archive into this installation, which must be empty, and verify it. Raises Refused, before anything is
    written, for an archive that must not be taken over."""
    if not engines.is_empty():
        raise Refused("this installation has accounts already: a restore needs an empty database")
    started, target = time.monotonic(), target_of(settings.BACKUP_TARGET)
    name = chosen(target, name)
    with _alone(), _work() as work:
        facts, size = _unpacked(target, name, work)
        engines.load(work / archive.DATABASE, str(connection.settings_dict["NAME"]))
        for one in facts["files"]:
            _put(work / archive.MEDIA / one, one)
        _verify(facts, work, {})
    return _done(name, facts, started, size)


def check(name: str = "", *, now: datetime | None = None) -> Done:
    """Restore an archive for trial, into a database and a folder that are gone afterwards, verify it, and note next to
    the archives what it came to, for the doctor. Raises Refused with the reason it noted."""
    now, started, target = now or timezone.now(), time.monotonic(), target_of(settings.BACKUP_TARGET)
    name = chosen(target, name)
    try:
        with _work() as work:
            facts, size = _unpacked(target, name, work)
            with engines.scratch(work) as (database, url):
                engines.load(work / archive.DATABASE, database)
                _verify(facts, work, _apart(url, work))
        done = _done(name, facts, started, size)
    except Refused as refused:
        _note(target, name, now, ok=False, said=str(refused))
        raise
    _note(target, name, now, ok=True, said=f"{done.seconds:.0f} s")
    return done


def last_check(target: Target) -> dict[str, Any] | None:
    """Return what the last restore for trial came to: archive, at, ok, said; None where there was none."""
    if CHECKED not in target.names():
        return None
    with _work() as work, read(target, CHECKED, work) as file:
        found = json.load(file)
    return found | {"at": datetime.fromisoformat(found["at"])}


def _note(target: Target, name: str, now: datetime, *, ok: bool, said: str) -> None:
    with _work() as work:
        file = work / CHECKED
        file.write_text(json.dumps({"archive": name, "at": now.isoformat(), "ok": ok, "said": said}))
        target.take(CHECKED, file)


def _done(name: str, facts: dict[str, Any], started: float, size: int) -> Done:
    began = rule.moment_of(name)
    return Done(
        name=name,
        seconds=time.monotonic() - started,
        size=size,
        files=len(facts["files"]),
        rows=sum(facts["rows"].values()),
        age=timezone.now() - began if began else timedelta(),
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock under which one backup or restore runs at a time on this data folder."""
    with open(settings.DATA_DIR / "backup.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("another backup or restore is under way") from None
        for left in settings.DATA_DIR.glob("backup-work-*"):  # of one that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextmanager
def _work() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="backup-work-", dir=settings.DATA_DIR) as folder:
        yield Path(folder)


def _unpacked(target: Target, name: str, work: Path) -> tuple[dict[str, Any], int]:
    with read(target, name, work) as file:
        size = os.fstat(file.fileno()).st_size
        facts = archive.unpack(file, work)
    (work / name).unlink()
    return facts, size


def _put(file: Path, name: str) -> None:
    if default_storage.exists(name):  # of a restore that was broken off: the same archive, the same content
        default_storage.delete(name)
    with file.open("rb") as source:
        stored = default_storage.save(name, File(source))
    if stored != name:
        raise Refused(f"the store of uploads keeps {name} as {stored}")


def _apart(url: str, work: Path) -> dict[str, str]:
    """Return the environment of a process that works on the restored copy: with our keys, and nothing else of ours."""
    return {
        "DATABASE_URL": url,
        "DATA_DIR": str(work),
        "MEDIA_STORAGE": "disk",
        "CELERY_BROKER_URL": "memory://",
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        "PHONE_INDEX_KEY": settings.PHONE_INDEX_KEY,
        "BACKUP_TARGET": "",
    }


def _verify(facts: dict[str, Any], work: Path, more: dict[str, str]) -> None:
    """Migrate what was restored from an older version, and verify it, in processes of their own, so that they know
    nothing but what lies there."""
    if facts["migrations"] != archive.migrations():
        _manage(["migrate", "--noinput", "-v0"], more)
    file = work / "facts.json"
    file.write_text(json.dumps(facts))
    _manage(["verify_restored", str(file)], more)


def _manage(arguments: list[str], more: dict[str, str]) -> None:
    env = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in more}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    ended = subprocess.run(  # noqa: S603
        command, check=False, env=env | more, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    if ended.returncode:
        raise Refused(f"{arguments[0]}: {(ended.stderr or ended.stdout).strip()[-800:]}")
