"""One opinion's life in the demo, told through the ordinary actions at times gone by.

Between two steps time passes: whatever falls due meanwhile (rules, reminders, closings) happens at its own hour,
as the sweep would have had it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from letters.models import Letter
from notifications.models import Message
from notifications.services import deliver
from opinions.jobs import sweep
from opinions.models import Opinion
from opinions.workflow.unit_of_work import cached_reads
from sandbox.texts import Words
from studios.models import Membership, Role, Township
from workdays.calendar import add_workdays, is_workday

# More happens to no opinion by itself between two steps of people.
MOST_CHECKS = 20


class Present(Exception):
    """The story has reached today."""


class Crew:
    """Who acts where. Users are kept, so that each reads its memberships once."""

    def __init__(self) -> None:
        members = Membership.objects.select_related("user").order_by("pk")
        self._by_area = {(m.role, m.area_code): m.user for m in members if m.area_code}
        self._handlers: dict[int | None, User] = {
            m.agency_id: m.user for m in members if m.agency_id and not m.is_head
        }

    def clerk_of(self, township: Township) -> User:
        """Return the clerk of a township."""
        return self._by_area[Role.CLERK, township.pk]

    def clerk(self, opinion: Opinion) -> User:
        """Return the clerk of the opinion's township."""
        return self.clerk_of(opinion.township)

    def over_county(self, role: str, opinion: Opinion | Letter) -> User:
        """Return the person with `role` over the opinion's county."""
        return self._by_area[role, opinion.county_id]

    def handler(self, opinion: Opinion) -> User:
        """Return the handler of the opinion's lead agency."""
        return self.handler_of(opinion.lead_agency_id)

    def handler_of(self, agency_id: int | None) -> User:
        """Return the handler of an agency."""
        return self._handlers[agency_id]


@dataclass
class Life:
    """`at` is the moment the story has come to, `now` the present, beyond which it cannot go. `photo` is the seed of
    the photo that came with the opinion; empty: none did."""

    crew: Crew
    rng: Random
    words: Words
    at: datetime
    now: datetime
    number: str = ""
    photo: str = ""

    @cached_property
    def opinion(self) -> Opinion:
        return Opinion.objects.select_related("township", "deputy__user", "lead_agency").get(
            number=self.number
        )

    def take(self, action: Callable[..., object], **words: Any) -> Opinion:
        """Take one action at the present moment of the story; return the opinion."""
        action(self.number, at=self.at, **words)
        self.forget()
        return self.look()

    def forget(self) -> None:
        """Fetch the opinion again when it is asked for next."""
        self.__dict__.pop("opinion", None)

    def look(self) -> Opinion:
        """Return the opinion after all that has fallen due up to the present moment of the story."""
        for _turn in range(MOST_CHECKS):
            falls_due = self.opinion.next_check_at
            if falls_due is None or falls_due > self.at:
                break
            sweep.check(self.number, now=max(falls_due, self.opinion.changed_at))
            self.forget()
        return self.opinion

    def until(self, moment: datetime) -> Opinion:
        """Let time pass and return the opinion; raises Present when `moment` is still to come."""
        reached = moment <= self.now
        self.at = min(max(moment, self.at), self.now)
        self.look()
        self.at = max(self.at, self.opinion.changed_at)
        if not reached:
            raise Present
        return self.opinion

    def until_checked(self) -> Opinion:
        """Let time pass until the sweep looks at the opinion next; return the opinion."""
        at = self.opinion.next_check_at
        if at is None:
            raise ValueError(f"{self.number} waits for nothing")
        return self.until(at)

    def wait(self, workdays: int) -> Opinion:
        """Let some working days pass; 0 is later the same day, if the office is still open."""
        if workdays == 0:
            moment = self.at + timedelta(minutes=self.rng.randint(15, 100))
            if is_workday(timezone.localdate(moment)) and timezone.localtime(moment).hour < 18:
                return self.until(moment)
            workdays = 1
        return self.until(office_hour(self.rng, add_workdays(timezone.localdate(self.at), workdays).date))

    def wait_for(self, day: date) -> Opinion:
        """Wait until office hours of `day`; not at all if it has passed."""
        return self.until(max(self.at, office_hour(self.rng, day)))


def office_hour(rng: Random, day: date) -> datetime:
    """Return a moment in the office hours of `day`."""
    moment = datetime.combine(day, time(8, 30)) + timedelta(
        minutes=rng.randint(0, 520), seconds=rng.randint(0, 59)
    )
    return timezone.make_aware(moment)


@contextmanager
def lived_at_once() -> Iterator[None]:
    """Open one transaction for a whole life, of which Celery hears nothing: a worker that saw it half lived would
    take the next step at today's date."""
    with transaction.atomic(), cached_reads():
        told_before = len(connection.run_on_commit)
        yield
        del connection.run_on_commit[told_before:]


def deliver_messages(number: str) -> None:
    """Deliver the text messages of this life when they were written, or when the quiet hours were over."""
    for message in Message.objects.filter(about=number, next_attempt_at__isnull=False).order_by("pk"):
        deliver(message.pk, now=message.next_attempt_at)
