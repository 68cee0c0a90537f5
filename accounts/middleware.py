"""How long a login lasts, and what must be done first after it: a password that someone else set must be changed, a
second factor given."""

from collections.abc import Callable
from time import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from common.security.redirects import page_before

from .second_factor import PENDING

# Names of URLs that stay open: the change itself, the second factor before it, the way out, the language, and what
# machines ask.
OPEN = {
    "password_change",
    "second_factor",
    "recovery_codes",
    "logout",
    "login",
    "set_language",
    "healthz",
    "readyz",
}


ACTIVE = "active_at"  # seconds since 1970
FRESH_FOR = 60  # seconds, at most a tenth of the time after which an idle login ends


class IdleLogoutMiddleware:
    """Prolongs a session in use to the full time again, at most once a minute: to write it with every answer would
    cost each of them a statement. So an idle login ends up to a minute early, never late."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        session = request.session
        fresh_for = min(FRESH_FOR, settings.SESSION_COOKIE_AGE / 10)
        if session.accessed and not session.is_empty() and time() - session.get(ACTIVE, 0) > fresh_for:
            prolong(session)
        return response


def prolong(session: SessionBase) -> None:
    """Start the full time of a login again from now."""
    session[ACTIVE] = int(time())


class LoginNeededMiddleware(LoginRequiredMiddleware):
    """Django's, for forms and scripts too. A form sent when the login had run out leads back to its page, where the
    browser's draft waits, and not to an address that nobody can open; a script is answered with 401, and lets the
    person log in where they are (static/js/door.js)."""

    def handle_no_permission(  # type: ignore[override]  # Django itself only redirects
        self, request: HttpRequest, view: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Redirect to the login, or answer a script with 401."""
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        wanted = request.get_full_path() if request.method in ("GET", "HEAD") else page_before(request)
        return redirect_to_login(wanted, self.get_login_url(view), self.get_redirect_field_name(view))


def _view_name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


class MustChangePasswordMiddleware:
    """Sends a person who must change the password to that page, whatever they asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        user = request.user
        if user.is_authenticated and user.must_change_password and _view_name(request) not in OPEN:
            return redirect("password_change")
        return None


class SecondFactorMiddleware:
    """Sends a person who has not yet given the second factor to the page that asks for it. This comes before the
    change of the password: a password alone changes nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        name = _view_name(request)
        asked = request.user.is_authenticated and request.session.get(PENDING)
        if asked and name not in OPEN - {"password_change", "recovery_codes"}:
            back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{reverse('second_factor')}?{back}")
        return None
