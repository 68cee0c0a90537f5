"""Which roles open a page. Which rows they see on it is decided by the scope rule, never here."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from .context import READERS
from .models import Role
from .scope import scope_of


def roles_required(*roles):
    """Refuses the view (403) to a person who holds none of `roles` anywhere."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not scope_of(request.user).has(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


# Studios and deputies: those in the work, and the administrator who enters them. No citizen's data here.
directory_readers = roles_required(*READERS, Role.ADMINISTRATOR)
auditors_only = roles_required(Role.AUDITOR)
