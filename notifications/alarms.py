"""What auditors find in their inbox: that somebody revealed or exported unusually much."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import AccessRecord
from studios.models import Membership, Role

from .models import Message, Topic
from .services import queue_all


def tell_auditors(alarm: AccessRecord) -> None:
    """Queue an inbox message about the alarm to every auditor of its area."""
    auditors = Membership.objects.filter(role=Role.AUDITOR, user__is_active=True).select_related("user")
    people = {one.user_id: one.user for one in auditors if alarm.area_code.startswith(one.area_code)}
    with override(settings.LANGUAGE_CODE):
        did = str(AccessRecord.Action(alarm.details["did"]).label)
        facts = {"who": str(alarm.by), "account": alarm.username, "did": did, "times": alarm.details["times"]}
        subject = _("Unusually often: %(who)s") % facts
        body = _(
            "%(who)s (%(account)s) %(did)s: %(times)d times in 24 hours. The audit trail has each with its reason."
        )
        messages = [
            {
                "key": f"alarm/{alarm.pk}/{pk}",
                "channel": Message.Channel.INBOX,
                "recipient": user,
                "subject": subject,
                "body": body % facts,
                "topic": Topic.NOTICE,
            }
            for pk, user in people.items()
        ]
    if messages:
        queue_all(messages)
