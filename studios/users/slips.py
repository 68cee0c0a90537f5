"""Slips with initial passwords, to be printed and cut. The server keeps no password: the browser keeps a secret for
half an hour, from which those that were just made can be shown again (accounts.passwords.secret_of)."""

import secrets
from datetime import datetime

from django.contrib.auth.hashers import identify_hasher
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.invitations import office_address
from accounts.models import User
from accounts.passwords import secret_of
from accounts.requests import StaffRequest
from common.security.sealed_cookies import EncryptedCookie
from studios.permissions.access import administrators_only

from .departures import accounts_of

KEPT = EncryptedCookie("slips", 30 * 60, "/users/")


def new_seed() -> str:
    """Return a fresh secret for accounts that are made together."""
    return secrets.token_hex(16)


def show(
    request: HttpRequest, *, seed: str, joined: datetime | None = None, user: User | None = None
) -> HttpResponse:
    """Lead to the slips of the accounts that `joined` at one moment, or to that of one account."""
    which = joined.isoformat() if joined else str(user.pk if user else 0)
    return KEPT.keep(redirect("users:slips"), f"{request.user.pk} {seed} {which}")


@require_safe
@administrators_only
@never_cache
def slips(request: StaffRequest) -> HttpResponse:
    """Show the slips of accounts whose initial password is still the one that was made; the list, when there are none
    to show any more."""
    whose, seed, which = (KEPT.read(request) or "0 - 0").split(" ", 2)
    if whose != str(request.user.pk):
        return HttpResponseRedirect("/users/")
    rows = accounts_of(request.user).filter(must_change_password=True)
    rows = (
        rows.filter(pk=int(which))
        if which.isdigit()
        else rows.filter(date_joined=datetime.fromisoformat(which))
    )
    found = [
        (user, password)
        for user in rows.prefetch_related("memberships__studio", "memberships__agency").order_by("pk")
        if identify_hasher(user.password).verify(password := secret_of(seed, user.username), user.password)
    ]
    if not found:
        return HttpResponseRedirect("/users/")
    context = {"slips": found, "address": office_address(), "today": timezone.localdate()}
    return render(request, "studios/users/slips.html", context)
