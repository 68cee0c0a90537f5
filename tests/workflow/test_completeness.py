"""An action or status that was forgotten somewhere fails here, and says where."""

import re
from pathlib import Path

import pytest

from common.templatetags import liaison
from opinions.ledger.event_descriptions import DESCRIPTIONS
from opinions.lifecycle.statuses import ESCALATING, OPEN, Status
from opinions.lifecycle.transitions import ACTIONS, CITIZEN, SYSTEM
from opinions.pages.forms.actions import FORMS
from portal.forms import ACTION_FORMS

ROOT = Path(__file__).resolve().parents[2]
TONES = (ROOT / "static" / "css" / "components.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_an_action_has_form_sentence_icon_and_tone(action):
    people = action.roles - {CITIZEN, SYSTEM}
    if people and action.code != "register":  # which has pages of its own
        assert action.code in FORMS, "opinions/pages/forms/actions: people may take it, no form offers it"
    if CITIZEN in action.roles and action.code != "register":
        assert action.code in ACTION_FORMS, "portal/forms.py: a citizen may take it, no page offers it"
    assert action.code in DESCRIPTIONS, (
        "opinions/ledger/event_descriptions.py: the timeline has no sentence for it"
    )
    assert (liaison.ICONS / f"{action.icon}.svg").is_file(), f"no icon {action.icon}"
    assert action.tone in ("", "good", "warn", "bad")


def test_every_form_is_of_an_action_that_people_may_take():
    assert {code for code in FORMS if not ACTIONS[code].roles - {CITIZEN, SYSTEM}} == set()


@pytest.mark.parametrize("status", Status, ids=Status.values)
def test_a_status_has_icon_tone_clock_and_words(status):
    row = status.row
    assert (liaison.ICONS / f"{row.icon}.svg").is_file(), f"no icon {row.icon}"
    assert re.search(rf"\.status-{row.tone}\b", TONES), f"components.css: no tone {row.tone}"
    assert row.public and 1 <= row.step <= 4
    assert bool(row.clock) == (status in OPEN) == bool(row.deadline), (
        "an open status has a deadline, an ended one none"
    )
    assert bool(row.overdue) == (status in ESCALATING), (
        "a notice says which step is late where supervision escalates"
    )


@pytest.mark.parametrize("status", Status, ids=Status.values)
def test_a_status_is_reached_and_an_open_one_is_left(status):
    assert any(action.to == status for action in ACTIONS.values()), "no action leads to it"
    if status in OPEN:
        assert any(status in action.source and action.to not in (None, status) for action in ACTIONS.values())
