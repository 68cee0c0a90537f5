"""Headers that every answer carries, and what no address may contain."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import get_resolver

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS = ", ".join(
    f"{name}=()" for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)


class HardeningMiddleware:
    """No inline code runs, nothing is loaded from elsewhere, no page is framed. A view's own policy stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # PostgreSQL cannot hold a NUL: such an address names nothing here. In a form or a filter its field says so.
        response = _nothing_there(request) if "\0" in request.path else self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


def _nothing_there(request: HttpRequest) -> HttpResponseBase:
    not_found: Callable[..., HttpResponseBase] = get_resolver().resolve_error_handler(404)
    return not_found(request, exception=Http404())
