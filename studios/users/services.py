"""The one way in which accounts are added, get and lose roles, and are switched off and on again, outside the
administration's own pages."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts import services as accounts
from accounts.models import AccessRecord, User
from studios import approvals
from studios.models import Approval, Membership
from studios.pinyin import pinyin_key

# Called with a membership that was just given; apps above add theirs in AppConfig.ready().
GIVEN: list[Callable[[Membership], object]] = []


def over(membership: Membership) -> str:
    """Return what a membership is over, as the audit trail keeps it."""
    if membership.agency_id:
        return f"agency {membership.agency_id}" + (" head" if membership.is_head else "")
    place = f"studio {membership.studio_id}" if membership.studio_id else membership.area_code
    return place + (" exports unmasked" if membership.may_export else "")


def username_for(name: str, taken: set[str]) -> str:
    """Return a user name from the pinyin of `name` that is not in `taken` (lower case), and add it there."""
    letters = "".join(sign for sign in pinyin_key(name, person=True) if sign.isascii() and sign.isalnum())
    base, number = (letters or "user")[:40], 1
    found = base
    while found in taken:
        number += 1
        found = f"{base}{number}"
    taken.add(found)
    return found


def add(user: User, *, by: User, seed: str, request: HttpRequest | None = None) -> User:
    """Save a new account with the initial password that follows from `seed`, and audit it."""
    accounts.set_initial_password(user=user, by=by, request=request, seed=seed)
    user.save(force_insert=True)
    return user


@transaction.atomic
def give(
    membership: Membership, *, by: User, held: Approval | None, request: HttpRequest | None = None
) -> Membership:
    """Save a new membership, use up the approval for it (rights.grant_approval), and audit it."""
    approvals.use(held, request=request)
    membership.save(force_insert=True)
    for told in GIVEN:
        told(membership)
    _record("given", membership.user, by, request, membership)
    return membership


def take_away(membership: Membership, *, by: User, request: HttpRequest | None = None) -> None:
    """Delete a membership and audit it; what it leaves open is departures.py's."""
    _record("taken away", membership.user, by, request, membership)
    membership.delete()


def set_active(user: User, active: bool, *, by: User, request: HttpRequest | None = None) -> None:
    """Switch an account off, which ends its sessions for good, or on again; audited."""
    user.is_active = active
    accounts.end_sessions(user)
    user.save(update_fields=["is_active", "session_round"])
    _record("activated" if active else "deactivated", user, by, request)


def _record(
    did: str, user: User, by: User, request: HttpRequest | None, membership: Membership | None = None
) -> None:
    rows = [membership] if membership else list(user.memberships.select_related("studio", "agency"))
    details: dict[str, Any] = {"did": did, "memberships": [f"{row.role} {over(row)}" for row in rows]}
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        request=request,
        subject=user.username,
        area_code=min((row.prefix for row in rows), key=len, default=""),
        details=details,
    )


def correct(
    user: User, *, by: User, name: str, phone: str, email: str, request: HttpRequest | None = None
) -> None:
    """Change what an account says of its person, and audit which of it, without the words."""
    now = {"name": name, "phone": phone, "email": email}
    changed = [field for field, value in now.items() if getattr(user, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(user, field, now[field])
    user.save(update_fields=changed)
    _record("changed " + " ".join(changed), user, by, request)
