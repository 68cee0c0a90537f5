"""Urgent signals: what an office wants a person to see at once, raised before any rule decides."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import Topic
from notifications.services import queue_all
from opinions.models import UrgentFlag, UrgentSignal
from opinions.models.choices import Urgency
from opinions.workflow.deadlines import cached
from opinions.workflow.recipients import officers_of, officials_of


def signals_in(opinion, at) -> list[tuple[str, list[str]]]:
    """(name, words found) of every signal in use that the opinion gives; one query."""
    signals = cached(("signals", opinion.county_id), lambda: _in_use(opinion.county_id))
    text, month = f"{opinion.title}\n{opinion.body}", timezone.localtime(at).month
    return [(signal.name, words) for signal in signals if (words := signal.found(text, month))]


def _in_use(county_id) -> list[UrgentSignal]:
    rows = UrgentSignal.objects.filter(Q(county=None) | Q(county=county_id), active=True)
    return list(rows.order_by("name", "id"))


def wants_a_look(opinion) -> bool:
    """Whether a person must have opened it before it goes anywhere: it is urgent, or raised a flag nobody has seen."""
    flag = getattr(opinion, "flag", None)
    return opinion.urgency == Urgency.URGENT or bool(flag and not flag.seen_at)


def raise_flag(opinion, *, at=None) -> UrgentFlag | None:
    """The flag of the opinion, raised now if it gives a signal and has none; its officers and officials are told."""
    at = at or timezone.now()
    if flag := getattr(opinion, "flag", None):
        return flag
    if not (found := signals_in(opinion, at)):
        return None
    with transaction.atomic():
        flag = UrgentFlag.objects.create(opinion=opinion, signals=found, raised_at=at)
        facts = {"number": opinion.number, "title": opinion.title, "signals": flag.names}
        message = {
            "channel": "inbox",
            "subject": _("Urgent signal: %(number)s") % facts,
            "body": _("%(number)s “%(title)s”: %(signals)s. Please look at it at once.") % facts,
            "about": opinion.number,
            "topic": Topic.WORK,
            "area": opinion,
            "at": at,
        }
        told = {user.pk: user for who in (officers_of, officials_of) for user in who(opinion.county_id)}
        if told:
            queue_all(
                message | {"key": f"{opinion.number}/urgent/{pk}", "recipient": user}
                for pk, user in told.items()
            )
    return flag


def see(*, opinion, by, now=None) -> bool:
    """A person has looked and takes it on; False when somebody had before."""
    seen = {"seen_at": now or timezone.now(), "seen_by": by}
    return bool(UrgentFlag.objects.filter(pk=opinion.pk, seen_at=None).update(**seen))
