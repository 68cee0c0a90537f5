"""The sentences about letters: drafted, issued, signed off, void. No database here."""

from django.utils.translation import gettext as _

from .phrases import Data, Names, join


def letter(data: Data) -> str:
    """Return the letter that came with an action; "" without one."""
    if data.get("draft"):
        return _("a letter is drafted")
    return _("letter %(number)s") % {"number": data["letter"]} if data.get("letter") else ""


def issue_handover(data: Data, names: Names) -> str:
    """Return that a hand-over letter was issued or drafted."""
    if data.get("draft"):
        return _("Drafted the hand-over letter")
    return _("Issued the hand-over letter %(number)s") % {"number": data.get("letter", "")}


def issue_reply(data: Data, names: Names) -> str:
    """Return that a letter of reply was issued or drafted."""
    if data.get("draft"):
        return _("Drafted the letter of reply")
    return _("Issued the letter of reply %(number)s") % {"number": data.get("letter", "")}


def issue_supervision(data: Data, names: Names) -> str:
    """Return that a supervision letter was issued or drafted."""
    if data.get("draft"):
        return _("Drafted the supervision letter")
    return _("Issued the supervision letter %(number)s") % {"number": data.get("letter", "")}


def sign_off_letter(data: Data, names: Names) -> str:
    """Return the numbers of the letters that were signed off."""
    return _("Signed off: %(numbers)s") % {"numbers": _(", ").join(data.get("letters", []))}


def file_paper(data: Data, names: Names) -> str:
    """Return which paper was made as PDF, and how its digest begins."""
    what = data.get("letter") or {
        "form": _("Register form"),
        "survey": _("Survey form"),
        "case": _("Whole case"),
    }.get(data.get("paper", ""), "")
    return _("Made as PDF: %(what)s, %(pages)s pages, SHA-256 %(digest)s…") % {
        "what": what,
        "pages": data.get("pages", ""),
        "digest": data.get("sha256", "")[:16],
    }


def with_void_letters(sentence: str, data: Data) -> str:
    """Add to the sentence of an action the numbers of the letters that it made void, and the drafts it dropped, if
    any."""
    return join(
        sentence,
        data.get("void") and _("void: %(numbers)s") % {"numbers": _(", ").join(data["void"])},
        data.get("drafts_dropped") and _("drafts dropped: %(count)s") % {"count": data["drafts_dropped"]},
    )
