"""Taking roles away: where nobody could act afterwards, a successor is named first (studios/leaving.py)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from studios import leaving
from studios.models import Membership, Role
from studios.permissions.scope import scope_of
from studios.staff import staff_only_in

from .rights import APART

NOBODY = "nobody"
ACTING = (Role.CLERK, Role.TRIAGE_OFFICER, Role.SUPERVISOR)


def field_of(left: leaving.Left) -> str:
    """Return the name of the field in which the successor for a place is chosen."""
    return f"successor-{hashlib.sha256(left.place.encode()).hexdigest()[:12]}"


def accounts_of(by: User) -> QuerySet[User]:
    """Return the accounts that `by` administers."""
    return staff_only_in(scope_of(by).prefixes(Role.ADMINISTRATOR))


def successors(by: User, leaving_users: Iterable[User]) -> QuerySet[User]:
    """Return who may take over: active, neither administering nor auditing, and staying."""
    apart = Membership.objects.filter(role__in=APART).values("user")
    gone = [user.pk for user in leaving_users]
    rows = accounts_of(by).filter(is_active=True).exclude(pk__in=apart).exclude(pk__in=gone)
    return rows.order_by("name", "pk")


def depart(
    change: Callable[[], object], memberships: list[Membership], answers: Mapping[str, str], *, by: User
) -> list[leaving.Left]:
    """Do `change`, which ends these memberships. Where nobody could act any more and `answers` (field_of) names neither
    a successor nor NOBODY, undo it and return those places; else appoint the successors and return []."""
    gone = {membership.user_id: membership.user for membership in memberships}.values()
    heads = {membership.agency_id for membership in memberships if membership.is_head}
    with transaction.atomic():
        able = leaving.able(row.agency_id for row in memberships if row.agency_id is not None)
        acting = [
            Membership.objects.get(pk=row.pk)
            for row in memberships
            if row.role in ACTING and row.user.is_active
        ]
        change()
        left = [*leaving.left_behind(able), *leaving.left_unmanned(acting)]
        chosen = {str(user.pk): user for user in successors(by, gone)} if left else {}
        if any(answers.get(field_of(one)) not in {NOBODY, *chosen} for one in left):
            transaction.set_rollback(True)
            return left
        for one in left:
            if successor := chosen.get(answers[field_of(one)]):
                head = one.agency is not None and one.agency.pk in heads
                leaving.appoint([one], successor, head=head)
    return []
