"""What runs once in the check of a change names files that are there, and leaves no test to nobody."""

from pathlib import Path

from tests import engines, order

ROOT = Path(__file__).resolve().parents[2]


def test_every_path_that_runs_on_one_engine_or_first_is_there():
    assert [path for path in (*engines.ONE_ENGINE, *order.LONG) if not (ROOT / path).exists()] == []


class Item:
    """As much of a pytest item as the rule reads."""

    def __init__(self, nodeid, markers=(), fixtures=()):
        self.nodeid, self.markers, self.fixturenames = nodeid, markers, fixtures

    def get_closest_marker(self, name):
        return name if name in self.markers else None


def left_to(monkeypatch, here, *facts) -> str:
    monkeypatch.setattr(engines, "HERE", here)
    return engines.elsewhere(Item(*facts))


def test_every_test_runs_on_at_least_one_engine_and_what_the_list_does_not_name_on_both(monkeypatch):
    both = [
        ("tests/workflow/test_matrix.py::test_x", ["django_db"]),
        ("tests/studios/test_scope.py::test_x", [], ["cast", "db"]),
    ]
    once = [(f"{path}test_x", ["django_db"]) for path in engines.ONE_ENGINE]
    once += [
        ("tests/common/test_charts.py::test_x",),
        ("tests/reliability/test_plans.py::test_x[sqlite]", [], ["engine_url"]),
    ]
    for facts in both:
        assert [left_to(monkeypatch, here, *facts) for here in ("SQLite", "PostgreSQL")] == ["", ""], facts
    for facts in once:
        left = [left_to(monkeypatch, here, *facts) for here in ("SQLite", "PostgreSQL")]
        assert sorted(map(bool, left)) == [False, True], facts


def test_what_needs_services_or_the_browser_is_left_to_nobody(monkeypatch):
    for marker in ("services", "browser"):
        facts = ("tests/common/test_browser.py::test_x", [marker])
        assert [left_to(monkeypatch, here, *facts) for here in ("SQLite", "PostgreSQL")] == ["", ""]
