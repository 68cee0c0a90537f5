"""Supervision: what is late or about to be, down to each opinion, and the notices that are sent from there."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lists.access import roles_required
from opinions.models import BulkNotice, BulkTarget
from opinions.supervision import bulk_notices
from opinions.supervision.bulk_recipients import ADDRESSED, with_addressees
from opinions.supervision.dashboard import Board, with_notices
from opinions.supervision.figures import SHOWN
from opinions.supervision.forms.overview import OVERSEEING, BulkForm
from studios.models import Role
from studios.permissions.scope import scope_of

Outcome = BulkTarget.Outcome
NAMED = 100  # of a bulk's opinions that got no notice


@require_safe
@roles_required(*OVERSEEING)
def overdue(request: StaffRequest) -> HttpResponse:
    """Show the figures and the list under the filter of the address."""
    return _page(request, Board(request.user, request.GET, timezone.localdate()))


@require_POST
@roles_required(Role.SUPERVISOR)
def send(request: StaffRequest) -> HttpResponse:
    """List the notices to what was chosen, or to all under the address's filter; nothing is sent yet."""
    board = Board(request.user, request.GET, timezone.localdate())
    form = BulkForm(request.POST, user=request.user, rows=board.sendable)
    if not form.is_valid():
        return _page(request, board, bulk=form, status=422)
    words = {name: form.cleaned_data[name] for name in ("key", "kind", "note", "letter", "targets")}
    return redirect("supervision:bulk", bulk_notices.list_targets(by=request.user, **words).pk)


def _page(
    request: StaffRequest, board: Board, *, bulk: BulkForm | None = None, status: int = 200
) -> HttpResponse:
    page = paginate(request, board.listed)
    page.object_list = with_notices(page.object_list, board.today)
    may_send = scope_of(request.user).has(Role.SUPERVISOR)
    context = board.figures() | {
        "kinds": [(code, label) for code, (label, _q) in SHOWN.items()],
        "dimensions": list(board.dimensions.items()),
        "by": board.by,
        "show": board.show,
        "label": SHOWN[board.show][0],
        "form": board.form,
        "active": board.form.active,
        "page": page,
        "bulk": (bulk or BulkForm(user=request.user, rows=None)) if may_send else None,
        "sendable": board.sendable.count() if may_send else 0,
    }
    return render(request, "opinions/supervision/overdue.html", context, status=status)


@require_safe
@roles_required(Role.SUPERVISOR)
def bulk(request: StaffRequest, pk: int) -> HttpResponse:
    """Show notices in one go: first the list of what will be sent and to whom, then what became of it. While they wait
    or are being sent the page polls."""
    one = get_object_or_404(BulkNotice.objects.visible_to(request.user), pk=pk)
    counts = bulk_notices.outcomes(one)
    context = {"bulk": one, "counts": counts, "now": timezone.now()}
    if one.starts_at or one.finished_at:
        context |= {"done": one.total - counts[Outcome.WAITING], "named": _unsent(one)}
        template = "opinions/supervision/_bulk.html" if request.htmx else "opinions/supervision/bulk.html"
        return render(request, template, context)
    page = paginate(request, one.targets.select_related(*ADDRESSED).order_by("-outcome", "id"))
    page.object_list = with_addressees(page.object_list)
    return render(request, "opinions/supervision/bulk_list.html", context | {"page": page})


def _unsent(one: BulkNotice) -> list[Any]:
    """Return the first targets that got no notice."""
    unsent = one.targets.filter(outcome__in=[Outcome.CHANGED, Outcome.REFUSED, Outcome.SKIPPED])
    named: list[Any] = list(unsent.select_related("opinion")[:NAMED])
    for target in named:
        target.title = target.opinion.list_title
    return named


@require_POST
@roles_required(Role.SUPERVISOR)
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the listed notices, after the time to undo."""
    return _decide(request, pk, bulk_notices.confirm)


@require_POST
@roles_required(Role.SUPERVISOR)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Send none of the listed notices."""
    return _decide(request, pk, bulk_notices.undo)


def _decide(request: StaffRequest, pk: int, service: Callable[..., BulkNotice]) -> HttpResponse:
    """Confirm or undo; somebody who clicks too late gets a warning and sees what became of it."""
    try:
        service(pk, by=request.user)
    except BulkNotice.DoesNotExist:
        raise Http404 from None
    except bulk_notices.TooLate:
        messages.warning(request, _("Too late: this was decided already."))
    return redirect("supervision:bulk", pk)
