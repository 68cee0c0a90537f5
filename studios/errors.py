"""Why a write of this app was refused, in words for the person who asked for it."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Not possible now. `field` names the input it is about, empty for the whole form."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field

    def __str__(self) -> str:
        return str(self.message)


class Stale(Refused):
    """Somebody was first: what the person saw is no longer so."""

    def __init__(self, row: Any, message: str | Promise = "") -> None:
        super().__init__(message or _("Someone else was first: this has changed since you opened it."))
        self.row = row
