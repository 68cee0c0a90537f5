"""The one way to write the audit trail."""

from django.utils import timezone

from .models import AccessRecord


def record(action, *, by, request=None, subject="", area_code="", reason="", details=None, username=""):
    """Append one row. `by` may be None (a failed login); `request` gives the network address.

    `details` must hold no personal data of a citizen: the row can never be removed.
    """
    return AccessRecord.objects.create(
        at=timezone.now(),
        by=by,
        username=username or getattr(by, "username", ""),
        action=action,
        subject=str(subject)[:200],
        area_code=area_code[:9],
        reason=reason[:200],
        details=details or {},
        address=address_of(request),
    )


def address_of(request) -> str | None:
    """The network address of who asks; behind our own proxy the one that the proxy saw."""
    if request is None:
        return None
    from axes.helpers import get_client_ip_address

    return get_client_ip_address(request)
