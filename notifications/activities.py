"""What deputies and planners find in their inbox about activities (deputies/activities/events.py)."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.templatetags.liaison import localdate_long
from deputies.activities.events import ActivityEvent, EventKind
from deputies.models import Activity

from .models import Message, Topic
from .services import queue


def tell(news: ActivityEvent) -> None:
    """Queue an inbox message about a change of activities to the person it is for. The key holds the version, so that
    the same change cannot be announced to the same person twice."""
    first = news.activities[0]
    with override(settings.LANGUAGE_CODE):
        subject, body = _subject(news), "\n".join([*_why(news), *map(_line, news.activities)])
    single = len(news.activities) == 1
    queue(
        key=f"activity/{first.pk}/{first.version}/{news.what}/{news.user.pk}",
        channel=Message.Channel.INBOX,
        recipient=news.user,
        subject=subject,
        body=body,
        about=f"activity/{first.pk}" if single else f"deputy/{news.user.deputy.pk}",
        topic=Topic.WORK,
    )


def _subject(news: ActivityEvent) -> str:
    label = EventKind(news.what).label
    if len(news.activities) == 1:
        return f"{label}{_(': ')}{news.activities[0]}"
    return _("%(what)s (%(count)d)") % {"what": label, "count": len(news.activities)}


def _why(news: ActivityEvent) -> list[str]:
    if not news.words:
        return []
    sentences = {EventKind.STANDS_IN: _("You stand in for %s."), EventKind.LEAVE: _("On leave: %s")}
    return [sentences.get(news.what, _("Reason: %s")) % news.words]


def _line(activity: Activity) -> str:
    parts = [localdate_long(activity.on), activity.get_half_display(), activity.hours, activity.name]
    return " ".join(str(part) for part in [*parts, "·", activity.where] if part)
