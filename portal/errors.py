"""What went wrong, in words for people: the public's own pages under /p/, the staff's everywhere else."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import csrf, defaults
from django.views.decorators.http import require_safe

from common.security.storage import StorageDown
from common.security.uploads import MEGABYTE, MOST_FILES, MOST_TOGETHER_MB

from .context import display
from .kept import PATH
from .public_view import public_view
from .unavailable import database_is_away, unavailable

log = logging.getLogger(__name__)


def _is_public(request: HttpRequest) -> bool:
    return request.path.startswith(PATH)


def _page(request: HttpRequest, wrong: str, status: int, **more: Any) -> HttpResponse:
    response = render(request, "portal/error.html", {"wrong_kind": wrong, **more}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django would not read: of what there is too much, and how much is allowed; for all else
    that it is broken. Where the database went away, Django calls the session deleted."""
    if database_is_away(exception):
        return unavailable(request)
    wrong, status, most = _too_much(exception)
    if _is_public(request):
        return _page(request, wrong or "broken", status, most=most)
    if not wrong:
        return defaults.bad_request(request, exception)
    return render(request, "400.html", {"wrong_kind": wrong, "most": most}, status=status)


def _too_much(exception: Exception) -> tuple[str, int, int]:
    """Return the kind of thing there is too much of, the status to answer with, and how much of it a form may have."""
    if isinstance(exception, RequestDataTooBig):  # files do not count here
        return "too_long", 413, settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE
    if isinstance(exception, TooManyFilesSent):
        return "too_many_files", 400, MOST_FILES
    if isinstance(exception, TooManyFieldsSent):
        return "too_many_fields", 400, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return "", 400, 0


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    if not _is_public(request):
        return defaults.permission_denied(request, exception)
    return _page(request, "closed", 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    if not _is_public(request):
        return defaults.page_not_found(request, exception)
    return _page(request, "nothing", 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is stale or missing with the text that was typed, so that it can be copied."""
    if not _is_public(request):
        return csrf.csrf_failure(request, reason)
    typed = request.POST.get("body") or request.POST.get("reason", "")
    return _page(request, "stale", 403, typed=typed)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without database and context processors: what failed must not fail again here; 503 where it was the
    database that failed."""
    if database_is_away(sys.exc_info()[1]):
        return unavailable(request)
    if not _is_public(request):
        return defaults.server_error(request)
    return HttpResponseServerError(render_to_string("portal/500.html", display(request)))


@public_view
@require_safe
def too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413: the proxy, which accepts no more than this in one request, shows it (deploy/nginx.conf)."""
    if not _is_public(request):
        return render(request, "413.html", {"most": MOST_TOGETHER_MB}, status=413)
    return _page(request, "too_large", 413, most=MOST_TOGETHER_MB)


class StorageDownMiddleware:
    """Answers 503 in words where the store of uploads fails while a form is taken; its transaction is undone. Forms
    with files ask the store before (common/security/uploads.py), so that this is rare."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for StorageDown, None for everything else."""
        if not isinstance(exception, StorageDown):
            return None
        log.error("the store of uploads is down: %s", exception)
        if _is_public(request):
            return _page(request, "storage_down", 503)
        return render(request, "503.html", status=503)
