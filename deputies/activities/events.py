"""News of activities for the people whom they concern. Rooms above say how it is told, in AppConfig.ready():

news.TELLERS.append(tell)
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.models import Activity


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


def publish(what: EventKind, users, activities, *, by, words="") -> None:
    """Inside the transaction of the change, so that there is news exactly when there is a change. Nobody is told what
    they did themselves."""
    for user in users:
        if user and user.is_active and user != by and activities:
            for teller in LISTENERS:
                teller(ActivityEvent(what, user, tuple(activities), words))


def publish_to_deputies(what: EventKind, deputies, activities, **more) -> None:
    """Whoever has no account is told on paper."""
    publish(what, [deputy.user for deputy in deputies if deputy.user_id], activities, **more)
