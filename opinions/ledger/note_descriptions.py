"""Sentences for what is noted, asked and added while an opinion is on its way
(opinions.ledger.event_descriptions has the rest)."""

from django.utils.translation import gettext as _

from .phrases import Data, Names, day, join, provisional


def ask_citizen(data: Data, names: Names) -> str:
    """Describe the question to the citizen, and until when the case is suspended."""
    return _("Asked the citizen; suspended until %(day)s at the latest") % {"day": day(data.get("until_on"))}


def answer_question(data: Data, names: Names) -> str:
    """Describe the citizen's answer, its files and the deadline that it set."""
    files = len(data.get("files", []))
    return join(
        _("The citizen answered the question"),
        files and _("%(count)d photos or files") % {"count": files},
        _("to be answered by %(day)s") % {"day": day(data.get("due_on"))},
        provisional(data),
    )


def reissue_code(data: Data, names: Names) -> str:
    """Describe another query code, and which question proved that the caller may have it."""
    asked = {"name": _("the name"), "tail": _("the last four digits"), "reason": _("other questions")}
    return _("Issued another query code, after asking for %(asked)s; the former is void") % {
        "asked": asked.get(data.get("asked", ""), "—")
    }


def supplement(data: Data, names: Names) -> str:
    """Describe what the citizen added, and the opinion that it was passed on to."""
    files = len(data.get("files", []))
    text = files and _("%(count)d photos or files") % {"count": files}
    passed = data.get("passed_to") and _("passed on to %(number)s") % {"number": data["passed_to"]}
    return join(_("More from the citizen"), text, passed)


def share_supplement(data: Data, names: Names) -> str:
    """Describe what the citizen of an opinion that follows this one added."""
    files = len(data.get("files", []))
    text = files and _("%(count)d photos or files") % {"count": files}
    return join(
        _("More from the citizen of %(number)s, which follows this one") % {"number": data.get("of", "")},
        text,
    )


def note_progress(data: Data, names: Names) -> str:
    """Describe a note of progress, and whether the citizen sees it."""
    return _("Progress; the citizen sees it") if data.get("shown") else _("Progress")
