"""The term transition of the register of deputies: previewed first, then done, or planned for its day."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import StaffRequest
from common.templatetags.liaison import localdate_long
from common.text.digits import number
from deputies.activities.access import Refused, Stale
from deputies.models import PlannedTransition, Term
from deputies.register_access import KEEPERS
from deputies.roll import planned_transitions as planned
from deputies.roll import transition_preview as changing
from deputies.roll.forms.term_transition import TermForm
from studios.models import County, Township
from studios.permissions.access import roles_required

keepers_only = roles_required(*KEEPERS)


@keepers_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_over(request: StaffRequest) -> HttpResponse:
    """Begin a new term: which one (GET), then who goes and to whom the shifts go, the preview, and the deed (POST)."""
    terms = changing.terms_of(request.user)
    form = TermForm(request.POST or (request.GET or None), terms=terms, names=_names(terms))
    if not form.is_bound or not form.is_valid():
        return _first_page(request, form, status=422 if form.is_bound else 200)
    wanted = form.cleaned_data
    going = _going(request.POST) if request.method == "POST" else _planned_going(wanted["term"])
    step = request.POST.get("step", "choose")
    try:
        if step == "do":
            made = planned.enter(
                going=going, by=request.user, seen=request.POST.get("seen", ""), request=request, **wanted
            )
            messages.success(request, _said(made))
            return redirect("deputies:list" if isinstance(made, Term) else "deputies:change_over")
        change = changing.propose(going=going, **wanted)
    except Stale as stale:
        change = changing.propose(going=going, **wanted)
        return _change_page(request, form, change, going, preview=True, problem=str(stale), status=409)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _first_page(request, form, status=422)
    return _change_page(request, form, change, going, preview=step == "preview")


def _said(made: Term | PlannedTransition) -> str:
    if isinstance(made, Term):
        return _("The term transition is done: %s has begun.") % made
    return _("The term transition is planned for %s. Until then nothing changes.") % localdate_long(
        made.starts_on
    )


def _first_page(request: StaffRequest, form: TermForm, *, status: int) -> HttpResponse:
    """Show what is planned, and ask which term ends."""
    plans = list(planned.planned_for(request.user))
    names = _names(plan.term for plan in plans)
    rows = [{"plan": plan, "area": names.get(plan.term.area_code, "")} for plan in plans]
    context = {"form": form, "any": changing.terms_of(request.user).exists(), "plans": rows}
    return render(request, "deputies/change_over.html", context, status=status)


@keepers_only
@require_POST
def withdraw_plan(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a planned term transition; what was done or withdrawn already is said so."""
    try:
        planned.withdraw(pk, by=request.user, request=request)
    except PlannedTransition.DoesNotExist:
        messages.info(request, _("This term transition is no longer planned."))
    else:
        messages.success(request, _("The planned term transition is withdrawn. Nothing has changed."))
    return redirect("deputies:change_over")


def _change_page(
    request: StaffRequest,
    form: TermForm,
    change: changing.TermTransition,
    going: dict[int, int | None],
    *,
    preview: bool,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    seats = changing.seats_of(change.term)
    successors = [*(mandate.deputy for mandate in seats), *change.newcomers]
    rows = [{"mandate": m, "goes": m.deputy_id in going, "successor": going.get(m.deputy_id)} for m in seats]
    context = {
        "form": form,
        "any": True,
        "change": change,
        "rows": rows,
        "successors": successors,
        "preview": preview,
        "ahead": change.starts_on > timezone.localdate(),
    }
    return render(request, "deputies/change_over.html", context | {"problem": problem}, status=status)


def _going(data: QueryDict) -> dict[int, int | None]:
    """Return the deputies ticked as leaving, each with the chosen successor."""
    keys = [number(key) for key in data.getlist("goes")] if data else []
    return {key: number(data.get(f"successor-{key}", "")) for key in keys if key is not None}


def _planned_going(term: Term) -> dict[int, int | None]:
    """Return who leaves by what is planned for the term, to be looked at or changed; nobody where nothing is."""
    plan = PlannedTransition.objects.filter(term=term).first()
    return planned.still_going(plan, term) if plan else {}


def _names(terms: Iterable[Term]) -> dict[str, str]:
    codes = [term.area_code for term in terms]
    rows: list[County | Township] = [
        *County.objects.filter(pk__in=codes),
        *Township.objects.filter(pk__in=codes),
    ]
    return {row.pk: row.name for row in rows}
