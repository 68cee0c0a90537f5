"""A password that someone else set opens nothing but the page on which it is changed."""

from django.shortcuts import redirect

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
