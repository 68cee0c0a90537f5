"""A citizen's earlier opinions, found by the phone number. Similar opinions: similarity.py."""

from collections.abc import Iterable

from accounts.models import User
from common.security.crypto import phone_index
from opinions.models import Opinion
from opinions.models.redaction import HIDES

SHOWN = 5


def earlier(phone: str, *, user: User, roles: Iterable[str]) -> list[Opinion]:
    """Return the latest SHOWN opinions under this phone number over which one of `roles` counts for `user`, newest
    first. They carry the person's roles over them (`roles_over`).

    Only roles that learn the citizen's identity belong in `roles`: a match alone says whose number it is.
    """
    return list(
        Opinion.objects.visible_to(user, *roles)
        .with_roles(user)
        .filter(phone_index=phone_index(phone))
        .exclude(phone_index="")
        .only("number", "title", "status", "registered_at", *HIDES)
        .order_by("-registered_at")[:SHOWN]
    )
