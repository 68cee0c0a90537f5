"""Which roles open a page. Which rows they see on it is decided by the scope rule, never here."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from .roles import READERS, Role
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


# The county's office and whoever enters people into the system: they take in rolls of studios and deputies.
ROLL_KEEPERS = (Role.TRIAGE_OFFICER, Role.ADMINISTRATOR)
PREFECTURE_DIGITS = 4


def over_a_prefecture(user) -> bool:
    """Whether the person administers a whole prefecture: who sets what holds in every county."""
    return any(len(p) == PREFECTURE_DIGITS for p in scope_of(user).prefixes(Role.ADMINISTRATOR))


# Studios and deputies: those in the work, and the administrator who enters them. No citizen's data here.
directory_readers = roles_required(*READERS, Role.ADMINISTRATOR)


def prefecture_administrators_only(view):
    """Refuses the view (403) to whoever does not administer a whole prefecture."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not over_a_prefecture(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


# What holds for everybody in the house may be read by everybody in it: limits and their history.
staff_only = roles_required(*Role)
administrators_only = roles_required(Role.ADMINISTRATOR)
auditors_only = roles_required(Role.AUDITOR)
