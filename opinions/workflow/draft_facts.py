"""What a draft says on the day on which it is read or signed off: limits pass and a letter must not be late itself."""

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import override

from letters.models import Kind
from letters.services import in_chinese
from opinions.models import Opinion
from workdays.calendar import add_workdays, workdays_between

from . import deadlines
from .letter_facts import demand, flag, window_until

DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def brought_up_to_date(opinion: Opinion, kind: str, facts: dict[str, Any], today: date) -> dict[str, Any]:
    """Return the `facts` of a draft as they are `today`: how late the step is, what is demanded, days that have
    passed. No query beyond the time limits; `opinion` is in memory."""
    with override(settings.LANGUAGE_CODE):
        return facts | {
            Kind.HANDOVER: _handover,
            Kind.SUPERVISION: _supervision,
            Kind.REPLY: _reply,
        }[Kind(kind)](opinion, facts, today)


def _handover(opinion: Opinion, facts: dict[str, Any], today: date) -> dict[str, Any]:
    return {
        "due": in_chinese(opinion.handling_due_on),
        "sign_due": _still(facts["sign_due"], today),
        "return_by": _still(facts["return_by"], today),
    }


def _still(text: str, today: date) -> str:
    """Return a day that has not passed; "" for one that has."""
    day = from_chinese(text)
    return text if day and day >= today else ""


def _supervision(opinion: Opinion, facts: dict[str, Any], today: date) -> dict[str, Any]:
    due_on = deadlines.due_day(opinion)
    late = today > due_on
    asked = from_chinese(facts["reply_by"])
    return {
        "step_due": in_chinese(due_on),
        "overdue": flag(late),
        "late_days": (workdays_between(due_on, today) or "") if late else "",
        "demand": demand(opinion, today),
        "reply_by": in_chinese(asked and max(asked, add_workdays(today, 1).date)),
    }


def _reply(opinion: Opinion, facts: dict[str, Any], today: date) -> dict[str, Any]:
    return {"window_until": in_chinese(window_until(opinion, today))}


def from_chinese(text: str) -> date | None:
    """Return the day written as 2026年11月25日; None for anything else."""
    found = DAY.fullmatch(text)
    return date(*map(int, found.groups())) if found else None
