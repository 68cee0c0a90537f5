"""The inbox and the preferences of the person who is logged in, and the outbox of those who look after it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import StaffRequest
from common.ui import in_sight
from common.ui.pagination import paginate
from studios import approvals
from studios.models import Approval
from studios.permissions.access import roles_required

from . import outbox, preferences
from .forms import OutboxFilter, PreferenceForm
from .inbox import inbox_of, mark_read
from .models import Message

# What a message is about, when it is no opinion → its page.
PAGES = {"assessment": "studios:assessment", "activity": "activities:detail", "deputy": "deputies:detail"}
outbox_keepers = roles_required(*outbox.DECIDERS)


@require_safe
def inbox(request: StaffRequest) -> HttpResponse:
    """Show the person's inbox."""
    waiting = list(approvals.waiting_for(request.user)[:50])
    context = {"page": paginate(request, inbox_of(request.user)), "waiting": waiting}
    return render(request, "notifications/inbox.html", context)


@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve or refuse what another person may not do alone."""
    try:
        approve = "approve" in request.POST
        approvals.decide(pk, by=request.user, approve=approve, request=request)
    except Approval.DoesNotExist:
        messages.info(request, _("This was decided already."))
    else:
        messages.success(request, _("Approved.") if approve else _("Refused."))
    return redirect("notifications:inbox")


@require_POST
def open_message(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark one message as read and go to the page that it is about; else back to the inbox."""
    message = get_object_or_404(inbox_of(request.user), pk=pk)
    mark_read(by=request.user, message_id=message.pk)
    kind, _slash, key = message.about.partition("/")
    if kind in PAGES:
        return redirect(PAGES[kind], key)
    if in_sight.visible_numbers(request.user, [message.about]):
        return redirect("opinions:detail", number=message.about)
    if message.about:
        messages.info(request, _("%s is no longer with you.") % message.about)
    return redirect("notifications:inbox")


@require_POST
def read_all(request: StaffRequest) -> HttpResponse:
    """Mark the whole inbox as read."""
    count = mark_read(by=request.user)
    messages.success(request, _("%d messages marked as read.") % count)
    return redirect("notifications:inbox")


@require_http_methods(["GET", "HEAD", "POST"])
def preference(request: StaffRequest) -> HttpResponse:
    """Show and change what the person wants by e-mail."""
    form = PreferenceForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        preferences.choose(by=request.user, topics=form.cleaned_data["by_email"])
        messages.success(request, _("Your choice is kept."))
        return redirect("notifications:preferences")
    return render(
        request, "notifications/preferences.html", {"form": form}, status=422 if form.errors else 200
    )


@require_safe
@outbox_keepers
def outbox_list(request: StaffRequest) -> HttpResponse:
    """Show the outbox of the person's area."""
    return _outbox(request)


def _outbox(request: StaffRequest, *, status: int = 200, problem: str = "") -> HttpResponse:
    chosen = OutboxFilter(request.GET, queryset=outbox.outbox_of(request.user), request=request)
    page = paginate(request, chosen.qs.defer("body"))
    seen = in_sight.visible_numbers(request.user, [message.about for message in page])
    context = {"filter": chosen, "page": page, "problem": problem, "seen": seen}
    return render(request, "notifications/outbox.html", context, status=status)


@require_POST
@outbox_keepers
def retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Try a failed message again."""
    return _decide(request, pk, outbox.retry, _("The message is being sent again."))


@require_POST
@outbox_keepers
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Settle an uncertain message. `arrived` is yes or no: what the citizen answered."""
    arrived = request.POST.get("arrived")
    if arrived not in ("yes", "no"):
        return _outbox(request, status=422, problem=_("Say whether the message arrived."))
    done = _("Noted that the message arrived.") if arrived == "yes" else _("The message is being sent again.")
    return _decide(request, pk, outbox.settle, done, arrived=arrived == "yes")


def _decide(
    request: StaffRequest, pk: int, service: Callable[..., Message], done: str, **words: Any
) -> HttpResponse:
    try:
        service(pk, by=request.user, request=request, **words)
    except Message.DoesNotExist:
        raise Http404 from None
    except outbox.NotPossible as error:
        return _outbox(request, status=409, problem=str(error))
    messages.success(request, done)
    return redirect("notifications:outbox")
