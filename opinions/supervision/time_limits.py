"""Setting a time limit: the one writer of TimeLimit and of its history. Clocks that run keep what was frozen."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AccessRecord
from common.security.numbers import mask_numbers
from opinions.models import TimeLimit, TimeLimitChange
from studios.models import Role
from studios.permissions.access import over_a_prefecture
from studios.permissions.scope import scope_of


class LimitRefused(Exception):
    """Why the limit was not set; `field` names the input it is about."""

    def __init__(self, message, field):
        super().__init__(message)
        self.message, self.field = message, field


def may_set(user, county_id) -> bool:
    """An administrator sets the limits of their area; what holds in all counties is the prefecture's."""
    if county_id is None:
        return over_a_prefecture(user)
    return any(county_id.startswith(prefix) for prefix in scope_of(user).prefixes(Role.ADMINISTRATOR))


def set_limit(*, by, county, clock, matter, days, reason, seen, at=None, request=None) -> TimeLimitChange:
    """`days` working days for `clock` and `matter` in `county` (None: everywhere) from now on; `days` None lifts the
    row. `seen` is what the person saw there, so that nobody overwrites what they have not read."""
    if not may_set(by, county and county.pk):
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


def _write(where, days, seen) -> None:
    row = TimeLimit.objects.select_for_update(of=("self",)).filter(**where).first()
    if (row.days if row else None) != seen:
        raise _moved()
    if row is None:
        TimeLimit.objects.create(**where, days=days)
    elif days is None:
        row.delete()
    else:
        row.days = days
        row.save(update_fields=["days"])


def _moved() -> LimitRefused:
    return LimitRefused(
        _("Someone has changed this limit since you opened the form; see the history."), "days"
    )
