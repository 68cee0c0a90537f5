"""The pages about studios as a whole: the overview, the records behind each figure, and, where wanted, the points."""

from datetime import date

from django.db.models import Case, IntegerField, Model, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lists.access import roles_required
from reports.figures.areas import Place, place_of
from reports.studios.figures import FIGURES, AsOf, in_force_on, rows_of
from reports.studios.overview import overview
from studios.models import Assessment, CountyChoice, Funding, Role, Studio, Township
from studios.models.criteria import HAVES
from studios.permissions.roles import OVERSEERS

overview_readers = roles_required(*OVERSEERS, Role.CLERK)
ORDER: dict[type[Model], tuple[str, ...]] = {
    Township: ("code",),
    Studio: ("place", "name_pinyin", "id"),
    Funding: ("-year", "place", "studio", "source"),
}
WITH: dict[type[Model], tuple[str, ...]] = {
    Township: ("county",),
    Studio: ("township__county",),
    Funding: ("studio__township__county", "township__county"),
}
TEMPLATES: dict[type[Model], str] = {Township: "townships", Studio: "studios", Funding: "funding"}


def _place(request: StaffRequest) -> Place:
    chosen = request.GET
    return place_of(request.user, county=chosen.get("county", ""), township=chosen.get("township", ""))


def read_day(value: str) -> date | None:
    """Return the day written as 2015-11-30; None for anything else."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def day_asked(request: StaffRequest, name: str) -> date:
    """Return the day that is asked for, today at the latest; today where none is."""
    today = timezone.localdate()
    return min(read_day(request.GET.get(name, "")) or today, today)


@require_safe
@overview_readers
def studios(request: StaffRequest) -> HttpResponse:
    """Show the overview of studios, as of today or an earlier day."""
    context = overview(request.user, _place(request), day_asked(request, "on"), timezone.localdate())
    return render(request, "reports/studios.html", context)


@require_safe
@overview_readers
def records(request: StaffRequest, figure: str) -> HttpResponse:
    """List the rows that a figure of the overview counted."""
    if figure not in FIGURES:
        raise Http404
    place, shown, on = _place(request), FIGURES[figure], day_asked(request, "on")
    at = AsOf(on, read_day(request.GET.get("since", "")))
    rows = rows_of(figure, at, request.user, **place.parameters)
    rows = rows.select_related(*WITH[shown.of]).order_by(*ORDER[shown.of])
    page = paginate(request, rows)
    in_force = {}
    if shown.of is Studio:
        found = in_force_on(on).filter(studio__in=[row.pk for row in page])
        in_force = {assessment.studio_id: assessment for assessment in found}
    context = {
        "figure": shown,
        "place": place,
        "on": on,
        "today": timezone.localdate(),
        "page": page,
        "in_force": in_force,
        "table": f"reports/_records_{TEMPLATES[shown.of]}.html",
    }
    return render(request, "reports/studio_records.html", context)


@require_safe
@overview_readers
def ranking(request: StaffRequest) -> HttpResponse:
    """Show points and their order, in a county whose office has switched them on; elsewhere 404."""
    place = _place(request)
    get_object_or_404(CountyChoice, pk=place.county.pk if place.county else None, ranks_studios=True)
    points = sum(
        Case(When(**{f"has_{have}": True}, then=Value(1)), default=Value(0), output_field=IntegerField())
        for have in HAVES
    )
    rows = Assessment.objects.visible_to(request.user).filter(in_force=True, studio__active=True)
    rows = rows.filter(studio__township__county=place.county).select_related("studio__township")
    ranked = rows.annotate(points=points).order_by("-points", "studio__name_pinyin", "studio")
    return render(request, "reports/ranking.html", {"place": place, "page": paginate(request, ranked)})
