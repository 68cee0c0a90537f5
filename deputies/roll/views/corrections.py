"""Facts, photo, seats and terms corrected on screen by the keepers of the register, and the history of a deputy.

409 when somebody was first, 422 for what must be corrected; nothing that was typed is lost in either.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import StaffRequest
from common.security.file_responses import safe_photo_response
from common.ui.pagination import paginate
from deputies.activities.access import Refused, Stale
from deputies.models import Deputy, Mandate
from deputies.register_access import KEEPERS, editable_terms
from deputies.roll import corrections
from deputies.roll.forms.corrections import FactsForm, SeatForm, TermCorrectionForm
from studios import history as histories
from studios.permissions.access import directory_readers, roles_required
from studios.permissions.scope import roles_over

keepers_only = roles_required(*KEEPERS)


def deputy_of(request: StaffRequest, pk: int) -> Deputy:
    """Return the deputy with the person's roles over them; 404 outside their scope."""
    rows = Deputy.objects.visible_to(request.user).with_roles(request.user)
    return get_object_or_404(rows.select_related("township__county", "studio"), pk=pk)


def editable(request: StaffRequest, pk: int) -> Deputy:
    """Return the deputy; 404 outside the scope, 403 for those who do not keep the register there."""
    deputy = deputy_of(request, pk)
    if not roles_over(deputy).intersection(KEEPERS):
        raise PermissionDenied
    return deputy


@keepers_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct the deputy's facts and photo."""
    deputy = editable(request, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FactsForm(*sent, user=request.user, deputy=copy(deputy))
    page = {"deputy": deputy, "form": form, "title": _("Correct the facts")}
    return _corrected(request, page, lambda facts: corrections.correct_facts(pk, **facts))


@keepers_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: StaffRequest, pk: int, seat: int | None = None) -> HttpResponse:
    """Correct one seat of the deputy, or add one."""
    deputy = editable(request, pk)
    mandate = get_object_or_404(deputy.mandates, pk=seat) if seat else Mandate(deputy=deputy)
    form = SeatForm(request.POST if request.method == "POST" else None, deputy=deputy, instance=mandate)
    title = _("Correct the seat") if seat else _("Add a seat")
    page = {"deputy": deputy, "form": form, "title": title, "seat": mandate if seat else None}
    if seat:
        return _corrected(request, page, lambda facts: corrections.correct_seat(pk, seat, **facts))
    return _corrected(request, page, lambda facts: corrections.add_seat(pk, **facts))


def _corrected(
    request: StaffRequest, page: dict[str, Any], deed: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    """Show the page with its form, or redirect when `deed` has written what was typed."""
    form, deputy, status = page["form"], page["deputy"], 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                deed(form.arguments() | {"by": request.user, "request": request})
            except Stale as stale:
                status = 409
                form.add_error(None, str(stale))
                form.data = form.data.copy()
                form.data["version"] = Deputy.objects.get(pk=deputy.pk).version
            except Refused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                messages.success(request, _("Saved."))
                return redirect("deputies:detail", deputy.pk)
    return render(request, "deputies/correct.html", page, status=status)


@keepers_only
@require_POST
def remove_seat(request: StaffRequest, pk: int, seat: int) -> HttpResponse:
    """Remove a seat that never was."""
    editable(request, pk)
    try:
        corrections.remove_seat(pk, seat, by=request.user, request=request)
    except Mandate.DoesNotExist:
        messages.info(request, _("The seat was removed before."))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The seat is removed."))
    return redirect("deputies:detail", pk)


@keepers_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def term(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct a term's number and first day."""
    row = get_object_or_404(editable_terms(request.user), pk=pk)
    form = TermCorrectionForm(request.POST if request.method == "POST" else None, instance=copy(row))
    if form.is_bound and form.is_valid():
        try:
            corrections.correct_term(pk, by=request.user, request=request, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("deputies:list")
    page = {"form": form, "title": _("Correct the term"), "term": row, "seats": row.mandates.count()}
    return render(request, "deputies/correct.html", page, status=422 if form.is_bound else 200)


@require_safe
@directory_readers
def history(request: StaffRequest, pk: int) -> HttpResponse:
    """List what changed about the deputy, newest first."""
    deputy = deputy_of(request, pk)
    page = paginate(request, histories.records_of(deputy))
    context = {"deputy": deputy, "page": page, "lines": histories.lines(deputy, page)}
    return render(request, "deputies/history.html", context)


@require_safe
@directory_readers
def photo(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Serve the deputy's photo, read through the scope."""
    deputy = deputy_of(request, pk)
    if not deputy.photo:
        raise Http404
    return safe_photo_response(deputy.photo)
