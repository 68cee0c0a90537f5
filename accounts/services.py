"""The only writer of accounts: passwords set by oneself or by the office, the session in use, an account's end."""

from axes.utils import reset as unlock
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User

from . import audit
from .models import AccessRecord, SecondFactor
from .passwords import readable_secret


@transaction.atomic
def set_initial_password(*, user: User, by: User | None, request: HttpRequest | None = None) -> str:
    """Give a new password that must be changed at the next login, unlock the account, end its sessions. The second
    factor goes too, as after a lost phone: the next login sets up another where one is needed.

    Returns the password; it is stored nowhere in clear. Works for an account that is not saved yet.
    """
    password = readable_secret()
    user.set_password(password)
    user.must_change_password = True
    if user.pk:
        SecondFactor.objects.filter(user=user).delete()
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
def remove_second_factor(*, user: User, by: User | None, request: HttpRequest | None = None) -> bool:
    """Remove the person's second factor, after a lost phone, and audit it; the password stays. Returns whether there
    was one."""
    removed, _rows = SecondFactor.objects.filter(user=user).delete()
    if removed:
        audit.record(
            AccessRecord.Action.SET,
            by=by,
            request=request,
            subject=user.username,
            details={"did": "second factor removed"},
        )
    return bool(removed)


@transaction.atomic
def change_own_password(*, user: User, password: str, request: HttpRequest | None = None) -> None:
    """Set the password that the person chose, which was checked by the form, and audit the change."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(AccessRecord.Action.PASSWORD_CHANGED, by=user, request=request, subject=user.username)


def end_other_session(*, user: User, request: HttpRequest) -> None:
    """End the session in which the person was logged in elsewhere, where the setting ONE_SESSION is on."""
    if not settings.ONE_SESSION:
        return
    before = type(user).objects.values_list("session_key", flat=True).get(pk=user.pk)
    if not request.session.session_key:
        request.session.save()
    if before and before != request.session.session_key:
        type(request.session)(before).delete()
    type(user).objects.filter(pk=user.pk).update(session_key=request.session.session_key)
