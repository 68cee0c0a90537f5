"""The pages on which a studio's staff keep its facts, funding and photos, and where everybody reads its history."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import StaffRequest
from common.security.file_responses import safe_photo_response
from common.ui.forms import LiaisonFormHelper
from common.ui.pagination import paginate
from studios import history
from studios.errors import Refused, Stale
from studios.models import Photo, Studio
from studios.permissions.access import directory_readers
from studios.permissions.scope import roles_over
from studios.profile import services
from studios.profile.forms import FactsForm, FundingForm, PhotoForm


def studio_for(request: StaffRequest, pk: int) -> Studio:
    """Return the studio with the person's roles over it; 404 outside their scope."""
    rows = Studio.objects.visible_to(request.user).with_roles(request.user)
    studio = get_object_or_404(rows.select_related("township__county", "village", "belongs_to"), pk=pk)
    studio.may_edit = bool(roles_over(studio) & services.EDITORS)
    return studio


def editable(request: StaffRequest, pk: int) -> Studio:
    """Return the studio; 404 outside the person's scope, 403 for those who may not edit it."""
    studio = studio_for(request, pk)
    if not studio.may_edit:
        raise PermissionDenied
    return studio


@directory_readers
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Edit the studio's facts and opening times; 409 when somebody else saved first, 422 for what must be corrected."""
    studio = editable(request, pk)
    form = FactsForm(request.POST if request.method == "POST" else None, instance=copy(studio))
    form.helper = LiaisonFormHelper(form, form_tag=False)
    stale = False
    if form.is_bound and form.is_valid():
        try:
            services.update_studio(
                pk, by=request.user, version=form.cleaned_data["version"], request=request, **form.facts()
            )
        except Stale as error:
            form = _again(request, error.row)
            stale = True
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."), extra_tags=f"draft:studio-{pk}")
            return redirect("studios:detail", pk)
    status = 409 if stale else 422 if form.is_bound else 200
    context = {"studio": studio, "form": form, "stale": stale}
    if stale:
        context["since"] = history.lines(studio, history.records_of(studio)[:3])
    return render(request, "studios/edit.html", context, status=status)


def _again(request: StaffRequest, studio: Studio) -> FactsForm:
    """Return the form with all that was typed, on top of what is saved now."""
    data = request.POST.copy()
    data["version"] = str(studio.version)
    form = FactsForm(data, instance=copy(studio))
    form.helper = LiaisonFormHelper(form, form_tag=False)
    return form


@require_safe
@directory_readers
def studio_history(request: StaffRequest, pk: int) -> HttpResponse:
    """List what changed about the studio, newest first."""
    studio = studio_for(request, pk)
    page = paginate(request, history.records_of(studio))
    context = {"studio": studio, "page": page, "lines": history.lines(studio, page)}
    return render(request, "studios/history.html", context)


@directory_readers
def funding(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what the studio was given, by year and source; its staff enter it on the same page."""
    studio = studio_for(request, pk)
    if request.method == "POST" and not studio.may_edit:
        raise PermissionDenied
    initial = {"year": timezone.localdate().year}
    form = FundingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        text = given.pop("note")
        try:
            services.set_funding(pk, by=request.user, note_text=text, request=request, **given)
        except Refused as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("studios:funding", pk)
    rows = studio.funding.order_by("-year", "source")
    context = {
        "studio": studio,
        "form": form,
        "rows": rows,
        "total": rows.aggregate(total=Sum("amount"))["total"] or 0,
    }
    form.helper = LiaisonFormHelper(form)
    return render(request, "studios/funding.html", context, status=422 if form.is_bound else 200)


@directory_readers
def photos(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the photos; the studio's staff add one on the same page."""
    studio = studio_for(request, pk)
    if request.method == "POST" and not studio.may_edit:
        raise PermissionDenied
    form = PhotoForm(request.POST, request.FILES) if request.method == "POST" else PhotoForm()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            services.add_photo(
                pk, by=request.user, upload=given["file"], caption=given["caption"], request=request
            )
        except Refused as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("studios:photos", pk)
    form.helper = LiaisonFormHelper(form, submit=_("Add the photo"))
    context = {"studio": studio, "form": form, "photos": studio.photos.all(), "most": services.MOST_PHOTOS}
    return render(request, "studios/photos.html", context, status=422 if form.is_bound else 200)


@require_safe
@directory_readers
def photo(request: StaffRequest, pk: int, photo: int) -> HttpResponseBase:
    """Serve the picture itself: read through the scope, never by its address in the folder."""
    studio = studio_for(request, pk)
    row = get_object_or_404(Photo, studio=studio, pk=photo)
    return safe_photo_response(row.file)


@require_POST
@directory_readers
def remove_photo(request: StaffRequest, pk: int, photo: int) -> HttpResponse:
    """Remove a photo; removed before, say so."""
    editable(request, pk)
    try:
        services.remove_photo(pk, photo, by=request.user, request=request)
    except Photo.DoesNotExist:
        messages.info(request, _("The photo was removed before."))
    else:
        messages.success(request, _("The photo is removed."))
    return redirect("studios:photos", pk)
