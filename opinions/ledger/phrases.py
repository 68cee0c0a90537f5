"""Parts of sentences about the ledger: days, labels, and how parts are joined."""

from datetime import date

from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_short


def day(text) -> str:
    return localdate_short(date.fromisoformat(text)) if text else "—"


def provisional(data) -> str:
    """The word for a deadline that was not yet final when it was written down."""
    return _("provisional deadline") if data.get("provisional") else ""


def label(choices, code) -> str:
    """The label of a code; a code that is no longer in the list stands for itself."""
    return str(dict(choices.choices).get(code, code or "—"))


def join(*parts) -> str:
    return _("; ").join(str(part) for part in parts if part)
