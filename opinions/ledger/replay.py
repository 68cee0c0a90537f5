"""The columns of an opinion as its ledger rows leave them, one after the other, compared with what is stored now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from json import loads
from typing import Any

from django.utils.translation import gettext as _

from opinions.models import Opinion
from opinions.workflow.column_changes import DEFAULTS, PLAIN, WORDS, spelled, words_digest

from .rows import Row

REPLAYED = (*PLAIN, *WORDS, "words_salt")
_FIRST = {name: spelled(value) for name, value in DEFAULTS.items()}


@dataclass
class Replay:
    """What the rows read so far say. Rows from before 0.5 say nothing here; stored_columns.py reads those."""

    columns: dict[str, Any] = field(default_factory=dict)
    words: str = ""
    messages: dict[int, int] = field(default_factory=dict)  # sequence → how many were queued with it

    def read(self, row: Row) -> None:
        """Apply the next ledger row."""
        if not row.changed:
            return
        if row.sequence == 1:
            self.columns |= _FIRST
        changed = loads(row.changed)
        self.words = changed.pop("words", self.words)
        if messages := changed.pop("messages", 0):
            self.messages[row.sequence] = messages
        self.columns |= changed

    def differs(self, stored: Mapping[str, Any]) -> str:
        """Return a sentence on the first column of `stored` (REPLAYED) that differs; empty when none does."""
        for name, was in self.columns.items():
            if name in stored and (is_ := spelled(stored[name])) != was:
                return _("the column %(name)s is “%(is)s” where the ledger says “%(ledger)s”") % {
                    "name": name,
                    "is": is_,
                    "ledger": was,
                }
        if self.words and words_digest(stored["words_salt"], stored) != self.words:
            return _("the words or the citizen's data stored with it were changed")
        return ""


def stored_columns(opinion: Opinion) -> dict[str, Any]:
    """Return REPLAYED of an opinion in memory."""
    return {name: getattr(opinion, name) for name in REPLAYED}
