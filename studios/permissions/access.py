"""Which roles open a page. Which rows they see on it is decided by the scope rule, never here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User

from .roles import READERS, Role
from .scope import scope_of

View = Callable[..., HttpResponseBase]


def roles_required(*roles: str) -> Callable[[View], View]:
    """Return a decorator that refuses a view (403) to a person who holds none of `roles` anywhere."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not scope_of(request.user).has(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


# The county's office and those who enter people into the system: they import registers of studios and deputies.
ROLL_KEEPERS = (Role.TRIAGE_OFFICER, Role.ADMINISTRATOR)
PREFECTURE_DIGITS = 4


def over_a_prefecture(user: User | AnonymousUser) -> bool:
    """Return whether the person administers a whole prefecture, and so sets what holds in every county."""
    return any(len(p) == PREFECTURE_DIGITS for p in scope_of(user).prefixes(Role.ADMINISTRATOR))


# Studios and deputies: those in the work, and the administrator who enters them. No citizen's data here.
directory_readers = roles_required(*READERS, Role.ADMINISTRATOR)


def prefecture_administrators_only(view: View) -> View:
    """Refuse the view (403) to anyone who does not administer a whole prefecture."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not over_a_prefecture(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


# What holds for everybody in the house may be read by everybody in it: limits and their history.
staff_only = roles_required(*Role)
administrators_only = roles_required(Role.ADMINISTRATOR)
auditors_only = roles_required(Role.AUDITOR)
