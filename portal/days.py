"""How the public pages write a day: as it is said, never as a table has it."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def said(day: date) -> str:
    """12月14日 this year, 2027年1月4日 in any other."""
    facts = {"year": day.year, "month": day.month, "day": day.day}
    if day.year == timezone.localdate().year:
        return _("%(month)d/%(day)d") % facts
    return pgettext("a day of another year", "%(year)d-%(month)d-%(day)d") % facts
