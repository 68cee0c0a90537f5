"""What the public pages' own templates need; a template builtin, no {% load %} needed."""

from django import template

from common.templatetags.liaison import localdate_short
from portal import links

register = template.Library()


@register.filter
def said_day(value) -> str:
    """A day, or the local day of a moment, as it is said: 12月14日, 2027年1月4日."""
    if not value:
        return "—"
    return localdate_short(value)


@register.filter
def public_link(attachment) -> str:
    """The signed address of a file, for a visitor who is shown the page."""
    return links.link_to(attachment)
