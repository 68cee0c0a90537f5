"""The number of unread messages, for the bell in the top bar."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from common.ui.addresses import address_of

from .inbox import unread_of


def unread(request: HttpRequest) -> dict[str, Any]:
    """Return, as a context processor, `unread` (int, counted only if the page shows it) and `unread_url`; nothing for
    somebody who is not logged in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "unread": SimpleLazyObject(lambda: unread_of(user).count()),
        "unread_url": address_of("notifications:inbox"),
    }
