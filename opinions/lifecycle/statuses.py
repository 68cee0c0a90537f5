"""The statuses of an opinion, one row each: how it looks, which clock runs, what staff and citizens read of it.

A status without a row, or a row with a column left out, fails when the program starts: nothing has a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Clock(TextChoices):
    """The time limits that can run on an opinion."""

    TRIAGE = "triage", _("triage")
    SIGNING = "signing", _("signing for")
    RETURN = "return", _("returning")
    HANDLING = "handling", _("handling")
    JOINT = "joint", _("joint part")
    REPORT_BACK = "report_back", _("reporting back")
    WINDOW = "window", _("evaluation window")
    SUSPENSION = "suspension", _("standing still")


class Status(TextChoices):
    """The nine statuses of an opinion."""

    REGISTERED = "registered", _("registered")
    ROUTED = "routed", _("routed")
    HANDLING = "handling", _("in handling")
    ANSWERED = "answered", _("answered")
    REPORTED_BACK = "reported_back", _("reported back")
    CLOSED = "closed", _("closed")
    DECLINED = "declined", _("declined")
    MERGED = "merged", _("merged")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @property
    def row(self) -> StatusRow:
        """The row of this status in ROWS."""
        return ROWS[self]


@dataclass(frozen=True, kw_only=True)
class StatusRow:
    """The facts of one status.

    icon: of Bootstrap Icons. tone: colour of the badge, a class `status-…` of components.css. step: which of the
    first four steps of the office's flow (opinions/lists/progress.py). clock: the limit that runs, or None. deadline:
    what its day is called on pages, empty without a clock. overdue: the step that a notice names as late, empty where
    none is sent. public: the sentence a citizen reads; `%(agency)s` is the lead agency. public_again: the same from
    the second round on, with a lead agency and without one; None where it does not differ.
    """

    icon: str
    tone: str
    step: int
    clock: Clock | None
    deadline: StrOrPromise
    overdue: StrOrPromise
    public: StrOrPromise
    public_again: tuple[StrOrPromise, StrOrPromise] | None


_TAKEN_UP_BY = _("It is being taken up again by %(agency)s.")
_TAKEN_UP = _("It is being taken up again.")
_AGENCY_ANSWERED = _("%(agency)s has answered.")

ROWS = {
    Status.REGISTERED: StatusRow(
        icon="pencil",
        tone="warn",
        step=1,
        clock=Clock.TRIAGE,
        deadline=_("To be triaged by"),
        overdue="",
        public=_("We have received it, and are finding out who is responsible."),
        public_again=(_TAKEN_UP_BY, _TAKEN_UP),
    ),
    Status.ROUTED: StatusRow(
        icon="send",
        tone="note",
        step=2,
        clock=Clock.SIGNING,
        deadline=_("To be signed for by"),
        overdue=pgettext_lazy("step of a notice", "signed for"),
        public=_("It was passed to %(agency)s."),
        public_again=(_TAKEN_UP_BY, _TAKEN_UP),
    ),
    Status.HANDLING: StatusRow(
        icon="tools",
        tone="teal",
        step=2,
        clock=Clock.HANDLING,
        deadline=_("To be answered by"),
        overdue=pgettext_lazy("step of a notice", "answered"),
        public=_("%(agency)s is working on it."),
        public_again=None,
    ),
    Status.ANSWERED: StatusRow(
        icon="chat-left-dots",
        tone="plum",
        step=3,
        clock=Clock.REPORT_BACK,
        deadline=_("To be reported back by"),
        overdue=pgettext_lazy("step of a notice", "reported back"),
        public=_AGENCY_ANSWERED,
        public_again=None,
    ),
    Status.REPORTED_BACK: StatusRow(
        icon="telephone-outbound",
        tone="pine",
        step=3,
        clock=Clock.WINDOW,
        deadline=_("May be evaluated until"),
        overdue="",
        public=_AGENCY_ANSWERED,
        public_again=None,
    ),
    Status.CLOSED: StatusRow(
        icon="check-circle",
        tone="good",
        step=4,
        clock=None,
        deadline="",
        overdue="",
        public=_("This matter is closed. Thank you."),
        public_again=None,
    ),
    Status.DECLINED: StatusRow(
        icon="signpost-2",
        tone="soft",
        step=1,
        clock=None,
        deadline="",
        overdue="",
        public=_("This matter cannot be handled here."),
        public_again=None,
    ),
    Status.MERGED: StatusRow(
        icon="union",
        tone="soft",
        step=1,
        clock=None,
        deadline="",
        overdue="",
        public=_("Others told us of the same matter; it is dealt with together."),
        public_again=None,
    ),
    Status.WITHDRAWN: StatusRow(
        icon="arrow-counterclockwise",
        tone="struck",
        step=1,
        clock=None,
        deadline="",
        overdue="",
        public=_("You have withdrawn it."),
        public_again=None,
    ),
}
if missing := set(Status) - set(ROWS):
    raise RuntimeError(f"statuses without a row: {sorted(missing)}")

R, U, H, A, B, C = (
    Status.REGISTERED,
    Status.ROUTED,
    Status.HANDLING,
    Status.ANSWERED,
    Status.REPORTED_BACK,
    Status.CLOSED,
)
D, M, W = Status.DECLINED, Status.MERGED, Status.WITHDRAWN
OPEN = (R, U, H, A, B)
WITH_AGENCY = (U, H)
WITH_PARTS = (U, H, A)  # while joint agencies may still answer: until the citizen has been told
TOLD = (B, C)  # the citizen has the answer
ESCALATING = (U, H, A)  # supervision escalates against these


class LetterOwed(TextChoices):
    """An official letter that a rule called for and that is not issued yet."""

    HANDOVER = "handover", _("hand-over letter, issued when the office opens")
    SUPERVISION = "supervision", _("supervision letter, waits for a person")
