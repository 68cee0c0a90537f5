"""The supervision ladder: as it stands in a county, who changed it when and why, and the way to change it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.ui.pagination import paginate
from opinions.lists.access import roles_required
from opinions.models import EscalationChange
from opinions.supervision import escalation as ladders
from opinions.supervision.escalation_text import LevelText
from opinions.supervision.forms.escalation import ChangeForm, LadderFormSet
from studios.models import County, Role
from studios.permissions.access import over_a_prefecture

LOOKERS = (Role.SUPERVISOR, Role.COUNTY_OFFICIAL, Role.ADMINISTRATOR)


def _asked(request):
    """(the county or None for the general ladder, the counties there are to choose from, whether it may be changed)."""
    counties = list(County.objects.visible_to(request.user, *LOOKERS).order_by("code"))
    code = request.GET.get("county", "")
    if not code:
        return None, counties, over_a_prefecture(request.user)
    county = next((one for one in counties if one.pk == code), None)
    if county is None:
        raise Http404
    mine = County.objects.visible_to(request.user, Role.ADMINISTRATOR)
    return county, counties, mine.filter(pk=code).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*LOOKERS)
def ladder(request):
    county, counties, may_change = _asked(request)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        return _change(request, county, counties)
    return _page(request, county, counties, *(_forms(county) if may_change else (None, None)))


def _forms(county):
    """Forms that hold what is in force: a county without its own starts from the general ladder."""
    rungs = ladders.facts(ladders.own_levels(county) or ladders.own_levels(None))
    last = ladders.last_change(county)
    return LadderFormSet(initial=rungs), ChangeForm(initial={"seen": last.pk if last else 0})


def _change(request, county, counties):
    rungs, change = LadderFormSet(request.POST), ChangeForm(request.POST)
    back = "general" in request.POST  # the county gives its own ladder up
    if not change.is_valid() or not (back or rungs.is_valid()):
        return _page(request, county, counties, rungs, change, status=422)
    laid = [] if back else rungs.rungs
    facts = None if back else [rung for _place, rung in laid]
    try:
        done = ladders.set_policy(county=county, rungs=facts, by=request.user, **change.cleaned_data)
    except ladders.PolicyChanged as stale:
        return _stale(request, county, counties, rungs, change, stale)
    except ladders.PolicyRefused as refused:
        place = change if refused.rung is None else rungs.forms[laid[refused.rung][0]]
        place.add_error(refused.field or None, refused.message)
        return _page(request, county, counties, rungs, change, status=422)
    messages.success(request, _("The ladder was changed.") if done else _("It stood like this already."))
    return redirect(_url(county))


def _stale(request, county, counties, rungs, change, stale):
    """Nothing typed is lost; sent again, it counts."""
    last = ladders.last_change(county)
    change.data = change.data.copy()
    change.data["seen"] = last.pk
    change.add_error(None, stale.message)
    return _page(request, county, counties, rungs, change, status=409)


def _url(county) -> str:
    return reverse("supervision:ladder") + (f"?county={county.pk}" if county else "")


def _page(request, county, counties, rungs, change, *, status=200):
    own = ladders.own_levels(county)
    page = paginate(request, EscalationChange.objects.filter(county=county), per_page=10)
    for row in page.object_list:
        row.laid = [LevelText.of(rung) for rung in row.rungs]
    context = {
        "county": county,
        "counties": counties,
        "own": bool(own),
        "standing": [LevelText.of(rung) for rung in ladders.facts(own or ladders.own_levels(None))],
        "rungs": rungs,
        "change": change,
        "page": page,
    }
    return render(request, "opinions/supervision/escalation.html", context, status=status)
