"""The pages of figures: the dashboard, its wall screen, the records behind a figure, and activities."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lists.access import roles_required
from reports.activities.overview import overview
from reports.dashboard.figures import dashboard as dashboard_of
from reports.definitions import periods
from reports.definitions.periods import Period
from reports.figures.areas import Place, place_of
from reports.figures.drill_down import parse_drill_down
from reports.figures.drill_down import records as records_of
from reports.freezing.adjustments import labels
from studios.models import Role
from studios.permissions.roles import OVERSEERS

counted_for = roles_required(*OVERSEERS, Role.CLERK)


@require_safe
@counted_for
def dashboard(request: StaffRequest) -> HttpResponse:
    """Show the figures of a place and period."""
    place, period, chosen = _place_and_period(request)
    context = dashboard_of(request.user, place, period, timezone.localdate()) | chosen
    return render(request, "reports/dashboard.html", context)


@require_safe
@counted_for
def wall(request: StaffRequest) -> HttpResponse:
    """Show the same on a large screen that nobody touches: it reloads itself."""
    place, period, chosen = _place_and_period(request)
    context = dashboard_of(request.user, place, period, timezone.localdate()) | chosen
    return render(request, "reports/wall.html", context | {"now": timezone.now()})


@require_safe
@counted_for
def records(request: StaffRequest) -> HttpResponse:
    """List the opinions behind one figure."""
    place, period, _chosen = _place_and_period(request)
    asked = parse_drill_down(request.GET, place, period)
    if asked is None:
        raise Http404
    page = paginate(request, records_of(request.user, asked, timezone.localdate()))
    for opinion in page:
        opinion.title = opinion.list_title
        kept = getattr(opinion, "frozen", None)
        opinion.counted = labels(kept.counted.split()) if kept else []
    context = {
        "asked": asked,
        "place": place,
        "period": period,
        "page": page,
        "words": asked.words(request.user),
    }
    return render(request, "reports/records.html", context)


@require_safe
@counted_for
def activities(request: StaffRequest) -> HttpResponse:
    """Show the overview of deputies' activities."""
    place, period, chosen = _place_and_period(request)
    context = overview(request.user, place, period, timezone.localdate()) | chosen
    return render(request, "reports/activities.html", context)


def _place_and_period(request: StaffRequest) -> tuple[Place, Period, dict[str, Any]]:
    """Return the place and the period that are asked for, and what the selector of periods offers."""
    asked = request.GET
    where = {name: asked.get(name, "") for name in ("county", "township")}
    place = place_of(request.user, **where, followed="followed" in asked)
    period = periods.parse(asked.get("period", "")) or periods.this_month()
    choices = periods.choices(timezone.localdate())
    listed = any(period.code == code for _group, options in choices for code, _label in options)
    return place, period, {"choices": choices, "listed": listed}
