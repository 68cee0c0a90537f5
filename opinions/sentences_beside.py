"""Sentences for what is said on the way without moving an opinion: questions, answers, notes, another query code."""

from django.utils.translation import gettext as _

from .sentence_parts import day, due, join


def _ask_citizen(data, names):
    return _("Asked the citizen; suspended until %(day)s at the latest") % {"day": day(data.get("until_on"))}


def _answer_question(data, names):
    files = len(data.get("files", []))
    return join(
        _("The citizen answered the question"),
        files and _("%(count)d photos or files") % {"count": files},
        _("to be answered by %(day)s") % {"day": due(data)},
    )


def _reissue_code(data, names):
    asked = {"name": _("the name"), "tail": _("the last four digits"), "reason": _("other questions")}
    return _("Issued another query code, after asking for %(asked)s; the former is void") % {
        "asked": asked.get(data.get("asked"), "—")
    }


def _supplement(data, names):
    files = len(data.get("files", []))
    said = files and _("%(count)d photos or files") % {"count": files}
    return join(_("More from the citizen"), said)


def _note_progress(data, names):
    return _("Progress; the citizen sees it") if data.get("shown") else _("Progress")


BESIDE = {
    "reissue_code": _reissue_code,
    "ask_citizen": _ask_citizen,
    "answer_question": _answer_question,
    "supplement": _supplement,
    "note_progress": _note_progress,
    "note_internally": lambda data, names: _("Note among the staff; the citizen does not see it"),
}
