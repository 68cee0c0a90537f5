"""The beginning of a text, cut where nothing half remains."""

import re

_DIGITS = re.compile(r"[\d*＊](?:[\s\-\u2010-\u2015\u2212－.·]?[\d*＊])+")


def cut(text: str, most: int) -> str:
    """Return the beginning of `text`, at most `most` characters of it: never a piece of a number, which no mask would
    know for one."""
    if len(text) <= most:
        return text
    end = next(
        (found.start() for found in _DIGITS.finditer(text) if found.start() < most < found.end()), most
    )
    return text[:end]
