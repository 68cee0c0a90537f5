"""Logins, failed logins and logouts go into the audit trail, wherever they happen; what a login brings with it."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User

from . import audit, middleware, second_factor, services
from .models import AccessRecord

Action = AccessRecord.Action


@receiver(user_logged_in)
def logged_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Audit the login, start its time, and ask for the second factor where one is needed."""
    audit.record(Action.LOGGED_IN, by=user, request=request, subject=user.username)
    services.end_other_session(user=user, request=request)
    middleware.prolong(request.session)
    if second_factor.is_required(user):
        request.session[second_factor.PENDING] = True


@receiver(user_logged_out)
def logged_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Audit the logout."""
    if user is not None:  # a session that had already run out belongs to nobody
        audit.record(Action.LOGGED_OUT, by=user, request=request, subject=user.username)


@receiver(user_login_failed)
def login_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Audit a failed login. Who tried is not known, so `by` stays empty.

    A name that is no account is not recorded: people type their password into the wrong field.
    """
    typed = str(credentials.get("username") or "")[:150]
    known = get_user_model().objects.filter(username=typed).exists()
    audit.record(
        Action.LOGIN_FAILED,
        by=None,
        request=request,
        username=typed if known else "",
        subject=typed if known else "",
    )
