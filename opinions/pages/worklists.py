"""Desks where a role works through its pile: the triage desk, the handler's desk, and the page of any worklist."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lifecycle.statuses import TOLD, Status
from opinions.lists import worklists as kinds
from opinions.lists.access import readers_only, roles_required
from opinions.lists.progress import with_standing
from opinions.models import Event, JointPart, Opinion
from opinions.models.conditions import OpinionQuerySet
from opinions.triage import urgent
from opinions.triage.similarity import distinct_people, find_similar
from opinions.triage.suggestions import suggest
from opinions.workflow import deadlines
from studios.models import Role
from studios.permissions.scope import scope_of


@roles_required(Role.TRIAGE_OFFICER, Role.SUPERVISOR)
def triage_desk(request: StaffRequest) -> HttpResponse:
    """Show everything that waits for triage: what raised an urgent flag first, then the oldest. A supervisor without
    the officer's role sees the third rounds."""
    rows = _to_triage(request.user).order_by(F("flag__raised_at").asc(nulls_last=True), "registered_at", "id")
    page = paginate(request, rows)
    page.object_list = _suggested(page.object_list)
    return render(request, "opinions/triage_desk.html", {"page": page})


def _to_triage(user: User) -> OpinionQuerySet:
    scope = scope_of(user)
    mine = scope.rows(Opinion, Role.TRIAGE_OFFICER) | (scope.rows(Opinion, Role.SUPERVISOR) & Q(round__gt=2))
    rows = Opinion.objects.filter(mine, status=Status.REGISTERED).with_roles(user)
    return rows.select_related("county", "township", "category", "flag")


def _suggested(rows: Iterable[Opinion]) -> list[Any]:
    """Return the rows with everything that the desk shows of them, and if one click may route them."""
    rows = with_standing(suggest(rows), timezone.localdate())
    for row in rows:
        row.may_route = getattr(row, "as_supervisor" if row.round > 2 else "as_triage_officer", False)
        row.look_first = urgent.wants_a_look(row)
    return rows


def triage_row(user: User, opinion: Opinion) -> Any:
    """Return the opinion as a row of the person's triage desk; None if it is not there."""
    return next(iter(_suggested(_to_triage(user).filter(pk=opinion.pk))), None)


def with_own_part(rows: Sequence[Any], user: User, today: date) -> None:
    """Set on each row the `part` that the person's agency owes first (None: none); one query."""
    own = JointPart.objects.visible_to(user, "joint_handler").filter(opinion__in=rows, answered_at=None)
    first: dict[int, JointPart] = {}
    for part in own.order_by("due_on", "id"):
        first.setdefault(part.opinion_id, part)
    for row in rows:
        row.part = first.get(row.pk)
        if row.part:
            row.part.opinion = row
            row.part.colour = row.part.light(today)


@roles_required(Role.TRIAGE_OFFICER, Role.SUPERVISOR)
def alike_of(request: StaffRequest, number: str) -> HttpResponse:
    """Return a fragment: what may be the same matter as this opinion, and how many people report it."""
    opinion = _mine(request, number)
    found = find_similar(
        county=opinion.county_id,
        title=opinion.title,
        body=opinion.body,
        user=request.user,
        besides=opinion.pk,
    )
    people = distinct_people([opinion, *(one.opinion for one in found)])
    return render(
        request,
        "opinions/_alike_of.html",
        {"opinion": opinion, "found": found, "people": people, "told": TOLD},
    )


@roles_required(Role.TRIAGE_OFFICER, Role.SUPERVISOR)
@require_POST
def seen(request: StaffRequest, number: str) -> HttpResponse:
    """Record that a person has looked at what raised the urgent flag, and takes it on."""
    opinion = _mine(request, number)
    if urgent.see(opinion=opinion, by=request.user):
        messages.success(request, _("Noted: you have looked at %s.") % number)
    return redirect("opinions:triage_desk")


def _mine(request: StaffRequest, number: str) -> Opinion:
    rows = Opinion.objects.visible_to(request.user, Role.TRIAGE_OFFICER, Role.SUPERVISOR)
    return get_object_or_404(rows, number=number.replace("\0", ""))


TABS = [
    ("to_sign", _("To sign for"), kinds.BY_CODE["to_sign"].q),
    ("to_answer", _("In handling"), kinds.BY_CODE["to_answer"].q),
    ("to_acknowledge", _("Notices to reply to"), kinds.BY_CODE["to_acknowledge"].q),
]


@roles_required(Role.HANDLER)
def handling_desk(request: StaffRequest) -> HttpResponse:
    """Show the agency's own work in three tabs, and the parts it owes to others' in a fourth."""
    today = timezone.localdate()
    own = Opinion.objects.visible_to(request.user, Role.HANDLER)
    joint = kinds.BY_CODE["joint_parts"].rows(request.user, today)
    counts = own.aggregate(**{code: Count("pk", filter=q(today)) for code, _label, q in TABS})
    counts["joint"] = joint.count()
    tabs = [{"code": code, "label": label, "count": counts[code]} for code, label, _q in TABS]
    tabs.append({"code": "joint", "label": _("Joint handling"), "count": counts["joint"]})
    show = request.GET.get("show", "")
    if show not in counts:
        show = next((tab["code"] for tab in tabs if tab["count"]), "to_sign")
    if show == "joint":
        rows = joint
    else:
        order = "acknowledge_by_on" if show == "to_acknowledge" else "due_on"
        rows = own.filter(kinds.BY_CODE[show].q(today)).order_by(order, "id")
    rows = rows.select_related("township", "lead_agency", "category")
    rows = rows.with_roles(request.user).with_owed(request.user)
    page = paginate(request, rows)
    page.object_list = with_standing(page.object_list, today)
    if show == "joint":
        with_own_part(page.object_list, request.user, today)
    return render(request, "opinions/handling_desk.html", {"page": page, "tabs": tabs, "show": show})


@roles_required(Role.SUPERVISOR)
def extensions(request: StaffRequest) -> HttpResponse:
    """List every extension that is asked for, with its days and its reason, each with its decision."""
    today = timezone.localdate()
    rows = kinds.BY_CODE["extensions"].rows(request.user, today).with_roles(request.user)
    page = paginate(request, rows)
    page.object_list = with_standing(page.object_list, today)
    asked = Event.objects.filter(opinion__in=page.object_list, action="ask_extension").select_related("words")
    latest = {event.opinion_id: event for event in asked.order_by("sequence")}
    for row in page.object_list:
        row.asked, row.would_be = latest.get(row.pk), deadlines.due_with(row, row.extension_days)
    return render(request, "opinions/extensions.html", {"page": page})


@readers_only
def waiting(request: StaffRequest, what: str) -> HttpResponse:
    """Show the whole list behind one section of the home page."""
    kind = kinds.BY_CODE.get(what)
    if kind is None:
        raise Http404
    today = timezone.localdate()
    page = paginate(request, kind.rows(request.user, today))
    page.object_list = with_standing(page.object_list, today)
    return render(request, "opinions/waiting.html", {"page": page, "kind": kind})
