"""Parts of sentences about the ledger: days, labels, and how parts are joined."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_short

# The JSON of a ledger row: its keys depend on the action.
Data = Mapping[str, Any]
# Names of categories, by code.
Names = Mapping[str, str]


def day(text: str | None) -> str:
    """Return an ISO date as the pages write it, a dash for none."""
    return localdate_short(date.fromisoformat(text)) if text else "—"


def provisional(data: Data) -> str:
    """Return the remark on a deadline that was not final when it was recorded, empty for one that was."""
    return _("provisional deadline") if data.get("provisional") else ""


def label(choices: type[Choices], code: str | None) -> str:
    """Return the label of `code`, the code itself when the list no longer has it, a dash for none."""
    return str(dict(choices.choices).get(code, code or "—"))


def join(*parts: object) -> str:
    """Join the parts that are not empty into one sentence."""
    return _("; ").join(str(part) for part in parts if part)
