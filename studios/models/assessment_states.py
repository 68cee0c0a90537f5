"""An assessment's way on one page: states, actions, who may take them from where. No database here.

Self-check by the studio → the township confirms → the county inspects → published (ADR 0018).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOWNSHIP = "township"  # a clerk over the township's area, not over one studio
CLERK, SUPERVISOR, OFFICIAL = "clerk", "supervisor", "county_official"
COUNTY = frozenset([SUPERVISOR, OFFICIAL])


class State(TextChoices):
    CHECKING = "checking", _("self-check")
    SUBMITTED = "submitted", _("waits for the township")
    CONFIRMED = "confirmed", _("waits for the county's inspection")
    INSPECTED = "inspected", _("inspected, to be published")
    PUBLISHED = "published", _("published")

    @property
    def icon(self) -> str:
        return ICONS[self]


ICONS = {
    State.CHECKING: "pencil",
    State.SUBMITTED: "send",
    State.CONFIRMED: "check2",
    State.INSPECTED: "search",
    State.PUBLISHED: "megaphone",
}


@dataclass(frozen=True)
class Action:
    """`to` None keeps the state. `asks` names what its form asks for beyond a note."""

    code: str
    label: str | Promise
    source: tuple
    to: State | None
    roles: frozenset
    icon: str
    asks: str = "note"


# fmt: off
ACTIONS = {action.code: action for action in [
    Action("check", _("save the self-check"), (State.CHECKING,), None, frozenset([CLERK]), "save", "checks"),
    Action("submit", _("hand in the self-check"), (State.CHECKING,), State.SUBMITTED, frozenset([CLERK]), "send"),
    Action("confirm", _("confirm as the township"), (State.SUBMITTED,), State.CONFIRMED, frozenset([TOWNSHIP]),
           "check2-square"),
    Action("inspect", _("note the inspection"), (State.CONFIRMED,), State.INSPECTED, COUNTY, "search", "findings"),
    Action("publish", _("publish"), (State.INSPECTED,), State.PUBLISHED, frozenset([OFFICIAL]), "megaphone"),
    Action("send_back", _("send back to the studio"), (State.SUBMITTED, State.CONFIRMED, State.INSPECTED),
           State.CHECKING, frozenset([TOWNSHIP]) | COUNTY, "reply", "reason"),
    Action("correct", _("correct the measurement"), (State.PUBLISHED,), None, frozenset([OFFICIAL]), "arrow-clockwise"),
]}
# fmt: on


def refusal(action: Action, state: str) -> str:
    """Return why `action` cannot be taken now, for anyone who asks; empty when it can."""
    if state not in action.source:
        return _("Not possible while the assessment is “%(state)s”.") % {"state": State(state).label}
    return ""


def who(action: Action, state: str) -> frozenset[str]:
    """Return the roles that may take it now: once confirmed, only the county sends it back."""
    if action.code == "send_back" and state in (State.CONFIRMED, State.INSPECTED):
        return COUNTY
    return action.roles


def available(state: str, roles: Iterable[str]) -> list[Action]:
    """Return the actions that somebody with `roles` over the assessment can take now."""
    return [a for a in ACTIONS.values() if who(a, state) & set(roles) and not refusal(a, state)]
