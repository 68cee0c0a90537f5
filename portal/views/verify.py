"""Checking the record: the citizen's code shows that nothing of their matter was changed, and since when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import rate_limit
from anchors.models import Anchor
from portal import services, verification
from portal.forms import TrackForm
from portal.kept import MATTER
from portal.public_view import public_view

from .track import too_quick

PAGE = "portal/verify.html"


@public_view
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Show whether the record of the matter holds that was looked up, else the form for its query code."""
    if request.method == "POST":
        form = TrackForm(request.POST)
        if seconds := too_quick(request, form):
            return rate_limit.too_many_requests(request, PAGE, form, seconds)
        if form.is_valid():
            if opinion := services.find(**form.cleaned_data):
                return MATTER.keep(redirect("portal:verify"), opinion.number)
            form.missed()
        return render(request, PAGE, {"form": form, "latest": verification.latest()}, status=422)
    number = MATTER.read(request)
    opinion = services.opinions().filter(number=number).first() if number else None
    if not opinion:
        return render(request, PAGE, {"form": TrackForm(), "latest": verification.latest()})
    found = verification.proved(opinion)
    return render(request, PAGE, {"proved": found, "latest": found.latest})


@public_view
@require_safe
@never_cache
def proof(request: HttpRequest) -> HttpResponse:
    """Send the proof of the matter that was looked up, to be kept and checked anywhere."""
    number = MATTER.read(request)
    if not number or not services.opinions().filter(number=number).exists():
        return redirect("portal:verify")
    response = HttpResponse(verification.proof_file(number), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{number}.json"'
    return response


@public_view
@require_safe
def anchors(request: HttpRequest) -> HttpResponse:
    """Send the lines of all anchors, as they stand in the file outside the database."""
    lines = "".join(f"{line}\n" for line in Anchor.objects.values_list("line", flat=True))
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")
