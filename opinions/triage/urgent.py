"""Urgent signals: words that an office wants a person to see immediately, before any rule decides."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import Topic
from notifications.services import queue_all
from opinions.models import Opinion, UrgentFlag, UrgentSignal
from opinions.models.choices import Urgency
from opinions.workflow.recipients import officers_of, officials_of
from opinions.workflow.unit_of_work import cached


def signals_in(opinion: Opinion, at: datetime) -> list[tuple[str, list[str]]]:
    """Return (name, words found) of every active signal that the opinion gives; one query."""
    signals = cached(("signals", opinion.county_id), lambda: _in_use(opinion.county_id))
    text, month = "\n".join(opinion.words_for_rules), timezone.localtime(at).month
    return [(signal.name, words) for signal in signals if (words := signal.found(text, month))]


def _in_use(county_id: str) -> list[UrgentSignal]:
    rows = UrgentSignal.objects.filter(Q(county=None) | Q(county=county_id), active=True)
    return list(rows.order_by("name", "id"))


def wants_a_look(opinion: Opinion) -> bool:
    """Tell if a person must open the opinion before it goes anywhere: it is urgent, or raised a flag nobody has
    seen."""
    flag = getattr(opinion, "flag", None)
    return opinion.urgency == Urgency.URGENT or bool(flag and not flag.seen_at)


def raise_flag(opinion: Opinion, *, at: datetime | None = None) -> UrgentFlag | None:
    """Return the flag of the opinion, raising it now if it gives a signal and has none; None when it gives none.

    Raising it notifies the county's triage officers and officials, in the same transaction.
    """
    at = at or timezone.now()
    if flag := getattr(opinion, "flag", None):
        return flag
    if not (found := signals_in(opinion, at)):
        return None
    with transaction.atomic():
        flag = UrgentFlag.objects.create(opinion=opinion, signals=found, raised_at=at)
        facts = {"number": opinion.number, "title": opinion.list_title, "signals": flag.names}
        message = {
            "channel": "inbox",
            "subject": _("Urgent signal: %(number)s") % facts,
            "body": _("%(number)s “%(title)s”: %(signals)s. Please look at it immediately.") % facts,
            "about": opinion.number,
            "topic": Topic.WORK,
            "area": opinion,
            "at": at,
        }
        recipients = {user.pk: user for who in (officers_of, officials_of) for user in who(opinion.county_id)}
        if recipients:
            queue_all(
                message | {"key": f"{opinion.number}/urgent/{pk}", "recipient": user}
                for pk, user in recipients.items()
            )
    return flag


def see(*, opinion: Opinion, by: User, now: datetime | None = None) -> bool:
    """Record that a person has looked at the flag and takes it on; False when somebody had before."""
    seen = {"seen_at": now or timezone.now(), "seen_by": by}
    return bool(UrgentFlag.objects.filter(pk=opinion.pk, seen_at=None).update(**seen))
