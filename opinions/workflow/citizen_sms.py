"""The facts common to all text messages to a citizen: the sender, the day of the report, the number to call.

Neither title nor number is in a message: everybody can read a locked screen, and an old person knows the matter by
the day on which they told it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.text import sms_length
from opinions.models import Opinion

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# One message of the mobile networks; a longer one is sent, and paid for, in parts.
ONE_MESSAGE = 70


def facts(opinion: Opinion) -> dict[str, Any]:
    """Return `office`, `told` and `ask` for the pattern of a message about `opinion`, in the office's language."""
    with override(settings.LANGUAGE_CODE):
        return {
            "office": opinion.township.county.name,
            "told": month_day(timezone.localdate(opinion.registered_at)),
            "ask": _("Questions: %(phone)s.") % {"phone": phone} if (phone := phone_of(opinion)) else "",
        }


def phone_of(opinion: Opinion) -> str:
    """Return the number under which the citizen reaches the studio; empty where none is known."""
    return opinion.studio.phone if opinion.studio_id else ""


def month_day(day: date) -> str:
    """Return the day without its year (12月2日), because a message is read within days."""
    with override(settings.LANGUAGE_CODE):
        return _("%(month)d/%(day)d") % {"month": day.month, "day": day.day}


def fitting(
    patterns: Sequence[StrOrPromise], facts: Mapping[str, Any], *, least: int = sms_length.LEAST
) -> tuple[StrOrPromise, int]:
    """Return the first of `patterns` that leaves `least` characters of a message free when filled with `facts`, and
    how many it leaves; the last pattern where none does."""
    with override(settings.LANGUAGE_CODE):
        for pattern in patterns:
            left = settings.SMS_MAX_CHARACTERS - len(str(pattern) % facts)
            if left >= least:
                break
    return pattern, max(left, least)
