"""Which accounts belong to an area: what an administrator may edit, and whose logins an auditor sees."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User

from .models import Membership
from .permissions.scope import NOTHING


def under_q(prefixes: Iterable[str]) -> Q:
    """Return the condition for memberships that lie wholly under one of the area codes `prefixes`."""
    combined = NOTHING
    for prefix in prefixes:
        combined |= (
            Q(area_code__startswith=prefix)
            | Q(studio__township__code__startswith=prefix)
            | Q(agency__county__code__startswith=prefix)
        )
    return combined


def staff_with_any_role_in(prefixes: Iterable[str]) -> QuerySet[User]:
    """Return accounts with at least one membership under `prefixes`."""
    return User.objects.filter(Exists(Membership.objects.filter(under_q(prefixes), user=OuterRef("pk"))))


def staff_only_in(prefixes: Iterable[str]) -> QuerySet[User]:
    """Return the accounts none of whose memberships reaches beyond `prefixes`; those without any are included.

    Anyone who resets a password could log in as that person, so one membership outside puts the account out of
    reach. Without prefixes: no account.
    """
    if not prefixes:
        return User.objects.none()
    theirs = Membership.objects.filter(user=OuterRef("pk"))
    return User.objects.exclude(
        Exists(theirs.exclude(pk__in=Membership.objects.filter(under_q(prefixes)).values("pk")))
    )
