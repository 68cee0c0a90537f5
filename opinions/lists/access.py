"""Which roles open a page of opinions; which rows they see on it is decided by the scope rule."""

from studios.permissions.access import roles_required
from studios.permissions.roles import READERS

__all__ = ["readers_only", "roles_required"]

# Those who read opinions: everybody in the work, but neither the auditor nor the administrator.
readers_only = roles_required(*READERS)
