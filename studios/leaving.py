"""When a person or an agency leaves: where nobody could act any more, what is open there, and who takes over. Rooms
above say what is open and hand it on (AppConfig.ready):

    leaving.WORK.append(Work(open=..., parts=..., at=..., hand_on=...))
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from .models import Agency, Membership


@dataclass(frozen=True)
class Work:
    """`open(agency)`: numbers of what the agency has yet to do, without anybody's words; `parts(agency)`: the same of
    what it owes as a joint agency. `at(membership)`: for each place under the membership of a clerk, a triage officer
    or a supervisor where nobody holds that role any more, its name and what is open there. `hand_on(agency, successor,
    by)`: give all of it to another agency, or back to triage (None)."""

    open: Callable[[Agency], list[str]]
    parts: Callable[[Agency], list[str]]
    at: Callable[[Membership], dict[str, list[str]]]
    hand_on: Callable


WORK: list[Work] = []


@dataclass(frozen=True)
class Left:
    """A place where nobody can act any more, with the numbers of what is open there: an `agency`, with its joint
    `parts`, or what is under a `membership`."""

    place: str
    numbers: list[str]
    parts: list[str] = field(default_factory=list)
    agency: Agency | None = None
    membership: Membership | None = None


def able(keys) -> set[int]:
    """Those of the agencies that can act now."""
    return set(Agency.objects.able_to_act().filter(pk__in=keys).values_list("pk", flat=True))


def left_behind(keys) -> list[Left]:
    """Of the agencies `keys`, those that cannot act and have something open."""
    rows = Agency.objects.filter(pk__in=set(keys) - able(keys)).order_by("pk")
    found = [
        Left(
            str(agency),
            [number for work in WORK for number in work.open(agency)],
            [number for work in WORK for number in work.parts(agency)],
            agency=agency,
        )
        for agency in rows
    ]
    return [one for one in found if one.numbers or one.parts]


def left_unmanned(memberships) -> list[Left]:
    """Of the places under `memberships`, held until now, those where nobody holds the role any more."""
    found = {}
    for membership in memberships:
        for work in WORK:
            for place, numbers in work.at(membership).items():
                said = f"{place} · {membership.get_role_display()}"
                found.setdefault(said, Left(said, numbers, membership=membership))
    return list(found.values())


@transaction.atomic
def appoint(left: list[Left], user, *, head: bool) -> None:
    """`user` acts for these from now on."""
    for one in left:
        if one.agency:
            Membership.objects.update_or_create(
                user=user, role="handler", agency=one.agency, defaults={"is_head": head}
            )
        else:
            former = one.membership
            Membership.objects.get_or_create(
                user=user, role=former.role, area_code=former.area_code, studio_id=former.studio_id
            )


@transaction.atomic
def hand_on(left: list[Left], successor: Agency | None, *, by) -> None:
    """What is open there goes to `successor`, or to triage."""
    for one in left:
        for work in WORK:
            work.hand_on(one.agency, successor, by)
