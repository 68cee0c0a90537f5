"""The escalation policy of a county: what is in force, who changed it when and why, and the form to change it."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lists.access import roles_required
from opinions.models import EscalationChange
from opinions.supervision import escalation
from opinions.supervision.escalation_text import LevelText
from opinions.supervision.forms.escalation import ChangeForm, LevelFormSet, PolicyFormSet
from studios.models import County, Role
from studios.permissions.access import over_a_prefecture

LOOKERS = (Role.SUPERVISOR, Role.COUNTY_OFFICIAL, Role.ADMINISTRATOR)


def _asked(request: StaffRequest) -> tuple[County | None, list[County], bool]:
    """Return the county (None: the default policy), the counties to choose from, and if the policy may be changed."""
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
def ladder(request: StaffRequest) -> HttpResponse:
    """Show the policy of a county or the default one, and change it."""
    county, counties, may_change = _asked(request)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        return _change(request, county, counties)
    return _page(request, county, counties, *(_forms(county) if may_change else (None, None)))


def _forms(county: County | None) -> tuple[LevelFormSet, ChangeForm]:
    """Return forms that hold what is in force: a county without its own policy starts from the default."""
    levels = escalation.facts(escalation.own_levels(county) or escalation.own_levels(None))
    last = escalation.last_change(county)
    return PolicyFormSet(initial=levels), ChangeForm(initial={"seen": last.pk if last else 0})


def _change(request: StaffRequest, county: County | None, counties: list[County]) -> HttpResponse:
    levels, change = PolicyFormSet(request.POST), ChangeForm(request.POST)
    back = "general" in request.POST  # the county returns to the default
    if not change.is_valid() or not (back or levels.is_valid()):
        return _page(request, county, counties, levels, change, status=422)
    filled = [] if back else levels.levels
    facts = None if back else [level for _place, level in filled]
    try:
        done = escalation.set_policy(county=county, levels=facts, by=request.user, **change.cleaned_data)
    except escalation.PolicyChanged as stale:
        return _stale(request, county, counties, levels, change, stale)
    except escalation.PolicyRefused as refused:
        place = change if refused.level is None else levels.forms[filled[refused.level][0]]
        place.add_error(refused.field or None, refused.message)
        return _page(request, county, counties, levels, change, status=422)
    messages.success(
        request, _("The escalation policy was changed.") if done else _("It was like this already.")
    )
    return redirect(_url(county))


def _stale(
    request: StaffRequest,
    county: County | None,
    counties: list[County],
    levels: LevelFormSet,
    change: ChangeForm,
    stale: escalation.PolicyChanged,
) -> HttpResponse:
    """Show what was typed with the newer policy above it; sent again, it is taken."""
    last = escalation.last_change(county)
    data = cast(QueryDict, change.data).copy()
    data["seen"] = str(last.pk if last else 0)
    change.data = data
    change.add_error(None, stale.message)
    return _page(request, county, counties, levels, change, status=409)


def _url(county: County | None) -> str:
    return reverse("supervision:ladder") + (f"?county={county.pk}" if county else "")


def _page(
    request: StaffRequest,
    county: County | None,
    counties: list[County],
    levels: LevelFormSet | None,
    change: ChangeForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    own = escalation.own_levels(county)
    page = paginate(request, EscalationChange.objects.filter(county=county), per_page=10)
    for row in page.object_list:
        row.texts = [LevelText.of(level) for level in row.rungs]
    context = {
        "county": county,
        "counties": counties,
        "own": bool(own),
        "in_force": [LevelText.of(level) for level in escalation.facts(own or escalation.own_levels(None))],
        "levels": levels,
        "change": change,
        "page": page,
    }
    return render(request, "opinions/supervision/escalation.html", context, status=status)
