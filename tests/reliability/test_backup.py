"""Backups killed at random moments and restores onto an empty server, on both engines: what has a proper name is whole
and comes back equal, row by row and file by file; another key, a damaged, cut off or newer archive is refused with a
reason, before anything is written."""

import json
import random
import sqlite3
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from .stage import Stage, postgres_database

ACTS = "tests.reliability.backup_acts"
KEY = "a random text that is long enough for a key"
BOTH = pytest.mark.parametrize(
    "engine_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.services)], indirect=True
)


def play(stage, name, *arguments):
    return stage.result(stage.act(name, *arguments, module=ACTS))


@contextmanager
def empty_stage(engine_url, tmp_path, target, **settings):
    """Another server: an empty database of the same engine, nothing in its folder."""
    more = {"BACKUP_TARGET": str(target), "BACKUP_KEY": KEY} | settings
    if engine_url.startswith("sqlite"):
        file = tmp_path / f"empty-{time.monotonic_ns()}.sqlite3"
        with Stage(f"sqlite:///{file}", **more) as stage:
            yield stage
        return
    with postgres_database() as url, Stage(url, **more) as stage:
        yield stage


@pytest.fixture
def target(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def office(engine_url, target):
    """A working office with a target for its backups."""
    with Stage(engine_url, BACKUP_TARGET=str(target), BACKUP_KEY=KEY) as stage:
        play(stage, "furnish", 3)
        yield stage


@BOTH
def test_a_backup_comes_back_equal_on_an_empty_server(office, engine_url, tmp_path, target):
    before = play(office, "content")
    done = play(office, "backup")
    assert done["files"] == 3
    (archive,) = target.iterdir()
    assert archive.name == done["name"] and archive.stat().st_mode & 0o77 == 0
    assert "张" not in archive.read_bytes().decode("latin1") and archive.read_bytes().startswith(
        b"age-encryption.org/v1"
    )
    assert play(office, "check")["name"] == done["name"]
    noted = json.loads((target / "last-check.json").read_text())
    assert noted["ok"] is True and noted["archive"] == done["name"]
    assert "empty database" in play(office, "restore")["refused"]
    with empty_stage(engine_url, tmp_path, target) as server:
        restored = play(server, "restore")
        assert restored.get("rows") == done["rows"], restored
        assert play(server, "content") == before
    assert not list(Path(office.folder.name).glob("backup-work-*"))


@BOTH
def test_killed_at_random_moments_what_has_a_name_is_whole(office, engine_url, tmp_path, target, turns):
    kills = turns(20, short=1, of="kills")
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    began = time.monotonic()
    play(office, "backup")
    lasts = time.monotonic() - began
    for turn in range(kills):
        process = office.act("backup", module=ACTS)
        time.sleep(dice.uniform(0.05, lasts))
        office.kill(process)
        time.sleep(1.1)  # names tell seconds
        done = play(office, "backup")
        assert "name" in done, f"seed {seed} turn {turn}: {done}"
        assert not [f for f in target.iterdir() if f.name.endswith(".partial")]
        with empty_stage(engine_url, tmp_path, target) as server:
            assert play(server, "restore", done["name"])["rows"] == done["rows"], f"seed {seed} turn {turn}"
            assert play(server, "content") == play(office, "content")
    for name in play(office, "archives"):
        assert "name" in play(office, "check", name), f"seed {seed}: {name}"


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_what_must_not_be_taken_over_is_refused_before_anything_is_written(
    office, engine_url, tmp_path, target
):
    name = play(office, "backup")["name"]
    whole = (target / name).read_bytes()

    def refused(**settings):
        with empty_stage(engine_url, tmp_path, target, **settings) as server:
            said = play(server, "restore", name)["refused"]
            url = server.environ["DATABASE_URL"].removeprefix("sqlite:///")
            with closing(sqlite3.connect(url)) as database:
                assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
            assert not (Path(server.folder.name) / "media").exists()
        return said

    assert "BACKUP_KEY is another" in refused(BACKUP_KEY="another random text that is long enough")
    assert "SECRET_KEY" in refused(SECRET_KEY="another key of an installation that is not this one 012")
    (target / name).write_bytes(whole[:-30_000])
    assert "cannot be decrypted" in refused()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    (target / name).write_bytes(flipped)
    assert "damaged" in refused()
    (target / name).write_bytes(whole)
    (target / name).rename(target / "liaison-20200101T000000Z.tar.age")
    assert "there is no archive" in refused()


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_trial_finds_what_was_wrong_already_when_the_backup_was_made(office, target):
    play(office, "lose_a_file")
    play(office, "backup")
    assert "verify_restored" in play(office, "check")["refused"]
    assert json.loads((target / "last-check.json").read_text())["ok"] is False
