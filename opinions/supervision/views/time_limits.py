"""The time limits of a county: what is in force and where it comes from, who changed it and why, and changing it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lifecycle.statuses import Clock
from opinions.models import TimeLimit, TimeLimitChange
from opinions.models.time_limits import LimitFrom
from opinions.supervision.forms.time_limits import LimitChoice, LimitForm
from opinions.supervision.time_limits import LimitRefused, may_set, set_limit
from opinions.workflow.deadlines import in_force
from studios.models import County
from studios.permissions.access import staff_only

MATTERS = [("", gettext_lazy("any matter")), *TimeLimit.MATTERS]


@require_safe
@staff_only
def limits(request: StaffRequest) -> HttpResponse:
    """Show what is in force in one county, or what was set for all, and the history of the same."""
    counties = list(County.objects.visible_to(request.user))
    asked = request.GET.get("county", counties[0].pk if len(counties) == 1 else "")
    if asked not in {"", *(county.pk for county in counties)}:
        raise Http404
    county_id = asked or None
    rows = list(TimeLimit.objects.filter(Q(county=None) | Q(county=county_id)))
    context = {
        "counties": counties,
        "county_id": asked,
        "may_set": may_set(request.user, county_id),
        "matters": [label for _code, label in MATTERS],
        "table": [(clock.label, _cells(rows, county_id, clock)) for clock in Clock],
        "page": paginate(request, TimeLimitChange.objects.filter(county=county_id)),
    }
    return render(request, "opinions/limits/list.html", context)


def _cells(rows: Sequence[TimeLimit], county_id: str | None, clock: Clock) -> list[dict[str, Any]]:
    """Return one clock's limits: what was set for any matter, if anything, then the limit of each matter."""
    own = {row.matter: row.days for row in rows if (row.clock, row.county_id) == (clock, county_id)}
    cells = []
    for code, label in MATTERS:
        days, source = in_force(rows, county_id, clock, code) if code else (own.get(""), "")
        cell = {"clock": clock.value, "matter": code, "label": label, "days": days, "own": code in own}
        cells.append(cell | {"source": LimitFrom(source).label if source else None})
    return cells


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def change_limit(request: StaffRequest) -> HttpResponse:
    """Change the limit that the address names: show what is in force, take what replaces it, and why."""
    chosen = LimitChoice(request.GET, counties=County.objects.visible_to(request.user))
    if not chosen.is_valid():
        raise Http404
    where = chosen.cleaned_data
    county = where["county"]
    if not may_set(request.user, county.pk if county else None):
        raise PermissionDenied
    row = TimeLimit.objects.filter(**where).first()
    days, back = row and row.days, _page_of(county)
    form = LimitForm(request.POST or None, initial={"days": days, "seen": days})
    if request.method == "POST" and form.is_valid():
        try:
            set_limit(by=request.user, request=request, **where, **form.cleaned_data)
        except LimitRefused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The limit is set; clocks that run already keep theirs."))
            return redirect(back)
    named = {"clock": Clock(where["clock"]).label, "matter": dict(MATTERS)[where["matter"]]}
    context = {"form": form, "back": back, "county": county, "in_force": _in_force(**where), **named}
    return render(request, "opinions/limits/change.html", context, status=422 if form.errors else 200)


def _in_force(county: County | None, clock: str, matter: str) -> tuple[int, Any] | None:
    """Return the days in force for the matter and where they come from; None for “any matter”, which has no one
    answer."""
    rows = TimeLimit.objects.filter(Q(county=None) | Q(county=county), clock=clock)
    if not matter:
        return None
    days, source = in_force(rows, county.pk if county else None, clock, matter)
    return days, LimitFrom(source).label


def _page_of(county: County | None) -> str:
    return reverse("opinions:limits") + f"?county={county.pk if county else ''}"
