"""Which views a stranger reaches: those marked `public`, and no others."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required


def public(view):
    """No login is asked for, and whoever is logged in is nobody special here."""

    @wraps(view)
    def opened(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return login_not_required(opened)
