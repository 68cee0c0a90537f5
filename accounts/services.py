"""The only writer of accounts: passwords set by oneself or by the office, and an account's end."""

import secrets

from axes.utils import reset as unlock
from django.db import transaction

from . import audit
from .models import AccessRecord

# Without letters and digits that are mistaken for each other when read out or written on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"


def initial_password() -> str:
    """A password to be told once: four groups of letters and a digit, over 60 bits, valid by the rules."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(3)) + secrets.choice(DIGITS) for _ in range(4)]
    return "-".join(groups)


@transaction.atomic
def set_initial_password(*, user, by, request=None) -> str:
    """Give a new password that must be changed at the next login, unlock the account, end its sessions.

    Returns the password; it is stored nowhere in clear. Works for an account that is not saved yet.
    """
    password = initial_password()
    user.set_password(password)
    user.must_change_password = True
    if user.pk:
        user.save(update_fields=["password", "must_change_password"])
        audit.record(
            AccessRecord.Action.PASSWORD_CHANGED,
            by=by,
            request=request,
            subject=user.username,
            reason="reset",
        )
    unlock(username=user.username)
    return password


@transaction.atomic
def change_own_password(*, user, password, request=None):
    """The person chose a password of their own; it was checked by the form."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(AccessRecord.Action.PASSWORD_CHANGED, by=user, request=request, subject=user.username)
