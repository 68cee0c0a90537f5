"""What a clerk decides about a message that the rules could not place: each decision in one transaction with the
message's end, and audited."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AccessRecord, User
from notifications.models import Received
from opinions.models import Opinion
from opinions.models.choices import Channel
from opinions.workflow.asking import answer_question
from opinions.workflow.notes import supplement
from opinions.workflow.register import register
from studios.models import Role

State = Received.State


class NotPossible(Exception):
    """The message waits no more: somebody was first."""


def waiting(user: User) -> QuerySet[Received]:
    """Return the messages that wait for a clerk, of the person's area, newest first."""
    rows = Received.objects.visible_to(user, Role.CLERK).filter(state=State.WAITING)
    return rows.select_related("township", "studio").order_by("-received_at", "-id")


@contextmanager
def _decided(pk: int, by: User, request: HttpRequest | None, state: str, did: str) -> Iterator[Received]:
    with transaction.atomic():
        rows = Received.objects.visible_to(by, Role.CLERK).select_for_update(of=("self",))
        row = rows.select_related("township__county", "studio").get(pk=pk)
        if row.state != State.WAITING:
            raise NotPossible(_("Somebody has dealt with this message already."))
        yield row
        row.state, row.settled_at = state, timezone.now()
        row.save(update_fields=["state", "settled_at", "about"])
        audit.record(
            AccessRecord.Action.SET,
            by=by,
            request=request,
            subject=f"{Received._meta.verbose_name} {row.pk} {row.about}".strip(),
            area_code=row.township_id,
            details={"did": did},
        )


def attach(pk: int, *, by: User, number: str, request: HttpRequest | None = None) -> Opinion:
    """Put the message on the opinion `number`: as the answer to a question that waits, else as an addition. Raises
    Opinion.DoesNotExist and Received.DoesNotExist outside the person's area, Refused, PermissionDenied, NotPossible."""
    with _decided(pk, by, request, State.DONE, "attached") as row:
        opinion = Opinion.objects.visible_to(by, Role.CLERK).get(number=number)
        row.about = number
        action = answer_question if opinion.question else supplement
        return action(number, by=by, words=row.body)


def register_new(pk: int, *, by: User, title: str, request: HttpRequest | None = None) -> Opinion:
    """Register the message as a new opinion of the studio that it came to. Raises as `attach` does."""
    with _decided(pk, by, request, State.DONE, "registered") as row:
        opinion = register(
            by=by,
            township=row.township,
            studio=row.studio,
            channel=Channel.SMS,
            title=title,
            body=row.body[:10_000],
            citizen_phone=row.sender,
            submission_key=uuid.uuid5(uuid.NAMESPACE_URL, row.key),
        )
        row.about = opinion.number
        return opinion


def set_aside(pk: int, *, by: User, request: HttpRequest | None = None) -> None:
    """Note that the message is no matter; its words go after thirty days. Raises as `attach` does."""
    with _decided(pk, by, request, State.ASIDE, "set aside"):
        pass
