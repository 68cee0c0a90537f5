"""Changing an escalation policy: the default of all counties, and the only function that writes one."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.security.numbers import mask_numbers
from opinions.models import EscalationChange, EscalationLevel
from opinions.workflow.deadlines import reschedule_checks
from studios.models import County

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST = 10  # levels
FIELDS = ("kind", "anchor", "days", "recipients", "letter", "acknowledge_within")


class PolicyRefused(Exception):
    """Why a policy cannot be in force like this. `level` counts from 0; None: the policy as a whole."""

    def __init__(self, message: "StrOrPromise", level: int | None = None, field: str = "") -> None:
        super().__init__(message)
        self.message, self.level, self.field = message, level, field


class PolicyChanged(PolicyRefused):
    """Someone has changed the policy since the person opened it."""


def _create_levels(levels: list[dict[str, Any]], county: County | None) -> None:
    EscalationLevel.objects.bulk_create(
        EscalationLevel(county=county, level=number, **{name: level[name] for name in FIELDS})
        for number, level in enumerate(levels, 1)
    )


def own_levels(county: County | None) -> list[EscalationLevel]:
    """Return the levels of the county's own policy, or of the default for None; empty for a county without its own."""
    return list(EscalationLevel.objects.filter(county=county).order_by("level"))


def facts(levels: Iterable[EscalationLevel]) -> list[dict[str, Any]]:
    """Return the levels as dicts of FIELDS, as forms and the history hold them."""
    return [{name: getattr(level, name) for name in FIELDS} for level in levels]


def last_change(county: County | None) -> EscalationChange | None:
    """Return the last change of the county's own policy, or of the default for None."""
    return EscalationChange.objects.filter(county=county).order_by("-id").first()


def check(levels: list[dict[str, Any]]) -> None:
    """Raise PolicyRefused unless the levels follow each other in time, each has a recipient, and only a supervision
    notice goes out as a letter (督办函)."""
    if not levels:
        raise PolicyRefused(_("An escalation policy needs at least one level."))
    if len(levels) > MOST:
        raise PolicyRefused(_("An escalation policy has ten levels at most."))
    anchors, before = list(EscalationLevel.Anchor.values), None
    for place, level in enumerate(levels):
        when = (anchors.index(level["anchor"]), level["days"])
        if before is not None and when <= before:
            raise PolicyRefused(_("This level must come later than the one before it."), place, "days")
        if not level["recipients"]:
            raise PolicyRefused(_("Name at least one recipient."), place, "recipients")
        if level["letter"] and level["kind"] != EscalationLevel.Kind.SUPERVISE:
            raise PolicyRefused(_("Only a supervision notice goes out as a letter."), place, "letter")
        before = when


@transaction.atomic
def set_policy(
    *,
    county: County | None,
    levels: list[dict[str, Any]] | None,
    by: User | None,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> EscalationChange | None:
    """Set the policy of `county` (None: the default) to `levels`, dicts of FIELDS; None: it follows the default.

    `seen` is the id of the last change that the person saw, 0 for none; None skips that check. Returns the change, or
    None when the policy is like this already. Raises PolicyChanged when somebody else changed it since, PolicyRefused
    for what `check` refuses. The sweep checks open opinions again; notices that were sent stay sent.
    """
    list(EscalationLevel.objects.select_for_update(of=("self",)).filter(county=None))  # one change at a time
    last = last_change(county)
    if seen is not None and seen != (last.pk if last else 0):
        raise PolicyChanged(_("Someone has changed this escalation policy since you opened it."))
    if county is None or levels is not None:
        check(levels or [])
    levels = levels or []
    before = facts(own_levels(county))
    if before == levels:
        return None
    EscalationLevel.objects.filter(county=county).delete()
    _create_levels(levels, county)
    now = now or timezone.now()
    change = EscalationChange.objects.create(
        county=county,
        before=before,
        rungs=levels,
        reason=mask_numbers(reason),
        at=now,
        by=by,
        actor=str(by or ""),
    )
    reschedule_checks(follow(county), now=now)
    return change


def follow(county: County | None) -> Q:
    """Return the condition for the opinions under the policy of `county` (None: the default)."""
    if county is not None:
        return Q(county=county)
    own = EscalationLevel.objects.exclude(county=None).values("county")
    return ~Q(county__in=own)
