"""What the people of the townships concerned find in their inbox when townships change (studios/areas/changes.py)."""

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from common.templatetags.liaison import localdate_long
from studios.models import AreaChange, Membership

from .models import Message, Topic
from .services import queue_all


def tell(change: AreaChange) -> None:
    """Queue an inbox message about the change for everybody of the townships before and after it and of their county,
    except who entered it. Once for each person, because the key holds the change."""
    codes = {unit["code"] for unit in [*change.before, *change.after]} | {change.county_id}
    here = Membership.objects.filter(Q(area_code__in=codes) | Q(studio__township__in=codes))
    people = User.objects.filter(pk__in=here.values("user"), is_active=True)
    if change.by_id:
        people = people.exclude(pk=change.by_id)
    with override(settings.LANGUAGE_CODE):
        names = ["、".join(unit["name"] for unit in units) for units in (change.before, change.after)]
        facts = {
            "kind": change.get_kind_display(),
            "before": names[0],
            "after": names[1],
            "day": localdate_long(change.on),
            "decree": change.decree,
        }
        subject = _("%(kind)s: %(before)s → %(after)s") % facts
        body = (
            _(
                "In force from %(day)s (%(decree)s). Look at your lists: what is open there is now under %(after)s."
            )
            % facts
        )
    queue_all(
        {
            "key": f"township/{change.pk}/{person.pk}",
            "channel": Message.Channel.INBOX,
            "recipient": person,
            "subject": subject,
            "body": body,
            "topic": Topic.NEWS,
        }
        for person in people.order_by("pk")
    )
