"""Telling a studio something, without a login: the form, and the receipt."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.audit import address_of
from opinions import codes
from portal import pace, services
from portal.doors import public
from portal.forms import SubmissionForm
from studios.models import Studio


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request, code):
    studio = get_object_or_404(Studio.objects.select_related("township__county"), code=code)
    if not studio.active:
        return redirect("portal:studio", code=studio.code)
    if request.method != "POST":
        return _page(request, studio, SubmissionForm(studio=studio))
    form = SubmissionForm(request.POST, request.FILES, studio=studio)
    if not form.is_valid():
        return _again(request, studio, form)
    if seconds := pace.wait("submit", address_of(request)):
        return pace.slow_down(request, "portal/new.html", form, seconds, studio=studio)
    written = form.written()
    opinion, query_code = services.submit(studio=studio, **written)
    if any(getattr(opinion, name) != written[name] for name in ("title", "body")):
        # A page from the browser's history, typed over: taken for a second click, its words would be lost.
        form.add_error(None, _("You have already sent this form. Send it again if this is another matter."))
        return _again(request, studio, form)
    return render(
        request,
        "portal/receipt.html",
        {"studio": studio, "opinion": opinion, "code": codes.spaced(query_code)},
    )


def _page(request, studio, form, status=200):
    return render(request, "portal/new.html", {"studio": studio, "form": form}, status=status)


def _again(request, studio, form):
    """The form with its errors. One that is too old, or was sent before, gets a new key."""
    if "submission_key" in form.errors or form.non_field_errors():
        form.data = form.renewed()
    return _page(request, studio, form, status=422)
