"""Conditions of actions beyond the status: each returns why the action is not possible, or an empty text when it is."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .statuses import OPEN, TOLD, LetterOwed, Status


def not_designated(opinion, today: date) -> str:
    if opinion.designated:
        return _("The agency was designated; the opinion cannot be returned again.")
    if opinion.return_by_on and today > opinion.return_by_on:
        return _("The limit for returning it has passed.")
    return ""


def may_ask_extension(opinion, today: date) -> str:
    if opinion.extension_state:
        return _("An extension was already asked for in this round.")
    if opinion.handling_due_on and today > opinion.handling_due_on:
        return _("The deadline has passed; an extension must be asked for before it.")
    if opinion.handling_days == 1:  # at most half of it can be added
        return _("A limit of one working day cannot be extended.")
    return ""


def extension_waits(opinion, today: date) -> str:
    return "" if opinion.extension_state == "asked" else _("No extension is being asked for.")


def is_suspended(opinion, today: date) -> str:
    return "" if opinion.suspended_on else _("The opinion is not suspended.")


def is_running(opinion, today: date) -> str:
    return _("The opinion is suspended.") if opinion.suspended_on else ""


def may_stand_still(opinion, today: date) -> str:
    # Set where the row was fetched with it for a page; the transition looks itself.
    return is_running(opinion, today) or getattr(opinion, "stood_enough", "")


def owes_signature(opinion, today: date) -> str:
    # Set for the person who asks, where the row was fetched with it (OpinionQuerySet.with_owed); the step looks itself.
    owes = getattr(opinion, "owes_signature", True)
    return "" if owes else _("Your agency has no part to sign for.")


def owes_part(opinion, today: date) -> str:
    owes = getattr(opinion, "owes_part", True)
    return is_running(opinion, today) if owes else _("Your agency has no part to answer.")


def agency_cannot_act(opinion, today: date) -> str:
    # Set where the row was fetched with it for a page; the step looks itself.
    return _("Somebody at the agency can act.") if getattr(opinion, "agency_able", False) else ""


def letter_waits(opinion, today: date) -> str:
    waits = opinion.letter_owed == LetterOwed.SUPERVISION
    return "" if waits else _("No supervision letter waits to be issued.")


def must_acknowledge(opinion, today: date) -> str:
    return "" if opinion.acknowledge_by_on else _("No notice waits for a reply.")


def not_escalated(opinion, today: date) -> str:
    return _("It was already taken up as a deputies' proposal.") if opinion.escalated_at else ""


def is_told(opinion) -> str:
    """One that was merged has the answer when the one it follows is reported back."""
    if opinion.status == Status.MERGED and opinion.merged_into.status not in TOLD:
        return _("The opinion that it follows is not reported back yet.")
    return ""


def lead_is_open(opinion, today: date) -> str:
    if opinion.status == Status.MERGED and opinion.merged_into.status not in OPEN:
        return _("The opinion that it follows has ended.")
    return ""


def is_asked(opinion, today: date) -> str:
    return "" if opinion.question else _("The agency waits for no answer of the citizen.")


def not_rated(opinion, today: date) -> str:
    if reason := is_told(opinion):
        return reason
    return _("The citizen has already evaluated this round.") if opinion.satisfaction else ""


def within_a_year(opinion, today: date) -> str:
    if reason := is_told(opinion):
        return reason
    closed_at = (opinion.merged_into if opinion.status == Status.MERGED else opinion).closed_at
    if closed_at and (today - timezone.localdate(closed_at)).days > 366:
        return _("An opinion can be reopened within a year of its closing.")
    return ""


def has_words(opinion, today: date) -> str:
    return _("Its words and personal data are erased; nothing is left.") if opinion.erased_at else ""
