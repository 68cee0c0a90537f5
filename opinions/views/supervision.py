"""Supervision: what is late or about to be, county by county, down to each opinion."""

from django.shortcuts import render
from django.utils import timezone

from common.pagination import paginate
from opinions.forms.supervision import SupervisionFilter
from opinions.models import Opinion
from opinions.overview import SHOWN, figures_by_county, totals
from opinions.progress import with_standing
from studios.models import County, Role

from .access import roles_required


@roles_required(Role.SUPERVISOR, Role.COUNTY_OFFICIAL)
def overdue(request):
    today = timezone.localdate()
    mine = Opinion.objects.visible_to(request.user, Role.SUPERVISOR, Role.COUNTY_OFFICIAL)
    figures = figures_by_county(mine, today)
    counties = County.objects.visible_to(request.user, Role.SUPERVISOR, Role.COUNTY_OFFICIAL)
    show = request.GET.get("show") if request.GET.get("show") in SHOWN else "overdue"
    form = SupervisionFilter(request.GET, user=request.user, counties=counties)
    rows = form.narrow(mine.filter(SHOWN[show][1](today)))
    rows = (
        rows.select_related("county", "township", "lead_agency")
        .defer("body", "answer")
        .order_by("due_on", "id")
    )
    page = paginate(request, rows)
    page.object_list = with_standing(page.object_list, today)
    context = {
        "kinds": [(code, label) for code, (label, _q) in SHOWN.items()],
        "table": _table(counties, figures),
        "totals": totals(figures),
        "show": show,
        "label": SHOWN[show][0],
        "form": form,
        "active": form.active,
        "page": page,
    }
    return render(request, "supervision/overdue.html", context)


def _table(counties, figures):
    """A line for every county in sight, those without an open opinion too."""
    nothing = dict.fromkeys(("open", *SHOWN), 0)
    return [(county, figures.get(county.pk, nothing)) for county in counties]
