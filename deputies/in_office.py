"""Who sat in a period, and where: the denominator of every rate of deputies (ADR 0044)."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from deputies.models import Deputy, DeputyFormerTownship, Mandate
from studios.permissions.scope import seen_in_the_past_q


def sat_between(first: date | None, last: date) -> Q:
    """Return the condition for deputies who sat on some day from `first` (None: ever) to `last`, both included.

    A seat ends before the day on which it is over; in a term whose first day is not known it has always been. Who is in
    office without any seat on record has always sat.
    """
    seats = Mandate.objects.filter(
        Q(began_on__lte=last)
        | Q(began_on=None, term__starts_on__lte=last)
        | Q(began_on=None, term__starts_on__isnull=False, term__start_is_known=False),
        deputy=OuterRef("pk"),
    )
    if first:
        seats = seats.filter(
            Q(ended_on=None) | Q(ended_on__gt=first), Q(term__ends_on=None) | Q(term__ends_on__gt=first)
        )
    unrecorded = Q(active=True) & ~Q(Exists(Mandate.objects.filter(deputy=OuterRef("pk"))))
    return Q(Exists(seats)) | unrecorded


def elected(today: date) -> Q:
    """Return the condition for deputies who are elected and whose seat has not begun: neither in office nor former."""
    coming = Mandate.objects.filter(
        Q(term__starts_on=None) | Q(term__starts_on__gt=today) | Q(began_on__gt=today),
        deputy=OuterRef("pk"),
        ended_on=None,
    )
    return Q(active=False) & Q(Exists(coming))


def deputies_on(day: date, user: User | None) -> QuerySet[Deputy]:
    """Return the deputies with `place`, the code of their township on `day`; as far as that is in the area of `user`
    (None: the system)."""
    rows = Deputy.objects.annotate(place=DeputyFormerTownship.on(day))
    return rows if user is None else rows.filter(seen_in_the_past_q(user, place="place", studio="studio"))
