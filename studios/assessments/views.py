"""The pages of assessments: a studio's rounds, one assessment with its arithmetic, its actions and findings."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import StaffRequest
from common.ui.forms import LiaisonFormHelper
from common.ui.pagination import paginate
from studios.assessments import findings, judging, measures, services
from studios.assessments.forms import ActionForm, MendForm, SettleForm, form_for
from studios.errors import Refused, Stale
from studios.models import Assessment, Finding
from studios.models.assessment_states import ACTIONS, CLERK, COUNTY, Action, available, refusal, who
from studios.models.criteria import COMPUTED, Criterion
from studios.permissions.access import directory_readers
from studios.permissions.scope import roles_over
from studios.profile.views import studio_for

STEP_LABELS = {
    "open": gettext_lazy("began the self-check"),
    "mend": gettext_lazy("reported a finding as corrected"),
    "settle": gettext_lazy("accepted the correction"),
    "insist": gettext_lazy("gave another day to correct it"),
}


@directory_readers
def rounds(request: StaffRequest, pk: int) -> HttpResponse:
    """List a studio's assessments, the newest first; its staff begin one here."""
    studio = studio_for(request, pk)
    if request.method == "POST":
        if not studio.may_edit:
            raise PermissionDenied
        try:
            assessment = services.open_assessment(pk, by=request.user)
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect("studios:rounds", pk)
        return redirect("studios:assessment", assessment.pk)
    page = paginate(request, studio.assessments.order_by("-opened_at", "-id"))
    return render(request, "studios/assessments/rounds.html", {"studio": studio, "page": page})


def assessment_for(request: StaffRequest, pk: int) -> Assessment:
    """Return the assessment with the person's roles over it; 404 outside their scope."""
    rows = Assessment.objects.visible_to(request.user).with_roles(request.user)
    return get_object_or_404(rows.select_related("studio__township__county"), pk=pk)


