"""What people read while the database is away or too many come: 503, when to try again, and what they typed."""

from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from .kept import PATH

TRY_AGAIN_SECONDS = 30
# Forms with one of these are not shown again: they hold what nobody else may read.
SECRET = ("password", "token", "code")
CSRF = "csrfmiddlewaretoken"
# Shorter values are choices and keys.
WORDS_FROM = 10


def database_is_away(error: BaseException | None) -> bool:
    """Return whether `error` comes from a database that cannot be reached, is shutting down, or let a statement wait
    for too long."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 without the database: with what was typed, to be copied or sent again. Nothing is sent by itself, for
    what was sent may have arrived: a form's key or version tells a second time from the first."""
    page = _page(public=request.path.startswith(PATH), action=request.get_full_path(), **_typed(request))
    return HttpResponse(
        page, status=503, headers={"Retry-After": str(TRY_AGAIN_SECONDS), "Cache-Control": "no-store"}
    )


def busy_page() -> bytes:
    """Return the page for those who come while too many others wait."""
    with translation.override(settings.LANGUAGE_CODE):
        return _page(busy=True).encode()


def _page(**context: Any) -> str:
    return render_to_string("unavailable.html", context)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return the fields of the form that was sent, and of these the words a person wrote; nothing where it holds a
    secret or cannot be read."""
    if request.method != "POST":
        return {}
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        files = bool(request.FILES)
    except Exception:  # whatever was wrong with the request: this page says something else
        return {}
    if any(part in name for name, _value in fields if name != CSRF for part in SECRET):
        return {}
    words = [
        value for name, value in fields if name != CSRF and len(value) >= WORDS_FROM and not _is_key(name)
    ]
    return {"fields": fields, "words": words, "files": files}


def _is_key(name: str) -> bool:
    return name in ("version", "next") or name.endswith("key")
