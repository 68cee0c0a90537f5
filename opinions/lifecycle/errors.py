"""Reasons why an action is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from opinions.models import Event, Opinion


class Refused(Exception):
    """The action is not possible now. `field` names the input it is about, empty for the whole form."""

    def __init__(self, message: StrOrPromise, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field

    def __str__(self) -> str:
        return str(self.message)


class Stale(Refused):
    """The opinion was changed first by somebody else: `events` are the ledger rows since the version the person
    saw."""

    def __init__(self, opinion: Opinion, events: list[Event]) -> None:
        super().__init__(_("The opinion has changed since you opened it."))
        self.opinion, self.events = opinion, events
