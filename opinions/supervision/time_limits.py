"""Changing a time limit: the only function that writes TimeLimit and its history. Deadlines that run keep theirs."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AccessRecord, User
from common.security.numbers import mask_numbers
from opinions.models import TimeLimit, TimeLimitChange
from studios.models import County, Role
from studios.permissions.access import over_a_prefecture
from studios.permissions.scope import scope_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class LimitRefused(Exception):
    """Why the limit was not set; `field` names the input that is wrong."""

    def __init__(self, message: "StrOrPromise", field: str) -> None:
        super().__init__(message)
        self.message, self.field = message, field


def may_set(user: User, county_id: str | None) -> bool:
    """Tell if the person may set limits of the county: an administrator of its area, or for None (all counties) of a
    prefecture."""
    if county_id is None:
        return over_a_prefecture(user)
    return any(county_id.startswith(prefix) for prefix in scope_of(user).prefixes(Role.ADMINISTRATOR))


def set_limit(
    *,
    by: User,
    county: County | None,
    clock: str,
    matter: str,
    days: int | None,
    reason: str,
    seen: int | None,
    at: datetime | None = None,
    request: HttpRequest | None = None,
) -> TimeLimitChange:
    """Set the limit for `clock` and `matter` in `county` (None: everywhere) to `days` working days from now on; None
    removes the row.

    `seen` is the value that the person saw there, so that nobody overwrites what they have not read. Raises
    PermissionDenied, and LimitRefused when nothing would change or somebody else changed it. Writes the history and the
    audit trail in the same transaction.
    """
    if not may_set(by, county.pk if county else None):
        raise PermissionDenied
    if days == seen:
        raise LimitRefused(_("This is the limit already."), "days")
    where = {"county": county, "clock": clock, "matter": matter}
    try:
        with transaction.atomic():
            _write(where, days, seen)
            change = TimeLimitChange.objects.create(
                **where,
                days_before=seen,
                days=days,
                reason=mask_numbers(reason),
                at=at or timezone.now(),
                by=by,
                actor=str(by),
            )
            facts = {"clock": clock, "matter": matter, "from": seen, "to": days}
            audit.record(
                AccessRecord.Action.SET,
                by=by,
                request=request,
                subject=_("Time limit: %s") % change.get_clock_display(),
                area_code=county.pk if county else "",
                reason=reason,
                details=facts,
            )
    except IntegrityError:
        raise _moved() from None  # somebody else has just added the row
    return change


def _write(where: dict[str, Any], days: int | None, seen: int | None) -> None:
    row = TimeLimit.objects.select_for_update(of=("self",)).filter(**where).first()
    if (row.days if row else None) != seen:
        raise _moved()
    if days is None:
        if row is not None:
            row.delete()
    elif row is None:
        TimeLimit.objects.create(**where, days=days)
    else:
        row.days = days
        row.save(update_fields=["days"])


def _moved() -> LimitRefused:
    return LimitRefused(
        _("Someone has changed this limit since you opened the form; see the history."), "days"
    )
