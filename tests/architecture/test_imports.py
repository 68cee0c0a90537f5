"""Imports run one way only, so that a room can be understood without the rooms above it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# From the ground up: a package imports itself and those before it, nothing after it.
ROOMS = [
    "common",
    "accounts",
    "workdays",
    "studios",
    "deputies",
    "notifications",
    "letters",
    "opinions",
    "reports",
    "portal",
    "congress_liaison",
    "sandbox",
]


def imported(source: str):
    """(line, first name of the imported module) of every import, those inside functions included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.split(".")[0]


def upward(room: str, source: str):
    """Imports in `source`, a module of `room`, of rooms above it."""
    above = set(ROOMS[ROOMS.index(room) + 1 :])
    return [(line, name) for line, name in imported(source) if name in above]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_no_room_above_it(room):
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for line, name in upward(room, path.read_text())
    ]
    assert not found, "\n".join(found)


def test_the_rule_sees_every_form_of_import():
    source = "import opinions.models\ndef f():\n    from reports import figures\nfrom common import chain\n"
    assert upward("studios", source) == [(1, "opinions"), (3, "reports")]


def test_no_package_stands_outside_the_order():
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert packages <= set(ROOMS)


def test_nothing_that_runs_imports_the_tests():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for line, name in imported(path.read_text())
        if name in ("tests", "benchmarks")
    ]
    assert not found, "\n".join(found)
