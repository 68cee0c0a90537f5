"""An entry goes through the ordinary actions, at the times its ledger gives. Nothing else is done here."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.importing import RowError
from opinions.models import Satisfaction
from opinions.workflow import clocks
from opinions.workflow.reasons import HowRated, HowTold
from opinions.workflow.register import register
from opinions.workflow.report_back import TOLD_BY_SYSTEM, answer, close, evaluate, report_back
from opinions.workflow.step import IMPORT, Refused, row_held
from opinions.workflow.triage import route, sign

from .entries import Entry


class Failed(Exception):
    """An action was refused; `error` is the RowError. Everything the entry had done is undone."""

    def __init__(self, error):
        super().__init__(str(error))
        self.error = error


def enter(entry: Entry, *, by, now) -> bool:
    """Take one entry in, wholly or not at all; False if somebody else has done so meanwhile. Raises Failed."""
    try:
        with transaction.atomic(), row_held():
            return _act(entry, by, now)
    except (Refused, PermissionDenied, ObjectDoesNotExist, IntegrityError, DataError) as error:
        raise Failed(RowError(entry.row, "", str(error) or type(error).__name__)) from error


def _act(entry, by, now) -> bool:
    how = {"by": by, "via": IMPORT}
    at = {"at": entry.registered_at, **how}
    opinion = register(submission_key=entry.key, **entry.written, **at)
    if opinion.version != 1:
        return False
    if entry.agency is None:
        return True
    number = opinion.number
    route(number, lead_agency=entry.agency, **at)
    if entry.answered_at:
        sign(number, **at)
        _answer(number, entry, how, now)
    return True


def _answer(number, entry, how, now):
    """The ledger holds one time for the answer: it was given, and told to the citizen, then.

    By which way it was told no ledger says. Who wrote by web or text message read it there; all others are
    taken to have had it in writing. It is never entered as a text message, which would be sent.
    """
    at = {"at": entry.answered_at, **how}
    opinion = answer(number, outcome=entry.outcome, answer=entry.answer, **at)
    told = HowTold.WEB if opinion.channel in TOLD_BY_SYSTEM else HowTold.LETTER
    opinion = report_back(number, how=told, **at)
    if entry.satisfaction:
        reason = _not_satisfied() if entry.satisfaction == Satisfaction.NOT else ""
        evaluate(number, satisfaction=entry.satisfaction, how=HowRated.PAPER, reason=reason, **at)
        return
    # Past windows close on the day they ended, not on the day of the import, or this month would count them.
    window_over = clocks.midnight(opinion.due_on + timedelta(days=1))
    if window_over <= now:
        close(number, at=window_over, **how)


def _not_satisfied() -> str:
    """In the office's language: it stands in the ledger for good."""
    with override(settings.LANGUAGE_CODE):
        return _("Recorded in the former ledger: not satisfied")
