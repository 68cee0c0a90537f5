"""The inbox of the person who is logged in."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.pagination import paginate

from .inbox import inbox_of, mark_read


@require_safe
def inbox(request):
    return render(request, "notifications/inbox.html", {"page": paginate(request, inbox_of(request.user))})


@require_POST
def open_message(request, pk):
    """Mark one message as read and go to what it is about: an opinion, an assessment; else back to the inbox."""
    message = get_object_or_404(inbox_of(request.user), pk=pk)
    mark_read(by=request.user, message_id=message.pk)
    kind, _stroke, pk = message.about.partition("/")
    if kind == "assessment":
        return redirect("studios:assessment", pk)
    if message.about:
        return redirect("opinions:detail", number=message.about)
    return redirect("notifications:inbox")


@require_POST
def read_all(request):
    count = mark_read(by=request.user)
    messages.success(request, _("%d messages marked as read.") % count)
    return redirect("notifications:inbox")
