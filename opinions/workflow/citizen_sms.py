"""What every text message to a citizen says besides its own words: from whom it is, what it is about, whom to call.

Neither title nor number stands in one: everybody can read a locked screen, and an old person knows the matter by the
day on which they told it.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.text import sms_length

# One message of the mobile networks; a longer one is sent, and paid for, in parts.
ONE_MESSAGE = 70


def facts(opinion) -> dict:
    """For the pattern of a message about `opinion`: `office`, `told` and `ask`, in the office's language."""
    with override(settings.LANGUAGE_CODE):
        return {
            "office": opinion.township.county.name,
            "told": month_day(timezone.localdate(opinion.registered_at)),
            "ask": _("Questions: %(phone)s.") % {"phone": phone} if (phone := phone_of(opinion)) else "",
        }


def phone_of(opinion) -> str:
    """Under which number the citizen reaches the studio; empty where none is known."""
    return opinion.studio.phone if opinion.studio_id else ""


def month_day(day) -> str:
    """12月2日: a message is read within days, whatever the year."""
    with override(settings.LANGUAGE_CODE):
        return _("%(month)d/%(day)d") % {"month": day.month, "day": day.day}


def fitting(patterns, facts, *, least: int = sms_length.LEAST) -> tuple[str, int]:
    """The first of `patterns` that leaves `least` characters of a message free, filled with `facts`, and how many it
    leaves; the last one, where none does."""
    with override(settings.LANGUAGE_CODE):
        for pattern in patterns:
            left = settings.SMS_MAX_CHARACTERS - len(str(pattern) % facts)
            if left >= least:
                break
    return pattern, max(left, least)
