"""What every answer to somebody who is logged in has in common: no browser keeps it, and a refusal is recorded."""

import hashlib
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from . import audit
from .models import AccessRecord

ONCE_IN = 3600  # seconds: the same person at the same address is recorded once
# Where an address that is not there may be a matter of others, asked for by its number.
OF_OTHERS = {"opinions", "letters"}
FORBIDDEN, NOT_FOUND = 403, 404


class PrivatePagesMiddleware:
    """Keep pages behind the login, or with what a citizen said, out of every cache: after logout the browser's way back
    shows nothing. Write refused access into the audit trail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.resolver_match and request.resolver_match.view_name == "logout":
            response.headers["Clear-Site-Data"] = '"cache"'
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return response
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        if _refused(request, response.status_code):
            _record(request)
        return response


def _refused(request: HttpRequest, status: int) -> bool:
    match = request.resolver_match
    if match is None or status not in (FORBIDDEN, NOT_FOUND):
        return False
    return status == FORBIDDEN or (match.app_name in OF_OTHERS and bool(match.kwargs))


def _key(request: HttpRequest) -> str:
    return "refused-" + hashlib.sha256(f"{request.user.pk} {request.path}".encode()).hexdigest()


def _record(request: HttpRequest) -> None:
    """Record the refusal, by the name of the page and what was asked for: never by what was sent."""
    match = request.resolver_match
    if match is None or not cache.add(_key(request), 1, ONCE_IN):
        return
    asked = " ".join(str(value) for value in match.kwargs.values())[:60]
    audit.record(
        AccessRecord.Action.REFUSED,
        by=request.user,  # type: ignore[arg-type]  # is_authenticated
        request=request,
        subject=f"{match.view_name} {asked}".strip(),
        details={"method": request.method},
    )
