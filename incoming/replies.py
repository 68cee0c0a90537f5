"""What citizens are told by itself when they have written to us; each at most once for one message."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import rate_limit
from notifications import quiet
from notifications.models import Received
from notifications.services import queue
from opinions.models import Opinion
from opinions.privacy import query_codes
from opinions.workflow import citizen_sms, deadlines
from workdays import office_hours


def receipt(row: Received, opinion: Opinion, key: UUID) -> None:
    """Tell the citizen that their words were registered, with the query code."""
    with override(settings.LANGUAGE_CODE):
        facts = citizen_sms.facts(opinion) | {
            "day": citizen_sms.month_day(deadlines.due_day(opinion)),
            "code": query_codes.spaced(query_codes.code_of(key)),
        }
        text = _(
            "[%(office)s People's Congress] We have received what you told us; by %(day)s it will be passed to the "
            "agency responsible. Query code: %(code)s. %(ask)s"
        )
        _send(row, "receipt", _("We have received your opinion %s") % opinion.number, text % facts, opinion)


def ask_reason(row: Received, opinion: Opinion) -> None:
    """Ask what is not settled: an evaluation without it reopens nothing."""
    with override(settings.LANGUAGE_CODE):
        text = _(
            "[%(office)s People's Congress] What is not settled? Answer in a few words, and it is handled again. "
            "%(ask)s"
        )
        subject = _("Asked for the reason: %s") % opinion.number
        _send(row, "reason", subject, text % citizen_sms.facts(opinion), opinion)


def taken_up_again(row: Received, opinion: Opinion) -> None:
    """Tell the citizen that the matter is handled again."""
    with override(settings.LANGUAGE_CODE):
        text = _("[%(office)s People's Congress] What you told us on %(told)s is taken up again. %(ask)s")
        subject = _("Taken up again: %s") % opinion.number
        _send(row, "again", subject, text % citizen_sms.facts(opinion), opinion)


def closed(row: Received, now: datetime) -> None:
    """Outside office hours say when somebody reads it; at most once a day, and not at night."""
    if office_hours.is_open(now) or quiet.until(now) > now:
        return
    if not rate_limit.granted("closed", row.sender_index, most=1, within=timedelta(days=1), now=now):
        return
    opens = office_hours.next_open(now)
    with override(settings.LANGUAGE_CODE):
        day = citizen_sms.month_day(timezone.localdate(opens))
        text = _(
            "[%(office)s People's Congress] Your message is here. The office is closed now; it is read on %(day)s."
        )
        facts = {"office": row.county.name, "day": day}
        _send(row, "closed", _("The office is closed"), text % facts, None)


def _send(row: Received, what: str, subject: str, body: str, opinion: Opinion | None) -> None:
    queue(
        key=f"received-{row.pk}/{what}",
        channel=row.channel,
        subject=subject,
        body=body,
        address=row.sender,
        about=row.about,
        area=opinion or row,
    )
