"""Named conditions on opinions: the ones by which lists filter, figures count and pages colour.

One definition each, as a Q, so that a figure and the list it opens can never disagree. `today` is the office's local
date.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from opinions.lifecycle.statuses import OPEN, WITH_AGENCY, LetterOwed
from studios.models import Role
from studios.permissions.scope import ScopedQuerySet, scope_of

LONGEST_LEASE = timedelta(minutes=10)  # jobs/sweep.py takes two

RUNNING = Q(status__in=OPEN, suspended_on=None)
WELL = ["satisfied", "mostly"]
ACCEPTED = ~Q(status__in=["declined", "merged", "withdrawn"])


def light_q(light: str, today: date) -> Q:
    """Return the Q of a light. red: past its last day; yellow: in the last fifth or on the last working day; green:
    earlier. Raises KeyError for any other."""
    return (
        RUNNING
        & {
            "red": Q(due_on__lt=today),
            "yellow": Q(warn_on__lte=today, due_on__gte=today),
            "green": Q(warn_on__gt=today),
        }[light]
    )


def _parts(user: User | AnonymousUser | None = None) -> Any:
    parts = apps.get_model("opinions", "JointPart").objects
    return parts.visible_to(user, "joint_handler") if user else parts


def _joint_late(today: date) -> Q:
    return Q(pk__in=_parts().late(today).values("opinion"))


def _nobody_acts() -> Q:
    able = apps.get_model("studios", "Agency").objects.able_to_act()
    return Q(status__in=WITH_AGENCY) & ~Q(lead_agency__in=able)


def _nobody_joins() -> Q:
    return Q(pk__in=_parts().stranded().values("opinion"))


def _without(role: str) -> Q:
    """Select opinions over whose county, or for a clerk whose studio or township, no active account holds `role`."""
    held = apps.get_model("studios", "Membership").objects.filter(role=role, user__is_active=True)

    def over(model: str, *columns: str) -> QuerySet:
        codes = [Q(area_code=OuterRef(column)) for column in columns]
        wider = Q(area_code=Substr(OuterRef("pk"), 1, 4)) | Q(area_code=Substr(OuterRef("pk"), 1, 6))
        units = apps.get_model("studios", model).objects
        return units.filter(Exists(held.filter(reduce(or_, codes) | wider))).values("pk")

    if role != Role.CLERK:
        return ~Q(county__in=over("County", "pk"))
    studios = held.filter(studio__isnull=False).values("studio")
    return ~Q(township__in=over("Township", "pk", "successor")) & ~Q(studio__in=studios)


def numbers_seen(user: Any, numbers: Iterable[str]) -> set[str]:
    """Return those of `numbers` whose page exists for the person (common/ui/in_sight.py)."""
    rows = apps.get_model("opinions", "Opinion").objects.visible_alone(user).filter(number__in=numbers)
    return set(rows.values_list("number", flat=True))


CONDITIONS = {
    "accepted": (_("accepted"), lambda today: ACCEPTED),
    "open": (_("open"), lambda today: Q(status__in=OPEN)),
    "overdue": (_("overdue"), lambda today: light_q("red", today)),
    "closed": (_("closed"), lambda today: Q(status="closed")),
    "on_time": (_("closed, answered on time"), lambda today: Q(status="closed", answered_late=False)),
    "late": (_("closed, answered late"), lambda today: Q(status="closed", answered_late=True)),
    "reported": (
        _("reported back at least once"),
        # Only what was reported back can be reopened.
        lambda today: ACCEPTED & (Q(reported_back_at__isnull=False) | Q(round__gt=1)),
    ),
    "solved": (_("answered: solved (A)"), lambda today: ACCEPTED & Q(outcome="A")),
    "called_back": (
        _("called back at least once"),
        lambda today: ACCEPTED & Q(first_called_back_at__isnull=False),
    ),
    "evaluated_once": (
        _("evaluated by the citizen at least once"),
        lambda today: ACCEPTED & ~Q(first_satisfaction=""),
    ),
    "first_satisfied": (
        _("at first satisfied or mostly satisfied"),
        lambda today: ACCEPTED & Q(first_satisfaction__in=WELL),
    ),
    "last_satisfied": (
        _("in the end satisfied or mostly satisfied"),
        lambda today: ACCEPTED & Q(last_satisfaction__in=WELL),
    ),
    "reopened": (_("reopened"), lambda today: ACCEPTED & Q(round__gt=1)),
    "reopened_twice": (_("reopened twice or more"), lambda today: ACCEPTED & Q(round__gt=2)),
    "suspended": (_("suspended"), lambda today: Q(status="handling", suspended_on__isnull=False)),
    "suspended_long": (
        _("suspended for more than a week"),
        lambda today: Q(status="handling", suspended_on__lt=today - timedelta(days=7)),
    ),
    "extension_asked": (
        _("extension asked for"),
        lambda today: Q(status="handling", extension_state="asked"),
    ),
    "to_acknowledge": (
        _("notice waits for a reply"),
        lambda today: Q(status__in=OPEN, acknowledge_by_on__isnull=False),
    ),
    "reply_overdue": (
        _("reply to a notice is overdue"),
        lambda today: Q(status__in=OPEN, acknowledge_by_on__lt=today),
    ),
    "promise_broken": (
        _("promised day passed without an answer"),
        lambda today: Q(status__in=OPEN, promised_on__lt=today),
    ),
    "letter_waits": (
        _("supervision letter waits to be issued"),
        lambda today: Q(status__in=WITH_AGENCY, letter_owed=LetterOwed.SUPERVISION),
    ),
    "nobody_acts": (_("nobody at the agency can act"), lambda today: _nobody_acts()),
    "nobody_joins": (_("nobody at a joint agency can act"), lambda today: _nobody_joins()),
    "no_clerk": (
        _("no clerk at the studio or township"),
        lambda today: Q(status__in=OPEN) & _without(Role.CLERK),
    ),
    "no_officer": (
        _("no triage officer in the county"),
        lambda today: Q(status__in=OPEN) & _without(Role.TRIAGE_OFFICER),
    ),
    "no_supervisor": (
        _("no supervisor in the county"),
        lambda today: Q(status__in=OPEN) & _without(Role.SUPERVISOR),
    ),
    "joint_late": (_("a joint part is late"), _joint_late),
    "imported_evaluated": (
        _("evaluated by the citizen according to a former ledger"),
        lambda today: ACCEPTED & ~Q(imported_satisfaction=""),
    ),
    "imported_satisfied": (
        _("satisfied or mostly satisfied according to a former ledger"),
        lambda today: ACCEPTED & Q(imported_satisfaction__in=WELL),
    ),
    "imported": (_("imported from a former ledger"), lambda today: ACCEPTED & Q(imported_on__isnull=False)),
    "at_activity": (_("raised at an activity"), lambda today: Q(activity__isnull=False)),
    "unanswered": (_("not yet answered"), lambda today: Q(status__in=["registered", "routed", "handling"])),
}


def condition_q(name: str, today: date | None = None) -> Q:
    """Return the Q of a named condition; raises KeyError for an unknown name. `today` None: the office's present
    day."""
    return CONDITIONS[name][1](today or timezone.localdate())


class OpinionQuerySet(ScopedQuerySet):
    """Opinions by scope, by named condition, by light, and by what is due."""

    def visible_alone(self, user: User | AnonymousUser) -> Self:
        """Return `visible_to` for one row that is asked for by its number: role by role, while lists are better
        served by the set of an agency's keys (`Opinion.seen_q`), which grows with its history."""
        return self.visible_to(user, *scope_of(user).by_role(self.model))

    def with_owed(self, user: User | AnonymousUser) -> Self:
        """Annotate for handlers what their agency still owes as a joint agency (`owes_signature`, `owes_part`), for
        pages that offer actions."""
        if not scope_of(user).has(Role.HANDLER):
            return self
        owed = _parts(user).filter(opinion=OuterRef("pk"), answered_at=None)
        return self.annotate(
            owes_signature=Exists(owed.filter(signed_at=None)),
            owes_part=Exists(owed.filter(signed_at__isnull=False)),
        )

    def that_are(self, name: str, today: date | None = None) -> Self:
        """Return those that meet the named condition."""
        return self.filter(condition_q(name, today))

    def with_light(self, light: str, today: date | None = None) -> Self:
        """Return those with the light red, yellow or green."""
        return self.filter(light_q(light, today or timezone.localdate()))

    def due_for_check(self, now: datetime) -> Self:
        """Return what the sweep must check, and nothing else: served by a partial index over open opinions. A lease
        that ends later than any can is from a clock that was wrong."""
        leased = {"leased_until__gt": now, "leased_until__lte": now + LONGEST_LEASE}
        return self.filter(next_check_at__lte=now).exclude(**leased)
