"""The page of messages from citizens that the rules could not place."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.models import AccessRecord
from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from notifications.models import Received
from opinions.lifecycle.errors import Refused
from opinions.models import Opinion
from opinions.triage import same_phone
from studios.models import Role
from studios.permissions.access import roles_required

from . import desk
from .forms import AttachForm, RegisterForm
from .matching import title_of

clerks_only = roles_required(Role.CLERK)


@require_safe
@clerks_only
def waiting(request: StaffRequest) -> HttpResponse:
    """Show the messages that wait for a clerk."""
    return render(request, "incoming/list.html", {"page": paginate(request, desk.waiting(request.user))})


@require_safe
@clerks_only
def message(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one message, and what can be done with it."""
    row = get_object_or_404(desk.waiting(request.user), pk=pk)
    audit.record(
        AccessRecord.Action.LOOKED,
        by=request.user,
        request=request,
        subject=f"{Received._meta.verbose_name} {row.pk}",
        area_code=row.township_id,
    )
    return _page(request, row)


def _page(
    request: StaffRequest, row: Received, attach: forms.Form | None = None, new: forms.Form | None = None
) -> HttpResponse:
    context = {
        "message": row,
        "attach": attach or AttachForm(),
        "new": new or RegisterForm(initial={"title": title_of(row.body)}),
        "earlier": same_phone.earlier(row.sender, user=request.user, roles=[Role.CLERK]),
    }
    return render(request, "incoming/message.html", context, status=422 if attach or new else 200)


@require_POST
@clerks_only
def attach(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the message on an opinion."""
    row = _row(request, pk)
    form = AttachForm(request.POST)
    if form.is_valid():
        try:
            number = form.cleaned_data["number"]
            opinion = desk.attach(pk, by=request.user, number=number, request=request)
            messages.success(request, _("The message is on %s now.") % opinion.number)
            return redirect("opinions:detail", number=opinion.number)
        except Opinion.DoesNotExist:
            form.add_error("number", _("There is no opinion with this number in your area."))
        except Refused as refused:
            form.add_error("number", refused.message)
        except desk.NotPossible as problem:
            return _too_late(request, problem)
    return _page(request, row, attach=form)


@require_POST
@clerks_only
def register(request: StaffRequest, pk: int) -> HttpResponse:
    """Register the message as a new opinion."""
    row = _row(request, pk)
    form = RegisterForm(request.POST)
    if form.is_valid():
        try:
            opinion = desk.register_new(
                pk, by=request.user, title=form.cleaned_data["title"], request=request
            )
            messages.success(request, _("Logged as %s.") % opinion.number)
            return redirect("opinions:detail", number=opinion.number)
        except Refused as refused:
            form.add_error("title", refused.message)
        except desk.NotPossible as problem:
            return _too_late(request, problem)
    return _page(request, row, new=form)


@require_POST
@clerks_only
def set_aside(request: StaffRequest, pk: int) -> HttpResponse:
    """Set the message aside."""
    _row(request, pk)
    try:
        desk.set_aside(pk, by=request.user, request=request)
    except desk.NotPossible as problem:
        return _too_late(request, problem)
    messages.success(request, _("Set aside. Its words are deleted after 30 days."))
    return redirect("incoming:list")


def _row(request: StaffRequest, pk: int) -> Received:
    rows = Received.objects.visible_to(request.user, Role.CLERK).select_related("township", "studio")
    return get_object_or_404(rows, pk=pk)


def _too_late(request: StaffRequest, problem: Exception) -> HttpResponse:
    messages.info(request, str(problem))
    return redirect("incoming:list")
