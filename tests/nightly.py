"""Long repetitions: whole in `make nightly`, in a short form elsewhere, which the end of a run says. A pytest plugin.

A fault that shows once in many turns is looked for at night; the turns of the day check that each step holds.
"""

import os
from collections import Counter

import pytest

WHOLE = os.environ.get("NIGHTLY") == "1"
SHORT = "short form"


@pytest.fixture
def turns(request):
    """`turns(20, short=3, of="kills")`: how many this run makes."""

    def how_many(whole: int, *, short: int, of: str) -> int:
        if WHOLE:
            return whole
        request.node.user_properties.append((SHORT, f"{short} {of} instead of {whole}"))
        return short

    return how_many


def pytest_terminal_summary(terminalreporter):
    told = Counter(
        (report.nodeid.split("::")[0], said)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, said in report.user_properties
        if name == SHORT
    )
    if told:
        terminalreporter.section("short forms; make nightly takes all turns")
        for (file, said), tests in sorted(told.items()):
            terminalreporter.write_line(f"{tests:5} tests: {said}, {file}")
