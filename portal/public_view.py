"""Which views anybody reaches without a login: those marked `public_view`, and no others."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase

from .context import COOKIE, FIELD, keep_display, modes_in

View = Callable[..., HttpResponseBase]


def public_view(view: View) -> View:
    """Open `view` to anybody; a person who is logged in is nobody special here.

    A form sent by one of the display buttons comes back as it was typed, in the display that was asked for; nothing
    else is done with it (portal.plain.PublicForm).
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        switched = request.method == "POST" and FIELD in request.POST
        if switched:
            request.COOKIES[COOKIE] = ".".join(modes_in(request.POST[FIELD]))
        response = view(request, *args, **kwargs)
        if switched:
            keep_display(request, response)
            response.status_code = 200 if response.status_code == 422 else response.status_code
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return login_not_required(opened)


def findable_view(view: View) -> View:
    """Open `view` to anybody, and to search engines where the office lets them in (SEARCH_ENGINES)."""

    @wraps(view)
    def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if settings.SEARCH_ENGINES:
            response.headers["X-Robots-Tag"] = "all"
        return response

    return public_view(found)
