"""What the public pages' own templates need; a template builtin, no {% load %} needed."""

from django import template

from opinions.models import Attachment
from portal import links

register = template.Library()


@register.filter
def public_link(attachment: Attachment) -> str:
    """Return the signed address of a file, for a visitor who is shown the page."""
    return links.link_to(attachment)
