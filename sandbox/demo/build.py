"""Making the demo office, stage by stage, so that an interrupted run is completed by the next."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AccessRecord
from notifications import services as messages
from notifications.models import Message
from opinions.jobs import sweep
from opinions.models import Opinion
from sandbox import areas, staff

from . import activities, gatherings, history, letters, time_limits, triage
from .studios import seed_studios

# That the demo is complete stands in the audit trail, where an auditor would look for it.
MARK = "demo office"
CONSOLE = "notifications.channels.ConsoleSms"


class NotHere(Exception):
    """Why no demo can be made in this database."""


def is_complete() -> bool:
    """Return whether the demo is here, whole."""
    return AccessRecord.objects.filter(action=AccessRecord.Action.IMPORTED, subject=MARK).exists()


def check_may_make() -> None:
    """Refuse where there is more than demo data, or somebody whose phone would ring. Raises NotHere."""
    if settings.SMS_GATEWAY != CONSOLE:
        raise NotHere(_("A text message gateway is set: the demo would send messages to invented numbers."))
    if Opinion.objects.exclude(submission_key__in=history.KEYS).exists():
        raise NotHere(_("There are opinions here that are not the demo's; nothing was added."))


def make(
    *, password: str, now: datetime | None = None, say: Callable[[str | Promise], object] = lambda text: None
) -> int:
    """Make what is not there yet; return the number of opinions added. Raises NotHere."""
    check_may_make()
    now = now or timezone.now()
    with quiet():
        with transaction.atomic():
            areas.lay_out()
            letters.organs()
        say(_("areas, studios and agencies"))
        with transaction.atomic():
            staff.people(password)
            time_limits.set_all(time_limits.OLD, now)
            activities.regular(now)
            gatherings.hold(now)
        say(_("people"))
        told = history.tell(now, until=now - timedelta(days=triage.RULES_DAYS))
        with transaction.atomic():
            triage.switch_on(now)
        told += history.tell(now)
        time_limits.set_all(time_limits.NEW, now)
        say(_("opinions"))
        triage.find_topics(now)
        triage.learn(now)
        say(_("hot topics and what triage learns from"))
        seed_studios(now)
        say(_("assessment criteria"))
        letters.sign_from_now_on()
        sweep.sweep(now=now)
        messages.sweep(now=now)
        _read_old_messages(now)
        with transaction.atomic():
            letters.letters_on_request(now)
            letters.letters_drafted(now)
            letters.letters_taken_back(now)
            letters.letters_filed(now)
            letters.messages_in_trouble()
        say(_("letters and messages"))
    audit.record(AccessRecord.Action.IMPORTED, by=None, subject=MARK, area_code=areas.PREFECTURE)
    return told


def _read_old_messages(now: datetime) -> None:
    """Mark what is older than two weeks as read the day after: nobody lets an inbox lie for months."""
    old = Message.objects.filter(channel="inbox", read_at=None, created_at__lt=now - timedelta(days=14))
    old.update(read_at=F("created_at") + timedelta(days=1))


@contextmanager
def quiet() -> Iterator[None]:
    """Silence the console gateway, which writes every message into the log: hundreds that nobody sent."""
    log = logging.getLogger("notifications.channels")
    before, log.level = log.level, logging.WARNING
    try:
        yield
    finally:
        log.setLevel(before)
