"""What an export that shows people unmasked carries on every sheet and every printed page: its number, who took it,
when and why, so that a paper or file that turns up somewhere leads back to the audit trail (ADR 0031)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.templatetags.liaison import localtime_long

if TYPE_CHECKING:
    from .workbook import Sheet


@dataclass(frozen=True)
class Watermark:
    """One export: its number, who took it, when and why."""

    number: str
    who: str
    at: datetime
    why: str

    @property
    def words(self) -> str:
        """The line above each table."""
        return _("Export %(number)s · %(who)s · %(at)s · Reason: %(why)s") % self._facts

    @property
    def running(self) -> str:
        """The head of each printed page; Excel takes 255 characters, and “&” begins a command."""
        text = _("Personal data, not to be passed on · Export %(number)s · %(who)s · %(at)s") % self._facts
        return text[:120].replace("&", "&&")

    @property
    def _facts(self) -> dict[str, str]:
        at = localtime_long(self.at)
        return {"number": self.number, "who": self.who, "at": at, "why": self.why}

    def on(self, sheets: Iterable["Sheet"]) -> Iterator["Sheet"]:
        """Yield each of `sheets` with this mark as the last line above its table and at the head of each page."""
        for sheet in sheets:
            yield replace(sheet, preamble=[*sheet.preamble, self.words], running=self.running)