@directory_readers
def assessment(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one assessment with its arithmetic, findings and steps."""
    return _page(request, assessment_for(request, pk))


@directory_readers
def act(request: StaffRequest, pk: int, action: str) -> HttpResponse:
    """Take one action: its form next to the assessment; 409 when somebody was first or it is not possible now."""
    assessment = assessment_for(request, pk)
    if action not in ACTIONS:
        raise Http404
    if not who(ACTIONS[action], assessment.state) & roles_over(assessment):
        raise PermissionDenied
    if reason := refusal(ACTIONS[action], assessment.state):
        messages.warning(request, reason)
        return _page(request, assessment, status=409)
    form = form_for(action)(request.POST if request.method == "POST" else None, assessment=assessment)
    if not form.is_bound or not form.is_valid():
        return _page(request, assessment, form, status=422 if form.is_bound else 200)
    try:
        if action == "check" and request.POST.get("then") == "submit":
            action = "submit"
        function = getattr(services, action)
        function(pk, by=request.user, version=form.cleaned_data["version"], **form.arguments())
    except Stale as stale:
        return _stale(request, action, stale)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _page(request, assessment, form, status=422)
    messages.success(
        request, _("Done: %s.") % ACTIONS[action].label, extra_tags=f"draft:assessment-{pk}-{form.code}"
    )
    return redirect("studios:assessment", pk)


def _stale(request: StaffRequest, action: str, stale: Stale) -> HttpResponse:
    """Show all that was typed, on top of what is saved now; sent again it counts, if it is still possible."""
    assessment = assessment_for(request, stale.row.pk)
    if reason := refusal(ACTIONS[action], assessment.state):
        messages.warning(request, reason)
        return _page(request, assessment, status=409)
    data = request.POST.copy()
    data["version"] = str(assessment.version)
    lost = _("Nothing you typed is lost; send it again if it still holds.")
    messages.warning(request, f"{stale} {lost}")
    return _page(request, assessment, form_for(action)(data, assessment=assessment), status=409)


def _page(
    request: StaffRequest, assessment: Assessment, form: ActionForm | None = None, status: int = 200
) -> HttpResponse:
    roles = roles_over(assessment)
    lines, measured = judging.lines_of(assessment), assessment.measured
    if not assessment.judged or assessment.state == "checking":
        lines, measured = _live(assessment)
    if form is None and CLERK in roles and assessment.state == "checking":
        form = form_for("check")(None, assessment=assessment)
    if form is not None:
        form.helper = LiaisonFormHelper(form, form_tag=False)
    checks = list(assessment.checks.select_related("photo"))
    context = {
        "assessment": assessment,
        "studio": assessment.studio,
        "form": form,
        "actions": _offered(assessment, roles, form),
        "groups": [
            (have, label, [row for row in checks if row.have == have])
            for have, label in Criterion.choices
            if have not in COMPUTED
        ],
        "computed": [
            (
                have,
                Criterion(have).label,
                measures.verdict(have, lines),
                [line for line in lines if line.have == have],
            )
            for have in COMPUTED
        ],
        "measured": measured,
        "findings": judging.findings_of(assessment).select_related("found_by", "assessment"),
        "steps": _steps(assessment),
        "today": timezone.localdate(),
        "may_mend": CLERK in roles,
        "may_settle": bool(COUNTY & roles),
    }
    return render(request, "studios/assessments/assessment.html", context, status=status)


def _offered(assessment: Assessment, roles: set[str], form: ActionForm | None) -> list[Action]:
    """Return the actions that have a button above: without that of the form, and without submitting next to the
    self-check, whose own button submits what is ticked off on the page."""
    left_out = {form.code, "submit" if form.code == "check" else ""} if form else set()
    if not assessment.in_force or not assessment.measured_by_former_rule:
        left_out.add("correct")
    return [action for action in available(assessment.state, roles) if action.code not in left_out]


def _steps(assessment: Assessment) -> list[dict[str, Any]]:
    """Return the steps, the newest first, each with how the assessment stood after it."""
    labels = STEP_LABELS | {code: action.label for code, action in ACTIONS.items()}
    rows = []
    for step in assessment.steps.order_by("-id"):
        kept = step.kept or {}
        met = [
            (Criterion(have).label, value) for have, value in kept.get("met", {}).items() if value is not None
        ]
        missing = [text for _have, text, there, _evidence in kept.get("checks", []) if not there]
        rows.append(
            {"step": step, "label": labels.get(step.action, step.action), "met": met, "missing": missing}
        )
    return rows


def _live(assessment: Assessment) -> tuple[list[measures.Line], dict[str, Any]]:
    """Return what the records say now, before it is submitted and kept."""
    studio = assessment.studio
    measured = measures.measure([studio.pk], timezone.localdate())[studio.pk]
    bounds = judging.bounds_for(judging.items_for(studio.township.county_id))
    return measures.lines(measured, bounds), measured.as_numbers()


FINDING_FORMS: dict[str, tuple[type[MendForm | SettleForm], frozenset[str]]] = {
    "mend": (MendForm, frozenset([CLERK])),
    "settle": (SettleForm, COUNTY),
}


@directory_readers
def finding(request: StaffRequest, pk: int, action: str) -> HttpResponse:
    """Report a finding as corrected (the studio), or accept it or give another day (the county)."""
    rows = Finding.objects.visible_to(request.user).with_roles(request.user)
    row = get_object_or_404(rows.select_related("assessment__studio__township__county"), pk=pk)
    if action not in FINDING_FORMS:
        raise Http404
    form_class, roles = FINDING_FORMS[action]
    if not roles_over(row) & roles:
        raise PermissionDenied
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            arguments = form.arguments()
            service: Callable[..., Finding] = findings.mend if action == "mend" else findings.settle
            service(pk, by=request.user, **arguments)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("studios:assessment", row.assessment_id)
    form.helper = LiaisonFormHelper(form)
    context = {"finding": row, "assessment": row.assessment, "studio": row.assessment.studio, "form": form}
    return render(request, "studios/assessments/finding.html", context, status=422 if form.is_bound else 200)
