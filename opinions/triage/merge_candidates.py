"""Candidates for a merger: opinions that are similar, or that are searched for."""

from accounts.models import User
from opinions.lifecycle.statuses import OPEN, Status
from opinions.lists.search import found_by, too_short
from opinions.models import Opinion

from .similarity import find_similar

MOST = 8


def candidates(opinion: Opinion, user: User, asked: str = "", chosen: str = "") -> list[Opinion]:
    """Return opinions of its county that exist for `user` and are open or closed: found by the words or the number
    `asked`, else similar ones, the most similar first.

    The one numbered `chosen` comes first if it is not among them. At most MOST of the others; three queries at most.
    """
    rows = Opinion.objects.visible_to(user).filter(
        county=opinion.county_id, status__in=[*OPEN, Status.CLOSED]
    )
    rows = rows.exclude(pk=opinion.pk)
    if asked and not too_short(asked):
        found = found_by(Opinion, asked, user, [opinion.county_id])
        listed = list(rows.filter(found.indexed or found.plain).order_by("-registered_at", "-id")[:MOST])
    elif asked:
        listed = []
    else:
        similar = find_similar(
            county=opinion.county_id,
            title=opinion.title,
            body=opinion.body,
            user=user,
            besides=opinion.pk,
            shown=MOST,
        )
        numbers = [one.opinion.number for one in similar]
        by_number = {row.number: row for row in rows.filter(number__in=numbers)}
        listed = [by_number[number] for number in numbers if number in by_number]
    if chosen and all(row.number != chosen for row in listed):
        listed = [*rows.filter(number=chosen), *listed]
    return listed
