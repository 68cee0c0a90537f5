"""What of an opinion to be kept secret nobody may read but those who deal with its citizen: the name and numbers on
record, what is recognised by its form, and the words that an officer has marked."""

import json
from typing import Any, NamedTuple

from common.security.encrypted_spans import Finder
from common.security.giveaways import Person
from common.security.numbers import mask_numbers

# The columns of an opinion that say what to hide in its texts; fetch them wherever one is shown.
HIDES = ("keep_secret", "citizen_name", "citizen_phone", "redaction")


class Redaction(NamedTuple):
    """The words that an officer has marked: `hide` these too, leave these (`show`) to be read."""

    hide: tuple[str, ...] = ()
    show: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Any) -> "Redaction":
        """Return what was marked for `row`, an opinion or a named tuple of its columns."""
        stored = json.loads(row.redaction) if row.redaction else {}
        return cls(tuple(stored.get("hide", ())), tuple(stored.get("show", ())))

    def spelled(self) -> str:
        """Return it as the column `redaction` holds it."""
        return json.dumps(self._asdict(), ensure_ascii=False) if self != Redaction() else ""


def person_of(row: Any) -> Person:
    """Return what to hide in texts about `row`, an opinion or a named tuple with its columns."""
    redaction = Redaction.of(row)
    return Person(row.citizen_name, row.citizen_phone, redaction.hide, redaction.show)


def unnamed(row: Any, text: str) -> str:
    """Return `text` without anything that gives away the citizen of `row`, an opinion or a named tuple of its columns,
    whether or not they asked for that."""
    return person_of(row).hidden(text) if text else text


def masked(row: Any, text: str) -> str:
    """Return `text` about `row` as everybody may read it: numbers starred in the middle; where the citizen is to be
    kept secret, without anything that gives them away."""
    return unnamed(row, text) if row.keep_secret else mask_numbers(text)


class HiddenWords:
    """Of an opinion: its texts with what is to be hidden in them."""

    title: Any
    body: Any
    keep_secret: Any

    @property
    def secret_spans(self) -> Finder | None:
        """Finds what to encrypt in every text about it wherever it is stored (common/security/encrypted_spans.py)."""
        return person_of(self).spans if self.keep_secret else None

    @property
    def words_for_rules(self) -> tuple[str, str]:
        """Title and text as rules and models read them: nobody who writes a rule finds out by it who is kept secret."""
        return (
            (masked(self, self.title), masked(self, self.body))
            if self.keep_secret
            else (self.title, self.body)
        )

    @property
    def list_title(self) -> str:
        """The title as every list shows it, to everybody."""
        return masked(self, self.title)
