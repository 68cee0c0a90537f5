"""What sentences of the ledger are made of: days, deadlines, labels."""

from datetime import date

from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_short


def day(text) -> str:
    return localdate_short(date.fromisoformat(text)) if text else "—"


def due(data, name="due_on") -> str:
    """A deadline, with the word for one that was not yet final when it was written down."""
    return _("%s (provisional)") % day(data.get(name)) if data.get("provisional") else day(data.get(name))


def label(choices, code) -> str:
    """The label of a code; a code that is no longer in the list stands for itself."""
    return str(dict(choices.choices).get(code, code or "—"))


def join(*parts) -> str:
    return _("; ").join(str(part) for part in parts if part)
