"""Who and which room is taken when. The database refuses a double booking; this says beforehand whose it would be."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from deputies.models import Activity, Deputy, Participation
from deputies.models.activities import held_days
from studios.models import Studio

HALVES = ("morning_on", "afternoon_on")


def lock_for_booking(deputies: Iterable[Deputy], studio: Studio | None) -> None:
    """Lock the rows of those who are to be booked, in one order for all planners: two planners of the same people
    follow each other, and neither waits for what the other holds. Call inside the transaction that books."""
    keys = sorted({deputy.pk for deputy in deputies})
    _lock(Deputy.objects.filter(pk__in=keys))
    if studio is not None:
        _lock(Studio.objects.filter(pk=studio.pk))


def _lock(rows: QuerySet) -> None:
    # Not against opinions that point to them, only against other planners.
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


class BookedSlots:
    """What is taken between two days: by deputy and, in one studio, by room. Two queries."""

    def __init__(
        self,
        first: date,
        last: date,
        deputies: Iterable[Deputy],
        studio: Studio | None = None,
        *,
        besides: Activity | None = None,
    ) -> None:
        self._taken: set = set()
        within = Q(morning_on__range=(first, last)) | Q(afternoon_on__range=(first, last))
        people = Participation.objects.filter(within, deputy__in=deputies)
        rooms = (
            Activity.objects.filter(within, studio=studio).exclude(room="")
            if studio
            else Activity.objects.none()
        )
        if besides is not None:
            people, rooms = people.exclude(activity=besides), rooms.exclude(pk=besides.pk)
        for rows, name in ((people, "deputy_id"), (rooms, "room")):
            for who, *days in rows.values_list(name, *HALVES):
                self._note(who, dict(zip(HALVES, days, strict=True)))

    def _note(self, who: int | str, days: dict[str, date | None]) -> None:
        self._taken.update((who, half, day) for half, day in days.items() if day)

    def note(self, who: int | str, on: date, half: str) -> None:
        """Note `who` (a deputy's key or a room) as booked."""
        self._note(who, held_days(on, half))

    def is_free(self, who: int | str, on: date, half: str) -> bool:
        """Return whether `who` (a deputy's key or a room) is free on that half of the day."""
        return not any((who, name, day) in self._taken for name, day in held_days(on, half).items() if day)


def find_conflict(
    *,
    on: date,
    half: str,
    deputies: Collection[Deputy],
    studio: Studio | None = None,
    room: str = "",
    besides: Activity | None = None,
) -> str:
    """Return in words what of it is taken already; empty when all is free. `besides` is the activity that is being
    moved."""
    taken = BookedSlots(on, on, deputies, studio, besides=besides)
    busy = [deputy.name for deputy in deputies if not taken.is_free(deputy.pk, on, half)]
    if busy:
        return _("Engaged at that time already: %s") % "、".join(busy)
    if room and not taken.is_free(room, on, half):
        return _("The room is taken at that time already.")
    return ""
