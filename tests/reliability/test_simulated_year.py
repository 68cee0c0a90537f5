"""Weeks of a simulated year, swept by two processes of which one is killed each week; `make simulate-year` has all of
it."""

import pytest

from .stage import Stage

pytestmark = pytest.mark.services


def test_weeks_swept_by_workers_that_are_killed_leave_every_notice_exactly_once(postgres_url):
    with Stage(postgres_url) as stage:
        weeks = ["--opinions", "40", "--days", "42", "--seed", "5"]
        said = stage.manage("simulate_year", "--workers", "2", "--kill-weekly", *weeks)
    assert "missing 0, surplus 0; ledger ok" in said
    assert "workers killed 0" not in said
