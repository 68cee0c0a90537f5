"""Which roles open a page of opinions; which rows they see on it is decided by the scope rule."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from studios.permissions.access import roles_required
from studios.permissions.roles import READERS

__all__ = ["StaffRequest", "readers_only", "roles_required"]

# Those who read opinions: everybody in the work, but neither the auditor nor the administrator.
readers_only = roles_required(*READERS)


class StaffRequest(HttpRequest):
    """A request behind one of the guards: its user is an account. A type for annotations only; Django makes none."""

    user: User
    htmx: HtmxDetails
