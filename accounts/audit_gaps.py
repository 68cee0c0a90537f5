"""What the chains of the audit trail cannot show by themselves: rows taken out of a chain, and whole trails gone."""

from datetime import timedelta

from django.db.models import Exists, Max, Min, OuterRef
from django.utils.translation import gettext as _

from .models import AccessRecord, User

NAMED = 20
SAME_LOGIN = timedelta(minutes=1)  # between the two moments that Django and the trail note of one login


def gaps() -> list[str]:
    """Return a sentence for each row without a place that is younger than the chains, and for each account that logged
    in though its trail does not say so."""
    return [*_without_place(), *_without_trail()]


def _without_place() -> list[str]:
    first = AccessRecord.objects.exclude(sequence=None).aggregate(first=Min("pk"))["first"]
    unplaced = AccessRecord.objects.filter(sequence=None)
    rows = unplaced.exclude(hash="")
    if first is not None:
        rows = rows | unplaced.filter(pk__gt=first)
    return [
        _("audit trail, row with the id %d: it was taken out of its chain") % pk
        for pk in rows.order_by("pk").values_list("pk", flat=True)[:NAMED]
    ]


def _without_trail() -> list[str]:
    own = AccessRecord.objects.filter(by=OuterRef("pk"))
    people = User.objects.exclude(last_login=None).annotate(known=Exists(own))
    found = [
        _("audit trail of account %(pk)s (%(name)s): it is gone, though the account logged in")
        % {"pk": user.pk, "name": user.username}
        for user in people.filter(known=False).order_by("pk")[:NAMED]
    ]
    logins = AccessRecord.objects.filter(action=AccessRecord.Action.LOGGED_IN, by__isnull=False)
    newest = dict(logins.order_by().values_list("by").annotate(at=Max("at")))
    for user in people.filter(known=True).order_by("pk"):
        noted = newest.get(user.pk)
        if user.last_login and (noted is None or user.last_login - noted > SAME_LOGIN):
            found.append(
                _("audit trail of account %(pk)s (%(name)s): its newest rows are gone, among them a login")
                % {"pk": user.pk, "name": user.username}
            )
    return found
