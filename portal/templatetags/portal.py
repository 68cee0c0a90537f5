"""What the public pages' own templates need; a template builtin, no {% load %} needed."""

from typing import Any

from django import template

from opinions.models import Attachment
from portal import links
from portal.front.addresses import whole

register = template.Library()


@register.filter
def public_link(attachment: Attachment) -> str:
    """Return the signed address of a file, for a visitor who is shown the page."""
    return links.link_to(attachment)


@register.simple_tag(takes_context=True)
def whole_address(context: dict[str, Any], path: str) -> str:
    """Return `path` as a whole address: `{% whole_address request.path %}`."""
    return whole(context["request"], path)
