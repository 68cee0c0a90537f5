"""Pages of information: a studio, its QR code, the bulletin; and the choice of large text or high contrast."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.security.file_responses import safe_photo_response
from common.security.redirects import safe_next_url
from common.ui.qr import qr_svg
from deputies.directory.public import announced, public_address, public_deputies, public_profile
from deputies.models import Deputy
from portal import bulletin as figures
from portal.context import keep_display
from portal.public_view import findable_view, public_view
from portal.verification import latest
from studios.models import County, Studio

SESSIONS = 6  # as many as the door's own notice board holds


@findable_view
@require_safe
def studio(request: HttpRequest, code: str) -> HttpResponse:
    """Show a studio, its deputies and its next sessions."""
    rows = Studio.objects.select_related("township__county", "village")
    found = get_object_or_404(rows, code=code)
    context = {
        "studio": found,
        "deputies": public_deputies(found),
        "sessions": announced(found, timezone.localdate())[:SESSIONS],
    }
    return render(request, "portal/studio.html", context)


def _deputy(code: str, pk: int) -> tuple[Studio, Deputy]:
    """Return studio and deputy; 404 for one who is no longer in office or receives elsewhere."""
    found = get_object_or_404(Studio.objects.select_related("township__county"), code=code)
    rows = public_deputies(found).select_related("township__county", "studio")
    return found, get_object_or_404(rows, pk=pk)


@public_view
@require_safe
def deputy(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show a deputy of a studio."""
    found, who = _deputy(code, pk)
    sessions = announced(found, timezone.localdate(), who)[:SESSIONS]
    context = {"studio": found, "deputy": who, "profile": public_profile(who), "sessions": sessions}
    return render(request, "portal/deputy.html", context)


@public_view
@require_safe
def deputy_photo(request: HttpRequest, code: str, pk: int) -> FileResponse:
    """Send the photo of a deputy of a studio; 404 without one."""
    _studio, who = _deputy(code, pk)
    if not who.photo:
        raise Http404
    return safe_photo_response(who.photo, anybody=True)


@public_view
@require_safe
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the QR code for the studio's door: it leads to the studio's page."""
    found = get_object_or_404(Studio, code=code)
    return HttpResponse(qr_svg(public_address(found, request)), content_type="image/svg+xml")


@findable_view
@require_safe
def bulletin(request: HttpRequest, county: str) -> HttpResponse:
    """Show the bulletin of a county: of the month asked for, else the latest."""
    place = get_object_or_404(County.objects.current(), code=county)
    months = figures.months()
    chosen = request.GET.get("month") or months[0].code
    month = next((month for month in months if month.code == chosen), None)
    if month is None:
        raise Http404
    context = {"county": place, "months": months, "month": month, "items": figures.items(place, month)}
    return render(request, "portal/bulletin.html", context | {"small": figures.SMALL, "latest": latest()})


@public_view
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Switch large text or high contrast on or off, and go back to the page."""
    return keep_display(request, HttpResponseRedirect(safe_next_url(request, request.POST.get("next", ""))))
