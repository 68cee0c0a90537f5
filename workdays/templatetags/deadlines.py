"""How a deadline is written: its day, and 暂定 while that year's calendar is not published. A template builtin."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_short
from workdays.calendar import is_published

register = template.Library()


@register.simple_tag
def deadline(day: date | None) -> SafeString:
    """Write a deadline with its mark: `{% deadline opinion.handling_due_on %}`."""
    return format_html("{}{}", localdate_short(day), provisional_mark(day))


@register.simple_tag
def provisional_mark(day: date | None) -> str:
    """Return the mark alone, for places where the day is written otherwise; empty when it is final."""
    if not day or is_published(day.year):
        return ""
    title = _("The calendar of that year is not published yet")
    return format_html(' <span class="provisional" title="{}">{}</span>', title, _("provisional"))
