"""What a login does not yet open: a password that someone else set must be changed first, a second factor given."""

from urllib.parse import urlencode

from django.shortcuts import redirect
from django.urls import reverse

from .second_factor import WANTED

# Names of URLs that stay open: the change itself, the way out, the language, and what machines ask.
OPEN = {"password_change", "logout", "login", "set_language", "healthz", "readyz"}


class MustChangePasswordMiddleware:
    """Sends whoever must change the password to that page, whatever they asked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        if (
            user.is_authenticated
            and user.must_change_password
            and request.resolver_match.view_name not in OPEN
        ):
            return redirect("password_change")
        return None


class SecondFactorMiddleware:
    """Sends whoever has not yet given the second factor to the page that asks for it. Before the password is changed:
    a password alone changes nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name
        asked = request.user.is_authenticated and request.session.get(WANTED)
        if asked and name not in (OPEN - {"password_change"}) | {"second_factor"}:
            back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{reverse('second_factor')}?{back}")
        return None
