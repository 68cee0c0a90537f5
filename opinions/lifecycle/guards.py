"""Conditions of actions that go beyond the status.

Each returns why the action is not possible on `opinion` on the day `today`, or an empty text when it is. Some read an
attribute that a page annotated on the row (`OpinionQuerySet.with_owed`, opinions/pages/loading.py); without it they
allow the action, and the transition checks under the row's lock.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .statuses import OPEN, TOLD, LetterOwed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from opinions.models import Opinion


def not_designated(opinion: Opinion, today: date) -> StrOrPromise:
    """Refuse to return a designated opinion, or one whose limit for returning has passed."""
    if opinion.designated:
        return _("The agency was designated; the opinion cannot be returned again.")
    if opinion.return_by_on and today > opinion.return_by_on:
        return _("The limit for returning it has passed.")
    return ""


def kept_secret(opinion: Opinion, today: date) -> StrOrPromise:
    """Mark words for the agency only where the citizen is to be kept secret."""
    return "" if opinion.keep_secret else _("The citizen has not asked to be kept secret.")


def looked_through(opinion: Opinion, today: date) -> StrOrPromise:
    """Route an opinion of somebody to be kept secret only after a person has seen what the agency will read."""
    if opinion.keep_secret and not opinion.redacted_at:
        return _("The citizen is to be kept secret: first look through what the agency will read.")
    return ""


def may_ask_extension(opinion: Opinion, today: date) -> StrOrPromise:
    """Allow one extension a round, asked for before the deadline, of a limit longer than one day."""
    if opinion.extension_state:
        return _("An extension was already asked for in this round.")
    if opinion.handling_due_on and today > opinion.handling_due_on:
        return _("The deadline has passed; an extension must be asked for before it.")
    if opinion.handling_days == 1:  # at most half of it can be added
        return _("A limit of one working day cannot be extended.")
    return ""


def extension_waits(opinion: Opinion, today: date) -> StrOrPromise:
    """Require an extension that waits for a decision."""
    return "" if opinion.extension_state == "asked" else _("No extension is being asked for.")


def is_suspended(opinion: Opinion, today: date) -> StrOrPromise:
    """Require a suspended opinion."""
    return "" if opinion.suspended_on else _("The opinion is not suspended.")


def is_running(opinion: Opinion, today: date) -> StrOrPromise:
    """Require an opinion that is not suspended."""
    return _("The opinion is suspended.") if opinion.suspended_on else ""


def may_suspend(opinion: Opinion, today: date) -> StrOrPromise:
    """Require a running clock with days of suspension left (`suspension_refusal`, see the module)."""
    return is_running(opinion, today) or getattr(opinion, "suspension_refusal", "")


def owes_signature(opinion: Opinion, today: date) -> StrOrPromise:
    """Require a joint part that the person's agency has not signed for (`owes_signature`)."""
    owes = getattr(opinion, "owes_signature", True)
    return "" if owes else _("Your agency has no part to sign for.")


def owes_part(opinion: Opinion, today: date) -> StrOrPromise:
    """Require a signed joint part that the person's agency has not answered (`owes_part`), and a running clock."""
    owes = getattr(opinion, "owes_part", True)
    return is_running(opinion, today) if owes else _("Your agency has no part to answer.")


def agency_cannot_act(opinion: Opinion, today: date) -> StrOrPromise:
    """Require a lead agency where nobody can act (`agency_able`)."""
    return _("Somebody at the agency can act.") if getattr(opinion, "agency_able", False) else ""


def joint_agency_cannot_act(opinion: Opinion, today: date) -> StrOrPromise:
    """Require an open joint part of an agency where nobody can act (`part_stranded`)."""
    stranded = getattr(opinion, "part_stranded", True)
    return "" if stranded else _("Somebody can act at every joint agency that still owes its part.")


def letter_waits(opinion: Opinion, today: date) -> StrOrPromise:
    """Require a supervision letter that waits for a person."""
    waits = opinion.letter_owed == LetterOwed.SUPERVISION
    return "" if waits else _("No supervision letter waits to be issued.")


def draft_waits(opinion: Opinion, today: date) -> StrOrPromise:
    """Require the draft of a letter that waits to be signed off (`draft_waits`)."""
    return "" if getattr(opinion, "draft_waits", True) else _("No letter waits to be signed off.")


def must_acknowledge(opinion: Opinion, today: date) -> StrOrPromise:
    """Require a notice that waits for a reply."""
    return "" if opinion.acknowledge_by_on else _("No notice waits for a reply.")


def not_escalated(opinion: Opinion, today: date) -> StrOrPromise:
    """Refuse to take the same opinion up as a deputies' proposal twice."""
    return _("It was already taken up as a deputies' proposal.") if opinion.escalated_at else ""


def first_word(opinion: Opinion, today: date) -> StrOrPromise:
    """Refuse a second first word (`deputy_spoke`): whatever comes later is the agency's progress and answer."""
    spoke = getattr(opinion, "deputy_spoke", False)
    return (
        _("The citizen was told a first word already; what comes now is the agency's answer.")
        if spoke
        else ""
    )


def is_told(opinion: Opinion) -> StrOrPromise:
    """Require that the opinion which a merged one follows has been reported back: that is the answer it shares."""
    if opinion.merged_into and opinion.merged_into.status not in TOLD:
        return _("The opinion that it follows is not reported back yet.")
    return ""


def lead_is_open(opinion: Opinion, today: date) -> StrOrPromise:
    """Require that the opinion which a merged one follows is still open."""
    if opinion.merged_into and opinion.merged_into.status not in OPEN:
        return _("The opinion that it follows has ended.")
    return ""


def is_asked(opinion: Opinion, today: date) -> StrOrPromise:
    """Require a question that waits for the citizen's answer."""
    return "" if opinion.question else _("The agency waits for no answer of the citizen.")


def not_rated(opinion: Opinion, today: date) -> StrOrPromise:
    """Require an answer that the citizen was told and has not evaluated in this round."""
    if reason := is_told(opinion):
        return reason
    return _("The citizen has already evaluated this round.") if opinion.satisfaction else ""


def within_a_year(opinion: Opinion, today: date) -> StrOrPromise:
    """Require an answer that the citizen was told, closed at most a year ago."""
    if reason := is_told(opinion):
        return reason
    closed_at = (opinion.merged_into or opinion).closed_at
    if closed_at and (today - timezone.localdate(closed_at)).days > 366:
        return _("An opinion can be reopened within a year of its closing.")
    return ""


def has_words(opinion: Opinion, today: date) -> StrOrPromise:
    """Require that the words and personal data have not been erased."""
    return _("Its words and personal data are erased; nothing is left.") if opinion.erased_at else ""
