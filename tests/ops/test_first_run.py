"""The very first `make run`: the demo office is there whole or not at all, whatever interrupts it."""

import shutil
import signal
import sqlite3
from contextlib import closing

import pytest

from tests import migrated
from tests.ops.launcher import Run, wait_for
from tests.services import free_port

pytestmark = pytest.mark.services


def users(folder) -> int:
    with closing(sqlite3.connect(folder / "congress_liaison.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM accounts_user").fetchone()[0]


def test_an_interrupted_demo_is_made_again_and_its_accounts_are_shown(tmp_path):
    folder, settings = tmp_path / "var", {"DEMO": "1", "DEMO_PASSWORD": "Chosen-2026"}
    folder.mkdir(mode=0o700)  # migrated before: test_run.py starts with nothing at all
    shutil.copy(migrated.sqlite_template(), folder / "congress_liaison.sqlite3")
    first = Run(folder, free_port(), **settings)
    try:
        wait_for(lambda: "demo      being made" in first.said(), 60, "the demo is being made")
        first.process.send_signal(signal.SIGINT)
        assert first.ended() == 0
        first.gone()
        assert users(folder) == 0
    finally:
        first.stop()
    second = Run(folder, free_port(), **settings)
    try:
        second.ready()
        assert "password of each: Chosen-2026" in second.said()
        assert "clerk" in second.said()
        assert users(folder) > 10
    finally:
        second.stop()
