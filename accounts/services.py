"""The only writer of accounts: passwords set by oneself or by the office, the session in use, an account's end."""

from axes.utils import reset as unlock
from django.conf import settings
from django.contrib.auth.hashers import is_password_usable, make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User

from . import audit, invitations
from .models import AccessRecord, FormerPassword, SecondFactor
from .passwords import FORMER, SecretHasher, readable_secret, secret_of


@transaction.atomic
def set_initial_password(
    *, user: User, by: User | None, request: HttpRequest | None = None, seed: str = ""
) -> str:
    """Give a new password that must be changed at the next login, unlock the account, end its sessions. The second
    factor goes too, as after a lost phone: the next login sets up another where one is needed. With a `seed` it is
    `secret_of` that.

    Returns the password; it is stored nowhere in clear. Works for an account that is not saved yet.
    """
    password = secret_of(seed, user.username) if seed else readable_secret()
    _remember_password(user)
    user.password = make_password(password, hasher=SecretHasher())  # type: ignore[arg-type]  # stubs: a name
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
def change_own_password(
    *, user: User, password: str, request: HttpRequest | None = None, reason: str = ""
) -> None:
    """Set the password that the person chose, which was checked by the form, and audit the change."""
    _remember_password(user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(
        AccessRecord.Action.PASSWORD_CHANGED, by=user, request=request, subject=user.username, reason=reason
    )


def _remember_password(user: User) -> None:
    """Keep the hash of the present password, and of the FORMER - 1 before it."""
    present = User.objects.filter(pk=user.pk).values_list("password", flat=True).first()
    if not present or not is_password_usable(present):
        return
    FormerPassword.objects.create(user=user, password=present, until=timezone.now())
    kept = list(FormerPassword.objects.filter(user=user).values_list("pk", flat=True)[:FORMER])
    FormerPassword.objects.filter(user=user).exclude(pk__in=kept).delete()


@transaction.atomic
def way_back(*, user: User) -> str:
    """Unlock an account and return the whole address of a page on which its holder chooses a password and is logged in,
    whatever others try meanwhile. It is for the operator at the server: no other administrator is needed."""
    unlock(username=user.username)
    audit.record(AccessRecord.Action.PASSWORD_CHANGED, by=None, subject=user.username, reason="login link")
    return invitations.login_link_for(user)


def end_sessions(user: User) -> None:
    """End all sessions of an account for good, also for the day on which it is active again. The caller saves
    `user`, in the transaction in which it is deactivated."""
    user.session_round += 1


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
