"""The pages about studios as a whole: the overview, the records behind each figure, and, where wanted, the points."""

from django.db.models import Case, IntegerField, Model, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lists.access import roles_required
from reports.figures.areas import Place, place_of
from reports.studios.figures import FIGURES, rows_of
from reports.studios.overview import overview
from studios.models import Assessment, CountyChoice, Funding, Role, Studio, Township
from studios.models.criteria import HAVES
from studios.permissions.roles import OVERSEERS

overview_readers = roles_required(*OVERSEERS, Role.CLERK)
ORDER: dict[type[Model], tuple[str, ...]] = {
    Township: ("code",),
    Studio: ("township", "name_pinyin", "id"),
    Funding: ("-year", "studio", "source"),
}
WITH: dict[type[Model], tuple[str, ...]] = {
    Township: ("county",),
    Studio: ("township__county",),
    Funding: ("studio__township__county",),
}
TEMPLATES: dict[type[Model], str] = {Township: "townships", Studio: "studios", Funding: "funding"}


def _place(request: StaffRequest) -> Place:
    chosen = request.GET
    return place_of(request.user, county=chosen.get("county", ""), township=chosen.get("township", ""))


@require_safe
@overview_readers
def studios(request: StaffRequest) -> HttpResponse:
    """Show the overview of studios."""
    context = overview(request.user, _place(request), timezone.localdate())
    return render(request, "reports/studios.html", context)


@require_safe
@overview_readers
def records(request: StaffRequest, figure: str) -> HttpResponse:
    """List the rows that a figure of the overview counted."""
    if figure not in FIGURES:
        raise Http404
    place, shown = _place(request), FIGURES[figure]
    rows = rows_of(figure, timezone.localdate(), request.user, **place.parameters)
    rows = rows.select_related(*WITH[shown.of]).order_by(*ORDER[shown.of])
    page = paginate(request, rows)
    in_force = {}
    if shown.of is Studio:
        found = Assessment.objects.filter(studio__in=[row.pk for row in page], in_force=True)
        in_force = {assessment.studio_id: assessment for assessment in found}
    context = {
        "figure": shown,
        "place": place,
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
