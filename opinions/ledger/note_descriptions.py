"""Sentences for what is noted, asked and added while an opinion is on its way
(opinions.ledger.event_descriptions has the rest)."""

from django.utils.translation import gettext as _

from .phrases import day, join, provisional


def ask_citizen(data, names):
    return _("Asked the citizen; suspended until %(day)s at the latest") % {"day": day(data.get("until_on"))}


def answer_question(data, names):
    files = len(data.get("files", []))
    return join(
        _("The citizen answered the question"),
        files and _("%(count)d photos or files") % {"count": files},
        _("to be answered by %(day)s") % {"day": day(data.get("due_on"))},
        provisional(data),
    )


def reissue_code(data, names):
    asked = {"name": _("the name"), "tail": _("the last four digits"), "reason": _("other questions")}
    return _("Issued another query code, after asking for %(asked)s; the former is void") % {
        "asked": asked.get(data.get("asked"), "—")
    }


def supplement(data, names):
    files = len(data.get("files", []))
    said = files and _("%(count)d photos or files") % {"count": files}
    passed = data.get("passed_to") and _("passed on to %(number)s") % {"number": data["passed_to"]}
    return join(_("More from the citizen"), said, passed)


def share_supplement(data, names):
    files = len(data.get("files", []))
    said = files and _("%(count)d photos or files") % {"count": files}
    return join(
        _("More from the citizen of %(number)s, which follows this one") % {"number": data.get("of", "")},
        said,
    )


def note_progress(data, names):
    return _("Progress; the citizen sees it") if data.get("shown") else _("Progress")
