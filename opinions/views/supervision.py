"""Supervision: what is late or about to be, down to each opinion, and the notices that are sent from there."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.pagination import paginate
from opinions.board import Board, with_notices
from opinions.forms.supervision import OVERSEEING, BulkForm
from opinions.masking import list_title
from opinions.models import BulkNotice, BulkTarget
from opinions.overview import SHOWN
from opinions.workflow import in_bulk
from studios.models import Role
from studios.scope import scope_of

from .access import roles_required

NAMED = 100  # of a bulk's opinions that got no notice


@require_safe
@roles_required(*OVERSEEING)
def overdue(request):
    return _page(request, Board(request.user, request.GET, timezone.localdate()))


@require_POST
@roles_required(Role.SUPERVISOR)
def send(request):
    """Send notices to what was chosen, or to all of the filter that the address carries."""
    board = Board(request.user, request.GET, timezone.localdate())
    form = BulkForm(request.POST, user=request.user, rows=board.sendable)
    if not form.is_valid():
        return _page(request, board, bulk=form, status=422)
    words = {name: form.cleaned_data[name] for name in ("key", "kind", "note", "targets")}
    return redirect("supervision:bulk", in_bulk.begin(by=request.user, **words).pk)


def _page(request, board, *, bulk=None, status=200):
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
    return render(request, "supervision/overdue.html", context, status=status)


@require_safe
@roles_required(Role.SUPERVISOR)
def bulk(request, pk):
    """What became of notices sent in one go; while they are on their way the page asks for itself."""
    one = get_object_or_404(BulkNotice.objects.visible_to(request.user), pk=pk)
    outcome = BulkTarget.Outcome
    counts = in_bulk.outcomes(one)
    unsent = one.targets.filter(outcome__in=[outcome.CHANGED, outcome.REFUSED]).select_related("opinion")
    named = list(unsent[:NAMED])
    for target in named:
        target.title = list_title(target.opinion)
    context = {"bulk": one, "counts": counts, "done": one.total - counts[outcome.WAITING], "named": named}
    return render(request, "supervision/_bulk.html" if request.htmx else "supervision/bulk.html", context)
