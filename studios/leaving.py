"""When a person or an agency leaves: where nobody could act any more, what is open there, and who takes over. Apps
above say what is open and hand it on (AppConfig.ready):

    leaving.WORK.append(Work(open=..., parts=..., at=..., hand_on=...))
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import User

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
    hand_on: Callable[[Agency, Agency | None, User], object]


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


def able(keys: Iterable[int]) -> set[int]:
    """Return the keys of those agencies that can act now."""
    return set(Agency.objects.able_to_act().filter(pk__in=keys).values_list("pk", flat=True))


def left_behind(keys: Iterable[int]) -> list[Left]:
    """Return the agencies among `keys` that cannot act and have something open."""
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


def left_unmanned(memberships: Iterable[Membership]) -> list[Left]:
    """Return the places under `memberships`, held until now, in which nobody holds the role any more."""
    found: dict[str, Left] = {}
    for membership in memberships:
        for work in WORK:
            for place, numbers in work.at(membership).items():
                label = f"{place} · {membership.get_role_display()}"
                found.setdefault(label, Left(label, numbers, membership=membership))
    return list(found.values())


@transaction.atomic
def appoint(left: list[Left], user: User, *, head: bool) -> None:
    """Let `user` act for these agencies and places from now on; `head` makes them head of the agencies."""
    for one in left:
        if one.agency:
            Membership.objects.update_or_create(
                user=user, role="handler", agency=one.agency, defaults={"is_head": head}
            )
        elif former := one.membership:
            # A membership is over an area, a studio or an agency; here the agency is out.
            Membership.objects.get_or_create(
                user=user, role=former.role, area_code=former.area_code, studio=former.studio
            )


@transaction.atomic
def hand_on(left: list[Left], successor: Agency | None, *, by: User) -> None:
    """Hand what is open at the agencies among them to `successor`, or back to triage (None)."""
    for one in left:
        if one.agency is None:
            continue
        for work in WORK:
            work.hand_on(one.agency, successor, by)
