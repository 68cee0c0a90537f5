"""A person's decisions about a message that did not arrive: try again, or record what the citizen answered. Each is
audited."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AccessRecord, User
from studios.models import Role
from studios.permissions.scope import roles_over

from .models import Message
from .services import release

State = Message.State
DECIDERS = frozenset([Role.CLERK, Role.TRIAGE_OFFICER, Role.SUPERVISOR])
TROUBLE = (State.FAILED, State.UNCERTAIN)


class NotPossible(Exception):
    """The message is not (any more) in a state for this decision."""


def outbox_of(user: User) -> QuerySet[Message]:
    """Return the messages sent or to be sent by e-mail or text message, of the person's area, newest first."""
    return Message.objects.visible_to(user).select_related("recipient").order_by("-created_at", "-id")


def not_arrived(user: User) -> QuerySet[Message]:
    """Return the messages that wait for a person: failed for good, or uncertain."""
    return outbox_of(user).filter(state__in=TROUBLE, given_back=False)


@transaction.atomic
def retry(pk: int, *, by: User, request: HttpRequest | None = None, now: datetime | None = None) -> Message:
    """Try a failed message again, as often as a new one. Failed means that it never went out.

    Raises Message.DoesNotExist outside the person's area, PermissionDenied in a wrong role, NotPossible when the
    message is in another state."""
    return _decide(pk, by, request, State.FAILED, "retried", now, again=True)


@transaction.atomic
def settle(
    pk: int, *, by: User, arrived: bool, request: HttpRequest | None = None, now: datetime | None = None
) -> Message:
    """Record that the recipient was asked about an uncertain message: it arrived, or it did not and is sent once more.
    Raises as `retry` does."""
    did = "asked: arrived" if arrived else "asked: not arrived"
    return _decide(pk, by, request, State.UNCERTAIN, did, now, again=not arrived)


def _decide(
    pk: int,
    by: User,
    request: HttpRequest | None,
    source: str,
    did: str,
    now: datetime | None,
    *,
    again: bool,
) -> Message:
    now = now or timezone.now()
    message = Message.objects.visible_to(by).with_roles(by).select_for_update(of=("self",)).get(pk=pk)
    if not roles_over(message) & DECIDERS:
        raise PermissionDenied
    if message.state != source:
        raise NotPossible(
            _("The message is now “%(state)s”; somebody was first.") % {"state": message.get_state_display()}
        )
    if message.given_back:
        raise NotPossible(_("Its recipient is told another way; it is not sent again."))
    release(message, now) if again else _arrived(message, now)
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        request=request,
        subject=f"{message.about} {Message._meta.verbose_name} {message.pk}".strip(),
        area_code=message.county_id or "",
        details={"did": did, "error": message.last_error[:100]},
    )
    return message


def _arrived(message: Message, now: datetime) -> None:
    message.state, message.sent_at = State.SENT, now
    message.save(update_fields=["state", "sent_at"])
