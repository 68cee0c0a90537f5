"""What the suite costs: seconds of processor by file, the heaviest 20 at the end of every long run. A pytest plugin.

Processor time, not the clock's: a file that waits is no burden to two workers on two cores, and a busy machine does
not blame the wrong file. Programs that a test started and waited for count, at the test that ends them: the browser of
all journeys at the last test of its process. The server of the database does not.
TIMES=path writes every test's seconds there as tab-separated lines.
"""

import os
import resource
import time
from collections import defaultdict
from pathlib import Path

import pytest

HEAVIEST = 20
LONG_RUN = 60  # seconds of processor; a shorter run is not summed up


class Times:
    """Seconds of processor and of the clock by test, gathered from all workers."""

    def __init__(self):
        self.of_test = defaultdict(lambda: [0.0, 0.0])

    def by_file(self) -> list[tuple[str, int, float, float]]:
        """Return file, number of tests, seconds of processor and of the clock; the heaviest first."""
        files = defaultdict(lambda: [0, 0.0, 0.0])
        for nodeid, (cpu, wall) in self.of_test.items():
            row = files[nodeid.split("::")[0]]
            row[0] += 1
            row[1] += cpu
            row[2] += wall
        return sorted(((name, *row) for name, row in files.items()), key=lambda row: -row[2])


TIMES = Times()
_mark = 0.0


def spent() -> float:
    """Return the seconds of processor of this process and of the children it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol():
    global _mark  # noqa: PLW0603 - one test at a time
    _mark = spent()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    global _mark
    report = yield
    report.cpu, _mark = spent() - _mark, spent()  # xdist sends attributes of a report along
    return report


def pytest_runtest_logreport(report):
    row = TIMES.of_test[report.nodeid]
    row[0] += getattr(report, "cpu", 0.0)
    row[1] += report.duration


def pytest_terminal_summary(terminalreporter):
    if path := os.environ.get("TIMES"):
        lines = (f"{name}\t{cpu:.3f}\t{wall:.3f}\n" for name, (cpu, wall) in TIMES.of_test.items())
        Path(path).write_text("".join(lines), encoding="utf-8")
    files = TIMES.by_file()
    total = sum(row[2] for row in files)
    if total < LONG_RUN:
        return
    terminalreporter.section(
        f"the {HEAVIEST} heaviest files of {len(files)}, {total:.0f} s of processor in all"
    )
    terminalreporter.write_line("  cpu s   clock s   tests")
    for name, tests, cpu, wall in files[:HEAVIEST]:
        terminalreporter.write_line(f"{cpu:7.1f} {wall:9.1f} {tests:7}  {name}")
