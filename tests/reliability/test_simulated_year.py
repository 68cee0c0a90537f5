"""Weeks of a simulated year, swept by two processes of which one is killed each week; `make simulate-year` has all of
it."""

import pytest

from .stage import Stage, postgres_database

pytestmark = pytest.mark.services


def test_weeks_swept_by_workers_that_are_killed_leave_every_notice_exactly_once():
    with postgres_database() as url, Stage(url) as stage:
        stage.manage("migrate", "-v0")
        weeks = ["--opinions", "40", "--days", "42", "--seed", "5"]
        said = stage.manage("simulate_year", "--workers", "2", "--kill-weekly", *weeks)
    assert "missing 0, surplus 0; ledger ok" in said
    assert "workers killed 0" not in said
