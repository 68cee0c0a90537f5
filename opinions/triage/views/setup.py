"""Pages for those who set what triage decides by: routing rules with their dry runs, and the versions of the model."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lifecycle.errors import Refused
from opinions.lists.access import roles_required
from opinions.models import RoutingRule, TrainedModel, UrgentSignal
from opinions.triage import rule_trial
from opinions.triage.classifier import versions
from studios.models import Role
from studios.permissions.scope import scope_of

editors_only = roles_required(*rule_trial.EDITORS)
administrators_only = roles_required(Role.ADMINISTRATOR)
FEW = 1_000  # decisions: learned from fewer, the figures still change a lot from one version to the next


@editors_only
def rules(request: StaffRequest) -> HttpResponse:
    """List the routing rules and urgent signals of the person's counties."""
    rows = RoutingRule.objects.visible_to(request.user, *rule_trial.EDITORS)
    rows = rows.select_related("county", "agency", "category", "township").order_by(
        "county", "position", "id"
    )
    page = paginate(request, rows)
    signals = UrgentSignal.objects.visible_to(request.user, *rule_trial.EDITORS).filter(active=True)
    context = {
        "page": page,
        "signals": signals.select_related("county"),
        "may_change": scope_of(request.user).has(Role.ADMINISTRATOR),
        "may_try": scope_of(request.user).has(*rule_trial.TRIERS),
    }
    return render(request, "opinions/triage/rules.html", context)


@editors_only
@require_POST
def rule(request: StaffRequest, pk: int, do: str) -> HttpResponse:
    """Run a rule on past decisions (`do` “try”), let it decide (“live”), or stop it (“off”)."""
    try:
        if do == "try":
            if not scope_of(request.user).has(*rule_trial.TRIERS):
                raise PermissionDenied
            found = rule_trial.try_out(pk, by=request.user, request=request)
            said = _(
                "This would have routed %(agreed)d of the %(fits)d as people did, out of %(past)d opinions."
            )
            messages.success(request, said % {"agreed": found.agreed, "fits": found.fits, "past": found.past})
        elif do in ("live", "off"):
            rule_trial.switch(pk, by=request.user, live=do == "live", request=request)
            messages.success(
                request, _("The rule decides from now on.") if do == "live" else _("Taken back.")
            )
        else:
            raise Http404
    except RoutingRule.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("opinions:triage_rules")


@editors_only
def models(request: StaffRequest) -> HttpResponse:
    """List the versions of the model, with their figures and the trainings that run."""
    rows = TrainedModel.objects.visible_to(request.user, *rule_trial.EDITORS).select_related("asked_by")
    page = paginate(request, rows)
    prefectures = {
        prefix[:4] for prefix in scope_of(request.user).prefixes(Role.ADMINISTRATOR) if len(prefix) == 4
    }
    deciding = next((row for row in page.object_list if row.active), None)
    context = {
        "page": page,
        "few": deciding if deciding and deciding.figures.get("examples", 0) < FEW else None,
        "prefectures": sorted(prefectures),
        "at_work": any(row.at_work for row in page.object_list),
        "precision": round(100 * settings.TRIAGE_PRECISION),
    }
    return render(request, "opinions/triage/models.html", context)


def _prefecture(request: StaffRequest, code: str) -> str:
    """Return `code` if the person administers that prefecture; raises Http404 otherwise."""
    if code not in {p for p in scope_of(request.user).prefixes(Role.ADMINISTRATOR) if len(p) == 4}:
        raise Http404
    return code


@administrators_only
@require_POST
def train(request: StaffRequest) -> HttpResponse:
    """Ask for a training of the prefecture's model."""
    row = versions.ask(prefecture=_prefecture(request, request.POST.get("prefecture", "")), by=request.user)
    messages.info(request, _("Version %d was asked for; this page shows how far it is.") % row.number)
    return redirect("opinions:triage_models")


@administrators_only
@require_POST
def activate(request: StaffRequest, pk: int) -> HttpResponse:
    """Let this version decide: also the way back to an earlier one."""
    rows = TrainedModel.objects.filter(state=TrainedModel.State.READY)
    row = get_object_or_404(rows, pk=pk)
    _prefecture(request, row.prefecture)
    try:
        versions.activate(model=row, by=request.user, request=request)
    except ValueError:
        messages.error(request, _("The file of this version is gone or was changed; it cannot decide."))
    else:
        messages.success(request, _("Version %d decides from now on.") % row.number)
    return redirect("opinions:triage_models")


@administrators_only
@require_POST
def rest(request: StaffRequest) -> HttpResponse:
    """Let no version decide any more."""
    versions.deactivate(
        prefecture=_prefecture(request, request.POST.get("prefecture", "")), by=request.user, request=request
    )
    messages.success(request, _("No model decides now; keywords and people do."))
    return redirect("opinions:triage_models")
