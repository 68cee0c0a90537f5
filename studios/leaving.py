"""When a person or an agency leaves: which agencies would have nobody who can act, what is open there, and who takes
over. Rooms above say what is open and hand it on (AppConfig.ready):

    leaving.WORK.append(Work(open=..., hand_on=...))
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from .models import Agency, Membership


@dataclass(frozen=True)
class Work:
    """`open(agency)`: numbers of what the agency has yet to do, without anybody's words. `hand_on(agency, successor,
    by)`: give all of it to another agency, or back to triage (None)."""

    open: Callable[[Agency], list[str]]
    hand_on: Callable


WORK: list[Work] = []


@dataclass(frozen=True)
class Left:
    """An agency where nobody can act any more, with the numbers of what is open there."""

    agency: Agency
    numbers: list[str]


def able(keys) -> set[int]:
    """Those of the agencies that can act now."""
    return set(Agency.objects.able_to_act().filter(pk__in=keys).values_list("pk", flat=True))


def left_behind(keys) -> list[Left]:
    """Of the agencies `keys`, those that cannot act and have something open."""
    rows = Agency.objects.filter(pk__in=set(keys) - able(keys)).order_by("pk")
    found = [Left(agency, [number for work in WORK for number in work.open(agency)]) for agency in rows]
    return [one for one in found if one.numbers]


@transaction.atomic
def appoint(left: list[Left], user, *, head: bool) -> None:
    """`user` acts for these agencies from now on."""
    for one in left:
        Membership.objects.update_or_create(
            user=user, role="handler", agency=one.agency, defaults={"is_head": head}
        )


@transaction.atomic
def hand_on(left: list[Left], successor: Agency | None, *, by) -> None:
    """What is open there goes to `successor`, or to triage."""
    for one in left:
        for work in WORK:
            work.hand_on(one.agency, successor, by)
