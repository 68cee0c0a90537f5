"""The supervision ladder: the general one as first laid down, and the only way to change one."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.security.numbers import mask_numbers
from opinions.models import EscalationChange, EscalationLevel
from opinions.workflow.deadlines import reschedule_checks
from studios.models import County

MOST = 10  # rungs
FIELDS = ("kind", "anchor", "days", "recipients", "letter", "acknowledge_within")


class PolicyRefused(Exception):
    """Why a ladder cannot stand like this. `rung` counts from 0; None: the ladder as a whole."""

    def __init__(self, message, rung=None, field=""):
        super().__init__(message)
        self.message, self.rung, self.field = message, rung, field


class PolicyChanged(PolicyRefused):
    """Someone else has already done this."""


def _create_levels(levels: list[dict], county: County | None) -> None:
    EscalationLevel.objects.bulk_create(
        EscalationLevel(county=county, level=level, **{name: facts[name] for name in FIELDS})
        for level, facts in enumerate(levels, 1)
    )


def own_levels(county) -> list[EscalationLevel]:
    """The county's own ladder, or the general one for None; empty where a county has none of its own."""
    return list(EscalationLevel.objects.filter(county=county).order_by("level"))


def facts(rungs) -> list[dict]:
    return [{name: getattr(rung, name) for name in FIELDS} for rung in rungs]


def last_change(county) -> EscalationChange | None:
    return EscalationChange.objects.filter(county=county).order_by("-id").first()


def check(rungs: list[dict]) -> None:
    """Raises LadderRefused: the rungs must follow each other in time, none may speak to nobody,
    and the letter there is (督办函) is a supervision notice's."""
    if not rungs:
        raise PolicyRefused(_("A ladder needs at least one step."))
    if len(rungs) > MOST:
        raise PolicyRefused(_("A ladder has ten rungs at most."))
    anchors, before = list(EscalationLevel.Anchor.values), None
    for place, rung in enumerate(rungs):
        when = (anchors.index(rung["anchor"]), rung["days"])
        if before is not None and when <= before:
            raise PolicyRefused(_("This rung must come later than the one before it."), place, "days")
        if not rung["recipients"]:
            raise PolicyRefused(_("Name at least one recipient."), place, "recipients")
        if rung["letter"] and rung["kind"] != EscalationLevel.Kind.SUPERVISE:
            raise PolicyRefused(_("Only a supervision notice goes out as a letter."), place, "letter")
        before = when


@transaction.atomic
def set_policy(
    *, county, rungs: list[dict] | None, by, reason, seen=None, now=None
) -> EscalationChange | None:
    """Lay `rungs` (dicts of FIELDS) for `county`; for all that have none of their own, if it is None. Without rungs a
    county climbs the general ladder again. `seen` is the id of the last change that the person saw, 0 for none. The
    change, or None when the ladder stands like this already. Open opinions are looked at again by the sweep; what
    was sent stays sent."""
    list(EscalationLevel.objects.select_for_update(of=("self",)).filter(county=None))  # one change at a time
    last = last_change(county)
    if seen is not None and seen != (last.pk if last else 0):
        raise PolicyChanged(_("Someone has changed this ladder since you opened it."))
    if county is None or rungs is not None:
        check(rungs or [])
    rungs = rungs or []
    before = facts(own_levels(county))
    if before == rungs:
        return None
    EscalationLevel.objects.filter(county=county).delete()
    _create_levels(rungs, county)
    now = now or timezone.now()
    change = EscalationChange.objects.create(
        county=county,
        before=before,
        rungs=rungs,
        reason=mask_numbers(reason),
        at=now,
        by=by,
        actor=str(by or ""),
    )
    reschedule_checks(follow(county), now=now)
    return change


def follow(county) -> Q:
    """The opinions that climb the ladder of `county`."""
    if county is not None:
        return Q(county=county)
    own = EscalationLevel.objects.exclude(county=None).values("county")
    return ~Q(county__in=own)
