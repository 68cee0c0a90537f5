"""The second factor at the door (等保 2.0): a code from an authenticator app (RFC 6238), or one of the recovery codes.

Asked for at login from those who have set one up and from the roles in SECOND_FACTOR_ROLES. Until it was given the
session opens nothing but the page that asks for it (accounts/middleware.py).
"""

import base64
import secrets
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from accounts.models import User
from common.security.crypto import keyed_hash

from . import audit
from .models import AccessRecord, SecondFactor
from .passwords import readable_secret

PENDING = "second_factor_wanted"  # in the session, from the login until the code was given
FAILURES = 5
LOCKED_FOR = timedelta(minutes=30)
RECOVERY_CODES = 10
TOLERANCE = 1  # a phone's clock may be half a minute off


class Locked(Exception):
    """Raised after too many wrong codes; no code is accepted before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def is_required(user: User) -> bool:
    """Return whether `user` must give a second factor: they have set one up, or have a role that needs it."""
    return (
        SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).exists()
        or user.memberships.filter(role__in=settings.SECOND_FACTOR_ROLES).exists()
    )


def get_or_create(user: User) -> SecondFactor:
    """Return the person's factor; a new one, not yet in use, when there is none."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    return SecondFactor.objects.get_or_create(user=user, defaults={"secret": secret})[0]


def address_of(factor: SecondFactor) -> str:
    """Return the otpauth address that the QR code gives to the app."""
    issuer = quote(_("Citizens' opinions"))
    return f"otpauth://totp/{issuer}:{quote(factor.user.username)}?secret={factor.secret}&issuer={issuer}"


def check(*, user: User, code: str, request: HttpRequest | None = None, now: datetime | None = None) -> bool:
    """Check `code` against the clock or the recovery codes, and use it up; a wrong one is counted and audited. Raises
    Locked during the half hour after FAILURES wrong ones."""
    now = now or timezone.now()
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update(of=("self",)).select_related("user").get(user=user)
        if factor.locked_until and factor.locked_until > now:
            raise Locked(factor.locked_until)
        right = _right(factor, "".join(code.split()).lower(), now)
        factor.failures = 0 if right else factor.failures + 1
        if factor.failures >= FAILURES:
            factor.failures, factor.locked_until = 0, now + LOCKED_FOR
        factor.save()
        if not right:
            audit.record(
                AccessRecord.Action.LOGIN_FAILED,
                by=user,
                request=request,
                subject=user.username,
                details={"second_factor": True},
            )
    return right


def _right(factor: SecondFactor, code: str, now: datetime) -> bool:
    if code.isascii() and code.isdigit() and len(code) == TOTP(b"").digits:
        totp = TOTP(base64.b32decode(factor.secret))
        totp.time = now.timestamp()
        if totp.verify(int(code), tolerance=TOLERANCE, min_t=factor.last_step + 1):
            factor.last_step = totp.t()
            return True
        return False
    used = keyed_hash(f"recovery {factor.user_id} {code}")
    if used in factor.recovery:
        factor.recovery = [unused for unused in factor.recovery if unused != used]
        return True
    return False


def confirm(
    *, user: User, code: str, request: HttpRequest | None = None, now: datetime | None = None
) -> list[str] | None:
    """Put the factor into use by its first code. Returns the recovery codes, which are stored nowhere in clear; None
    when the code is wrong. Raises Locked as `check` does."""
    now = now or timezone.now()
    if not check(user=user, code=code, request=request, now=now):
        return None
    codes = [readable_secret() for _n in range(RECOVERY_CODES)]
    hashes = [keyed_hash(f"recovery {user.pk} {code}") for code in codes]
    SecondFactor.objects.filter(user=user).update(confirmed_at=now, recovery=hashes)
    audit.record(AccessRecord.Action.SET, by=user, request=request, subject=_("second factor"))
    return codes
