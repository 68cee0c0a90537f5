"""The guided change of townships: choose, look at exactly what moves, confirm. And what was changed before."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from studios.areas import changes, undoing
from studios.areas.change_handlers import HANDLERS, Move
from studios.areas.forms import ChangeForm, MergeForm, RenameForm, SplitForm, UndoForm
from studios.errors import Refused, Stale
from studios.models import AreaChange, County, Role, Township
from studios.permissions.access import administrators_only, directory_readers
from studios.permissions.scope import scope_of

KINDS: dict[str, tuple[type[ChangeForm], Callable[..., AreaChange], Promise]] = {
    "merge": (MergeForm, changes.merge, gettext_lazy("Merge townships")),
    "rename": (RenameForm, changes.rename, gettext_lazy("Rename a township")),
    "split": (SplitForm, changes.split, gettext_lazy("Split a township")),
}


@require_safe
@directory_readers
def change_list(request: StaffRequest) -> HttpResponse:
    """List the changes of the person's area, newest first."""
    rows = AreaChange.objects.visible_to(request.user).select_related("county", "by", "undone").defer("kept")
    page = paginate(request, rows.order_by("-at", "-id"))
    context = {"page": page, "may_change": scope_of(request.user).has(Role.ADMINISTRATOR), "kinds": KINDS}
    return render(request, "studios/changes.html", context)


@require_safe
@directory_readers
def change_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one change: what it moved, and by which decree."""
    change = get_object_or_404(
        AreaChange.objects.visible_to(request.user).select_related("county", "by", "undone", "undoes"), pk=pk
    )
    labels = {handler.code: handler.label for handler in HANDLERS}
    moved = [(labels.get(code, code), count) for code, count in change.moved.items()]
    context = {"change": change, "moved": moved, "may_undo": undoing.may_undo(change, request.user)}
    return render(request, "studios/change.html", context)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what goes back when a merger is undone, and with a reason undo it."""
    mine = AreaChange.objects.visible_to(request.user, Role.ADMINISTRATOR).select_related("county")
    change = get_object_or_404(mine, pk=pk)
    if done := AreaChange.objects.filter(undoes=change).first():
        messages.info(request, _("This was done before; nothing was done twice."))
        return redirect("studios:change", done.pk)
    form = UndoForm(request.POST or None, change=change)
    context: dict[str, Any] = {"change": change, "form": form}
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            seen = request.POST.get("expect", "")
            done = undoing.undo(change, by=request.user, expect=seen, **form.arguments())
        except Stale as stale:
            context["stale"], status = stale.message, 409
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Done: %s.") % done)
            return redirect("studios:change", done.pk)
    try:
        moves = undoing.moves_back(change)
    except Refused as refused:
        return render(request, "studios/undo.html", context | {"refused": refused.message})
    context["moves"] = [(move.to, changes.preview(move)) for move in moves]
    context["expect"] = changes.fingerprint(*moves)
    return render(request, "studios/undo.html", context, status=status)


@administrators_only
def change(request: StaffRequest, kind: str) -> HttpResponse:
    """Guide through one kind of change: which county (and, to split, which township), the form, the preview, the
    change."""
    if kind not in KINDS:
        raise Http404
    form_class, function, title = KINDS[kind]
    asked = request.POST if request.method == "POST" else request.GET
    counties = _counties(request.user)
    county = counties[0] if len(counties) == 1 else _pick(counties, asked.get("county"))
    context: dict[str, Any] = {"kind": kind, "title": title, "counties": counties, "county": county}
    more = {}
    if county and kind == "split":
        context["townships"] = Township.objects.filter(county=county, counted=True).current().order_by("code")
        context["township"] = _pick(list(context["townships"]), asked.get("township"))
        more = {"township": getattr(context["township"], "pk", "")}
    if not county or (kind == "split" and not context["township"]):
        return render(request, "studios/change_where.html", context)
    form = form_class(request.POST if request.method == "POST" else None, county=county.pk, **more)
    context["form"] = form
    if "confirm" in request.POST and (done := _done_before(form, kind)):
        messages.info(request, _("This was done before; nothing was done twice."))
        return redirect("studios:change", done.pk)
    if request.method != "POST" or "again" in request.POST or not form.is_valid():
        status = 422 if form.is_bound and "again" not in request.POST else 200
        return render(request, "studios/change_form.html", context, status=status)
    return _preview_or_do(request, context, function)


def _done_before(form: ChangeForm, kind: str) -> AreaChange | None:
    """Return the change that a second click asks for again: its townships have ended, so that the form alone could
    only call them no choice."""
    if form.is_valid() or not {"on", "decree"} <= form.cleaned_data.keys():
        return None
    data = cast(QueryDict, form.data)  # the form is bound to a request
    wanted = set(data.getlist("away") or data.getlist("township"))
    decree = {name: form.cleaned_data[name] for name in ("on", "decree")}
    for change in AreaChange.objects.standing().filter(county=form.county, kind=kind, **decree):
        if wanted and wanted <= {unit["code"] for unit in change.before}:
            return change
    return None


def _preview_or_do(
    request: StaffRequest, context: dict[str, Any], function: Callable[..., AreaChange]
) -> HttpResponse:
    form, kind = context["form"], context["kind"]
    arguments = form.arguments() | {"decree": form.decree_by(request.user)}
    expect = request.POST.get("expect", "")
    try:
        if "confirm" in request.POST:
            seen = {"expect": expect} if kind != "rename" else {}
            done = function(**arguments, **seen)
            messages.success(request, _("Done: %s.") % done)
            return redirect("studios:change", done.pk)
        context |= _dry_run(function, arguments)
    except Stale as stale:
        context |= _dry_run(function, arguments) | {"stale": stale.message}
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return render(request, "studios/change_form.html", context, status=422)
    return render(request, "studios/change_preview.html", context, status=409 if "stale" in context else 200)


def _dry_run(function: Callable[..., AreaChange], arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what would move, and the change as it would be recorded: it is made and rolled back, so that whatever
    would refuse it refuses it now."""
    move = _move_of(arguments)
    with transaction.atomic():
        outcome: dict[str, Any] = {
            "shown": changes.preview(move) if move else [],
            "expect": changes.fingerprint(move) if move else "",
        }
        outcome["change"] = function(**arguments)
        transaction.set_rollback(True)
    return outcome


def _move_of(arguments: dict[str, Any]) -> Move | None:
    """Return the move to preview, without its goal: which rows leave does not depend on it."""
    if "away" in arguments:
        return Move(tuple(sorted(arguments["away"])), None)  # type: ignore[arg-type]  # see above
    if "new" in arguments:
        chosen = {name: tuple(arguments[name]) for name in ("studios", "villages", "accounts")}
        return Move((arguments["township"],), None, whole=False, **chosen)  # type: ignore[arg-type]
    return None


def _counties(user: User) -> list[County]:
    whole = [prefix for prefix in scope_of(user).prefixes(Role.ADMINISTRATOR) if len(prefix) <= 6]
    rows = County.objects.visible_to(user, Role.ADMINISTRATOR).current()
    return [county for county in rows if county.pk.startswith(tuple(whole))] if whole else []


def _pick(areas: Iterable[Any], code: str | None) -> Any:
    if not code:
        return None
    for area in areas:
        if area.pk == code:
            return area
    raise Http404
