"""Activities to act on: one view for all actions, one to plan a single activity, one to plan by pattern.

409 when somebody was first, 422 for what must be corrected; nothing that was typed is lost in either.
"""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import StaffRequest
from deputies.activities import planning, services
from deputies.activities.access import PLANNERS, Refused, Stale
from deputies.activities.forms.actions import ACTIONS
from deputies.activities.forms.activity import NewForm
from deputies.activities.forms.plan import PlanForm
from deputies.activities.planning import PlanRequest
from studios.permissions.access import directory_readers, roles_required

from .pages import activity_of, people_of

planners_only = roles_required(*PLANNERS)


@directory_readers
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def act(request: StaffRequest, pk: int, action: str) -> HttpResponse:
    """Take one action on an activity: its form, then the service behind it."""
    if action not in ACTIONS:
        raise Http404
    activity, chosen = activity_of(request, pk), ACTIONS[action]
    if not chosen.open_to(activity, request.user, people_of(activity), timezone.localdate()):
        raise PermissionDenied
    form = chosen.form(request.POST or None, activity=activity, user=request.user)
    context = {"activity": activity, "action": chosen, "form": form}
    if request.method != "POST":
        return render(request, "deputies/activities/act.html", context)
    if not form.is_valid():
        return render(request, "deputies/activities/act.html", context, status=422)
    try:
        chosen.service(activity.pk, by=request.user, version=form.cleaned_data["version"], **form.arguments())
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        if isinstance(refused, Stale):
            form.data = form.data.copy()
            form.data["version"] = activity_of(request, pk).version
        return render(
            request,
            "deputies/activities/act.html",
            context,
            status=409 if isinstance(refused, Stale) else 422,
        )
    messages.success(request, str(chosen.done))
    return redirect("activities:detail", pk)


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Plan a single activity."""
    names = ("township", "studio", "on", "kind")
    initial = {name: request.GET[name] for name in names if request.GET.get(name)}
    form = NewForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            activity = services.plan(by=request.user, **form.arguments())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Planned."), extra_tags="draft:activity-new")
            return redirect("activities:detail", activity.pk)
    return render(
        request, "deputies/activities/new.html", {"form": form}, status=422 if form.is_bound else 200
    )


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: StaffRequest) -> HttpResponse:
    """Show the pattern, then what it comes to, then make it: the same form carries all three."""
    if request.method != "POST":
        initial = {name: request.GET[name] for name in ("studio",) if request.GET.get(name)}
        return _plan_page(request, PlanForm(user=request.user, initial=_next_quarter() | initial))
    form = PlanForm(request.POST, user=request.user)
    if not form.is_valid():
        return _plan_page(request, form, status=422)
    plan_request = form.plan_request()
    if "make" not in request.POST:
        return _plan_page(request, form, plan_request)
    try:
        made = planning.make(plan_request, by=request.user, seen=request.POST.get("seen", ""))
    except Stale as stale:
        return _plan_page(request, form, plan_request, status=409, problem=str(stale))
    except Refused as refused:
        return _plan_page(request, form, plan_request, status=422, problem=str(refused))
    messages.success(request, _("%d activities are planned.") % len(made))
    return redirect(
        f"{reverse('activities:calendar')}?month={made[0].on:%Y-%m}&studio={plan_request.studio.pk}"
    )


def _plan_page(
    request: StaffRequest,
    form: PlanForm,
    plan_request: PlanRequest | None = None,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    proposal = planning.propose(plan_request, today=timezone.localdate()) if plan_request else None
    context = {"form": form, "proposal": proposal, "problem": problem}
    return render(request, "deputies/activities/plan.html", context, status=status)


def _next_quarter() -> dict[str, Any]:
    """Return what is usually planned next: the quarter after this one."""
    today = timezone.localdate()
    month = 3 * ((today.month - 1) // 3) + 4
    first = today.replace(year=today.year + (month > 12), month=(month - 1) % 12 + 1, day=1)
    last_month = first.month + 2
    after = first.replace(year=first.year + (last_month == 12), month=last_month % 12 + 1)
    return {"first": first, "last": after - timedelta(days=1)}
