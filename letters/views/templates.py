"""The administrator's templates: which are in use, their placeholders, uploading one, going back to a former one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.models import AccessRecord
from accounts.requests import StaffRequest
from letters import templates
from letters.bad_template import BadTemplate
from letters.facts import LISTS, PLACEHOLDERS
from letters.forms import TemplateForm
from letters.models import Kind, Template
from studios.models import County, Role
from studios.permissions.access import roles_required

from .letters import DOCX

administrators_only = roles_required(Role.ADMINISTRATOR)


def _asked(request: StaffRequest, county: str, kind: str) -> tuple[County, Kind]:
    """Return the county within the administrator's area, and the kind of letter; 404 for others."""
    if kind not in Kind.values:
        raise Http404
    counties = County.objects.visible_to(request.user, Role.ADMINISTRATOR)
    return get_object_or_404(counties, pk=county), Kind(kind)


def _audited(request: StaffRequest, action: str, county: County, kind: Kind, **details: Any) -> None:
    audit.record(
        action,
        by=request.user,
        request=request,
        subject=f"{Template._meta.verbose_name}: {county} {kind.label}",
        area_code=county.pk,
        details=details,
    )


@require_safe
@administrators_only
def overview(request: StaffRequest) -> HttpResponse:
    """Show a line for each county, with the version in use for each kind."""
    counties = County.objects.visible_to(request.user, Role.ADMINISTRATOR).current()
    own = Template.objects.filter(in_use=True, county__in=counties).values_list("county", "kind", "version")
    in_use = {(county, kind): version for county, kind, version in own}
    rows = [(county, [(kind, in_use.get((county.pk, kind))) for kind in Kind]) for county in counties]
    return render(request, "letters/templates.html", {"kinds": Kind, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def one_kind(request: StaffRequest, county: str, kind: str) -> HttpResponse:
    """Show the versions of a county's template of one kind, and save a new one."""
    place, letter_kind = _asked(request, county, kind)
    posted = request.method == "POST"
    form = TemplateForm(request.POST, request.FILES) if posted else TemplateForm()
    if posted and form.is_valid():
        try:
            made = templates.upload(
                county=place,
                kind=letter_kind,
                content=form.cleaned_data["file"].read(),
                by=request.user,
                note=form.cleaned_data["note"],
            )
        except BadTemplate as error:
            form.add_error("file", explained(error))
        else:
            _audited(
                request, AccessRecord.Action.SET, place, letter_kind, version=made.version, note=made.note
            )
            messages.success(request, _("Version %d is used from now on.") % made.version)
            return redirect("letters:template", county=place.pk, kind=letter_kind)
    own = (
        Template.objects.filter(county=place, kind=letter_kind).defer("content").select_related("uploaded_by")
    )
    context = {
        "county": place,
        "kind": letter_kind,
        "form": form,
        "versions": own.order_by("-version")[:50],
        "shipped": not own.filter(in_use=True).exists(),
        "placeholders": [(name, label, name in LISTS) for name, (label, _sample) in PLACEHOLDERS.items()],
    }
    return render(request, "letters/template.html", context, status=422 if form.errors else 200)


def explained(error: BadTemplate) -> str:
    """Return what is wrong with a template, worded so that it can be fixed."""
    reasons = {
        "too_large": _("The document is too large: at most 1 MB, and 10 MB unpacked."),
        "unreadable": _("This is not a Word document (.docx), or it is damaged."),
        "unknown": _("There is no placeholder of this name: %s") % error.what,
        "missing": _("The letter would not show: %s. Put the placeholder into the text.") % error.what,
        "syntax": _("A placeholder is not written correctly: %s") % error.what,
        "not_allowed": _("Only placeholders, if and one for are possible here, not: %s") % error.what,
        "active": _("The document holds macros or other active parts: %s") % error.what,
        "external": _("The document fetches something from outside: %s") % error.what,
    }
    return reasons[error.code]


@require_safe
@administrators_only
def download(request: StaffRequest, county: str, kind: str, version: int) -> HttpResponse:
    """Send the file of a version; 0 is the one that came with the product."""
    place, letter_kind = _asked(request, county, kind)
    if version:
        row = get_object_or_404(Template, county=place, kind=letter_kind, version=version)
    else:
        row = templates.shipped_template(letter_kind)
    disposition = content_disposition_header(True, f"{place}{letter_kind.label}-{version}.docx")
    return HttpResponse(bytes(row.content), content_type=DOCX, headers={"Content-Disposition": disposition})


@require_POST
@administrators_only
def use(request: StaffRequest, county: str, kind: str) -> HttpResponse:
    """Use another version from now on."""
    place, letter_kind = _asked(request, county, kind)
    asked = request.POST.get("version", "")
    if not asked.isdecimal() or len(asked) > 5:
        raise Http404
    try:
        templates.use(county=place, kind=letter_kind, version=int(asked))
    except Template.DoesNotExist:
        raise Http404 from None
    _audited(request, AccessRecord.Action.SET, place, letter_kind, version=int(asked))
    messages.success(request, _("This version is used from now on."))
    return redirect("letters:template", county=place.pk, kind=letter_kind)
