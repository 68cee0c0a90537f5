"""Fragments that pages of other parts show of opinions: those told at an activity, those told to a deputy. A page of
their own for a browser without scripts."""

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from deputies.models import Activity, Deputy
from opinions.lists.access import readers_only
from opinions.models import Opinion
from opinions.models.conditions import condition_q
from opinions.privacy.masking import citizen_view_for

# How what a deputy was told ended, in the order of the way; each opens the list of the same condition.
ENDS = ("accepted", "open", "overdue", "closed", "on_time", "last_satisfied", "reopened")


@readers_only
@require_safe
def of_activity(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the opinions told at the activity."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    return _fragment(request, "opinions/_of_activity.html", {"activity": activity}, activity=activity)


@readers_only
@require_safe
def of_deputy(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the opinions told to the deputy, and how each ended."""
    deputy = get_object_or_404(Deputy.objects.visible_to(request.user), pk=pk)
    return _fragment(request, "opinions/_of_deputy.html", {"deputy": deputy}, deputy=deputy)


def _fragment(request: StaffRequest, template: str, context: dict[str, Any], **within: Any) -> HttpResponse:
    rows = Opinion.objects.visible_to(request.user).filter(**within)
    today = timezone.localdate()
    counts = rows.aggregate(
        all=Count("pk"), **{name: Count("pk", filter=condition_q(name, today)) for name in ENDS}
    )
    shown = (
        rows.with_roles(request.user)
        .select_related("lead_agency", "township")
        .order_by("-registered_at", "-id")
    )
    page = paginate(request, shown, per_page=15)
    for opinion in page:
        opinion.shown = citizen_view_for(opinion)
    context |= {"page": page, "counts": counts, "fragment": template, "subject": next(iter(within.values()))}
    return render(request, template if request.htmx else "opinions/fragment.html", context)
