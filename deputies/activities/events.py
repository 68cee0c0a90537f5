"""News of activities for the people whom they concern. Apps above say how it is sent, in AppConfig.ready():

events.LISTENERS.append(listener)
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.models import Activity, Deputy


class EventKind(TextChoices):
    PLANNED = "planned", _("You are planned for an activity")
    STANDS_IN = "stands_in", _("You stand in at an activity")
    CHANGED = "changed", _("An activity of yours was changed")
    CANCELLED = "cancelled", _("An activity of yours was cancelled")
    EXCUSED = "excused", _("A leave was noted for you")
    LEAVE = "leave", _("A deputy takes leave from an activity")
    OFF = "off", _("You no longer take part in an activity")


@dataclass(frozen=True)
class ActivityEvent:
    """`words`: for whom they stand in, who takes leave, or why."""

    what: EventKind
    user: User
    activities: tuple[Activity, ...]
    words: str = ""


LISTENERS: list[Callable[[ActivityEvent], None]] = []


def publish(
    what: EventKind,
    users: Iterable[User | None],
    activities: Sequence[Activity],
    *,
    by: User | None,
    words: str = "",
) -> None:
    """Call the listeners for each user, inside the transaction of the change: there is news exactly when there is a
    change. Nobody is told what they did themselves."""
    for user in users:
        if user and user.is_active and user != by and activities:
            for listener in LISTENERS:
                listener(ActivityEvent(what, user, tuple(activities), words))


def publish_to_deputies(
    what: EventKind, deputies: Iterable[Deputy], activities: Sequence[Activity], **more: Any
) -> None:
    """Publish to those deputies who have an account; the others are told on paper."""
    publish(what, [deputy.user for deputy in deputies if deputy.user_id], activities, **more)
