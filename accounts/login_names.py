"""Under which name a login that failed is counted."""

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from common.security.crypto import keyed_hash

KEPT = "_counted_as"  # on the request: axes asks for the name a dozen times


def counted_as(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """Return the name of the account that was typed. For anything else return its keyed hash: it is counted and locked
    as an account is, so that nobody learns which accounts there are, and what was typed is stored nowhere."""
    typed = (credentials or request.POST).get("username")
    if typed is None:
        return None
    kept = getattr(request, KEPT, None)
    if kept is None or kept[0] != typed:
        known = get_user_model().objects.filter(username=typed).exists()
        kept = (typed, typed if known else f"unknown {keyed_hash(f'login name {typed}')[:40]}")
        setattr(request, KEPT, kept)
    return str(kept[1])
