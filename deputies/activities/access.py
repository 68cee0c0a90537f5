"""Who plans activities and notes what came of them."""

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.models import Activity
from studios.models import Role, Studio, Township
from studios.permissions.scope import roles_over

PLANNERS = (Role.CLERK, Role.TRIAGE_OFFICER)


class Refused(Exception):
    """It is not possible now. `field` names the input it is about, empty for the whole form."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field

    def __str__(self) -> str:
        return str(self.message)


class Stale(Refused):
    """Somebody was first: what the person saw is no longer so."""


def check_plans_here(by: User | None, township: Township, studio: Studio | None = None) -> None:
    """Check that `by` plans there: a clerk of a studio for that studio, a clerk of a township for the township.
    Raises PermissionDenied; None, the system, plans everywhere."""
    if by is None:
        return
    here = Township.objects.visible_to(by, *PLANNERS).filter(pk=township.pk).exists()
    if not here or (studio is None and not plans_for_all(by, township)):
        raise PermissionDenied(_("You plan no activities here."))
    if (
        studio is not None
        and not type(studio).objects.visible_to(by, *PLANNERS).filter(pk=studio.pk).exists()
    ):
        raise PermissionDenied(_("You plan no activities here."))


def plans_for_all(by: User, township: Township) -> bool:
    """Return whether the person's area covers the township, not only a studio in it."""
    memberships = by.memberships.filter(role__in=PLANNERS).exclude(area_code="")
    return any(township.pk.startswith(m.area_code) for m in memberships)


def lock(pk: int, by: User | None, *, version: int | None = None) -> tuple[Activity, set[str]]:
    """Lock the activity through the scope of `by`; return it and the person's roles over it. Call inside a
    transaction.

    Raises Activity.DoesNotExist outside the scope and Stale when it is not the version the person saw.
    """
    rows = Activity.objects.all()
    if by is not None:
        rows = rows.visible_to(by).with_roles(by)
    activity = rows.select_for_update(of=("self",)).get(pk=pk)
    if version is not None and version != activity.version:
        raise Stale(_("Someone has changed this activity since you opened it. Look at it again."))
    return activity, roles_over(activity)


def lock_to_plan(pk: int, by: User | None, *, version: int | None = None) -> Activity:
    """Lock the activity and return it, as `lock` does; PermissionDenied to those who plan nothing there."""
    activity, roles = lock(pk, by, version=version)
    if by is not None and not roles.intersection(PLANNERS):
        raise PermissionDenied(_("You plan no activities here."))
    return activity
