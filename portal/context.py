"""How the public pages look to the person who reads them: large text, high contrast, kept in a cookie."""

from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from .kept import PATH

COOKIE = FIELD = "display"
MODES = ("large", "contrast")
A_YEAR = 365 * 24 * 3600
Response = TypeVar("Response", bound=HttpResponseBase)


def modes_in(text: str) -> list[str]:
    """Return the modes named in a cookie or a button; anything else in it is ignored."""
    return [mode for mode in MODES if mode in text.split(".")]


def display(request: HttpRequest) -> dict[str, Any]:
    """Return, as a context processor, `display`, the modes chosen, and `display_switches`, a button for each mode."""
    chosen = modes_in(request.COOKIES.get(COOKIE, ""))
    switches = [
        {"mode": mode, "on": mode in chosen, "next": ".".join(sorted({mode} ^ set(chosen)))} for mode in MODES
    ]
    return {"display": chosen, "display_switches": switches}


def keep_display(request: HttpRequest, response: Response) -> Response:
    """Have the browser keep the choice that was posted; returns the response."""
    chosen = ".".join(modes_in(request.POST.get(FIELD, "")))
    response.set_cookie(
        COOKIE, chosen, max_age=A_YEAR, path=PATH, samesite="Lax", httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response
