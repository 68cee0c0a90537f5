"""Writing to a studio without a login: the form, and the receipt.

The browser keeps the key of the form it is filling in, and of the one it has sent (portal/kept.py): Back and a second
submit lead to the same receipt, which is a page of its own, without the code in its address (ADR 0024).
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import rate_limit
from common.ui.qr import qr_svg
from opinions.privacy import query_codes
from portal import services
from portal.forms import SubmissionForm, fresh_key
from portal.front.addresses import whole
from portal.kept import FORM, RECEIPT
from portal.public_view import public_view
from portal.way_back import links
from studios.models import Studio


@public_view
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form of a studio, or register what was sent and lead to its receipt."""
    studio = get_object_or_404(Studio.objects.select_related("township__county"), code=code)
    if not studio.active:
        return redirect("portal:studio", code=studio.code)
    if request.method != "POST":
        return _empty(request, studio)
    seconds = rate_limit.seconds_until_read(request)
    form = SubmissionForm(request.POST, None if seconds else request.FILES, studio=studio)
    if not seconds and not form.is_valid():
        return _again(request, studio, form)
    if seconds := seconds or rate_limit.seconds_until_allowed("submit", rate_limit.sender(request)):
        return rate_limit.too_many_requests(
            request, "portal/new.html", form, seconds, **_studio_context(studio)
        )
    written = form.written()
    opinion, _code = services.submit(studio=studio, **written)
    if any(getattr(opinion, name) != written[name] for name in ("title", "body")):
        # A page from the browser's history, typed over: taken for a second click, its words would be lost.
        form.add_error(None, _("You have already sent this form. Send it again if this is another matter."))
        return _again(request, studio, form)
    return FORM.forget(RECEIPT.keep(redirect("portal:receipt"), str(written["submission_key"])))


@public_view
@require_safe
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """Show the receipt of the form that this browser has sent, for half an hour."""
    key = RECEIPT.read(request)
    opinion = key and services.opinions().filter(submission_key=key).first()
    if not opinion:
        return redirect("portal:track")
    way_back = links.path_of(opinion)
    context = {
        "way_back": way_back,
        "qr": qr_svg(whole(request, way_back)),
        "studio": opinion.studio,
        "opinion": opinion,
        "code": query_codes.spaced(query_codes.code_of(UUID(key))),
    }
    return render(request, "portal/receipt.html", context)


def _empty(request: HttpRequest, studio: Studio) -> HttpResponse:
    """Show the form, with the same key until it is sent; after that its receipt. `?another` asks for the next form, and
    leads to the plain address, so that Back leads there too."""
    if "another" in request.GET:
        return FORM.keep(redirect("portal:new", code=studio.code), fresh_key())
    key = FORM.read(request)
    if not key and RECEIPT.read(request):
        return redirect("portal:receipt")
    key = key or fresh_key()
    return FORM.keep(_page(request, studio, SubmissionForm(studio=studio, key=key)), key)


def _page(request: HttpRequest, studio: Studio, form: SubmissionForm, status: int = 200) -> HttpResponse:
    return render(request, "portal/new.html", {"form": form, **_studio_context(studio)}, status=status)


def _studio_context(studio: Studio) -> dict[str, Any]:
    return {"studio": studio, "kept_years": settings.RETENTION_YEARS}


def _again(request: HttpRequest, studio: Studio, form: SubmissionForm) -> HttpResponse:
    """Show the form with its errors. One that is too old, or was sent before, gets a new key."""
    if "submission_key" not in form.errors and not form.non_field_errors():
        return _page(request, studio, form, status=422)
    form.renew(key := fresh_key())
    return FORM.keep(_page(request, studio, form, status=422), key)
