"""Which opinions one may be merged into: those much like it, or those that are searched for."""

from opinions.lifecycle.statuses import OPEN, Status
from opinions.lists.search import found_by, too_short
from opinions.models import Opinion

from .similarity import find_similar

MOST = 8


def candidates(opinion, user, asked: str = "", chosen: str = "") -> list[Opinion]:
    """Opinions of its county that exist for `user` and are dealt with or closed: found by the words or the number
    `asked`, else much like it, the likest first. The one numbered `chosen` stands on top. Three queries at most."""
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
        facts = {"title": opinion.title, "body": opinion.body, "besides": opinion.pk, "shown": MOST}
        likes = find_similar(county=opinion.county_id, user=user, **facts)
        numbers = [like.opinion.number for like in likes]
        by_number = {row.number: row for row in rows.filter(number__in=numbers)}
        listed = [by_number[number] for number in numbers if number in by_number]
    if chosen and all(row.number != chosen for row in listed):
        listed = [*rows.filter(number=chosen), *listed]
    return listed
