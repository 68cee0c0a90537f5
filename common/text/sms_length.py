"""How long a text message may be, and how much of a person's text still fits into it."""

from django.conf import settings

from .excerpts import cut

LEAST = 20  # characters of a person's text that a message always has room for, however long the rest is
ENDS = "。！？；.!?;"


def room(fixed: str) -> int:
    """Return how many characters of a person's text fit into a message that also holds `fixed`, by
    settings.SMS_MAX_CHARACTERS. A link in the message is not in `fixed`: it comes on top."""
    return max(LEAST, settings.SMS_MAX_CHARACTERS - len(fixed))


def first_words(text: str, most: int) -> str:
    """Return the beginning of `text` on one line, `most` characters at most: whole sentences where they fill half of
    that, else up to the last character, marked as cut."""
    line = " ".join(str(text).split())
    if len(line) <= most:
        return line
    begun = cut(line, most)
    whole = max(begun.rfind(end) for end in ENDS) + 1
    return begun[:whole] if whole >= most // 2 else cut(line, most - 1) + "…"
