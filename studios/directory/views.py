"""The directory of liaison studios: the list, and a studio's page."""

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from studios.directory.filters import StudioFilter
from studios.models import Studio
from studios.permissions.access import ROLL_KEEPERS, directory_readers
from studios.permissions.roles import READERS
from studios.permissions.scope import scope_of
from studios.profile.views import studio_for

YEARS_SHOWN = 3


@require_safe
@directory_readers
def studio_list(request: StaffRequest) -> HttpResponse:
    """List the studios of the person's area, filtered."""
    rows = (
        Studio.objects.visible_to(request.user).select_related("township__county").prefetch_related("times")
    )
    chosen = StudioFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, chosen.qs.order_by("township_id", "name_pinyin", "id"))
    return render(
        request,
        "studios/list.html",
        {"filter": chosen, "page": page, "keeps": scope_of(request.user).has(*ROLL_KEEPERS)},
    )


@require_safe
@directory_readers
def studio_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the studio's facts, its deputies, and its latest assessment; its opinions are one link away."""
    studio = studio_for(request, pk)
    funding = studio.funding.values("year").annotate(total=Sum("amount")).order_by("-year")
    context = {
        "studio": studio,
        "deputies": studio.deputies.visible_to(request.user)
        .filter(active=True)
        .order_by("name_pinyin", "id"),
        "homes": studio.homes.filter(active=True).order_by("name_pinyin"),
        "funding": funding[:YEARS_SHOWN],
        "photos": studio.photos.all(),
        "assessment": studio.assessments.order_by("-in_force", "-opened_at").first(),
        "reads_opinions": scope_of(request.user).has(*READERS),
    }
    return render(request, "studios/detail.html", context)
