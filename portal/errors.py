"""What went wrong, in words for people: the public's own pages under /p/, the staff's everywhere else."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import csrf, defaults
from django.views.decorators.http import require_safe

from common.security.uploads import MEGABYTE, MOST_FILES, MOST_TOGETHER_MB

from .context import display
from .kept import PATH
from .public_view import public_view


def _is_public(request) -> bool:
    return request.path.startswith(PATH)


def _page(request, wrong: str, status: int, **more):
    response = render(request, "portal/error.html", {"wrong_kind": wrong, **more}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def bad_request(request, exception):
    """What Django would not read: too much of something is named with what is allowed, everything else is broken."""
    wrong, status, most = _too_much(exception)
    if _is_public(request):
        return _page(request, wrong or "broken", status, most=most)
    if not wrong:
        return defaults.bad_request(request, exception)
    return render(request, "400.html", {"wrong_kind": wrong, "most": most}, status=status)


def _too_much(exception) -> tuple[str, int, int]:
    """Of what there is too much, the status to answer with, and how much of it a form may have."""
    if isinstance(exception, RequestDataTooBig):  # files do not count here
        return "too_long", 413, settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE
    if isinstance(exception, TooManyFilesSent):
        return "too_many_files", 400, MOST_FILES
    if isinstance(exception, TooManyFieldsSent):
        return "too_many_fields", 400, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return "", 400, 0


def permission_denied(request, exception):
    if not _is_public(request):
        return defaults.permission_denied(request, exception)
    return _page(request, "closed", 403)


def page_not_found(request, exception):
    if not _is_public(request):
        return defaults.page_not_found(request, exception)
    return _page(request, "nothing", 404)


def csrf_failure(request, reason=""):
    """The words of a form that cannot be taken are given back, so that they can be copied."""
    if not _is_public(request):
        return csrf.csrf_failure(request, reason)
    typed = request.POST.get("body") or request.POST.get("reason", "")
    return _page(request, "stale", 403, typed=typed)


def server_error(request):
    """Stands alone: whatever failed must not fail again here; no database, no context processor."""
    if not _is_public(request):
        return defaults.server_error(request)
    return HttpResponseServerError(render_to_string("portal/500.html", display(request)))


@public_view
@require_safe
def too_large(request):
    """Shown by the proxy, which takes no more than this in one request (deploy/nginx.conf)."""
    if not _is_public(request):
        return render(request, "413.html", {"most": MOST_TOGETHER_MB}, status=413)
    return _page(request, "too_large", 413, most=MOST_TOGETHER_MB)
