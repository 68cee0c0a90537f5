"""What this machine offers the suite: skips what cannot run here, and says so at the end, in words.

A pytest plugin of its own, so that no skip is ever silent.
"""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SERVICES = "no PostgreSQL and Redis in this run (make test-services starts them)"
BROWSER = "no Chromium in this run (make test-services uses it where it is installed)"
REALDATA = "no real messages beside this checkout (../shared/data)"
GETTEXT = "no gettext programs (xgettext, msgmerge) on this machine"


def missing() -> dict[str, str]:
    """Marker → why tests that carry it cannot run here."""
    here = {
        "services": os.environ.get("LIAISON_SERVICES") == "1",
        "browser": bool(os.environ.get("LIAISON_CHROMIUM")),
        "realdata": (ROOT.parent / "shared" / "data").is_dir(),
        "gettext": bool(shutil.which("xgettext") and shutil.which("msgmerge")),
    }
    why = {"services": SERVICES, "browser": BROWSER, "realdata": REALDATA, "gettext": GETTEXT}
    return {marker: why[marker] for marker, is_here in here.items() if not is_here}


def pytest_configure(config):
    config.addinivalue_line("markers", "gettext: needs the gettext programs")


def pytest_collection_modifyitems(items):
    reasons = missing()
    for item in items:
        for marker, reason in reasons.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter):
    reasons = missing()
    skipped = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped[reason.removeprefix("Skipped: ")] += 1
    terminalreporter.section("what could not run here")
    engine = os.environ.get("DATABASE_URL", "sqlite").split(":")[0]
    terminalreporter.write_line(
        f"Ran on: {engine}; " + ("all services" if not reasons else "without services")
    )
    for reason in sorted(set(reasons.values()) | set(skipped)):
        terminalreporter.write_line(f"{skipped.get(reason, 0):5} tests: {reason}")
    if not reasons and not skipped:
        terminalreporter.write_line("nothing: every test ran")
