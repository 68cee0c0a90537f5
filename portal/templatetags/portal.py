"""What the public pages' own templates need; a template builtin, no {% load %} needed."""

from django import template
from django.utils import timezone

from portal import days, links

register = template.Library()


@register.filter
def said_day(value) -> str:
    """A day, or the local day of a moment, as it is said: 12月14日, 2027年1月4日."""
    if not value:
        return "—"
    return days.said(timezone.localdate(value) if hasattr(value, "hour") else value)


@register.filter
def public_link(attachment) -> str:
    """The signed address of a file, for whoever is shown the page."""
    return links.link_to(attachment)
