"""Phone and ID numbers in free text: where they are, and the text with their middle starred.

Source: 个人信息保护法 (show no more than the work needs). Mobile numbers also as people group them: 138 0013 8000,
138-0013-8000, +86 …; digits of any width.
"""

import re
from collections.abc import Iterator

_GAP = r"[\s\-\u2010-\u2015\u2212－.·]?"
_MOBILE = (
    rf"(?<!\d)(?:[+＋]?[8８][6６]{_GAP})?[1１][3-9３-９]\d"
    rf"(?:{_GAP}\d{{4}}{_GAP}\d{{4}}|{_GAP}\d{{3}}{_GAP}\d{{5}}|\d{_GAP}(?:\d{{3}}{_GAP}\d{{4}}|\d{{4}}{_GAP}\d{{3}}))(?!\d)"
)
_LANDLINE = rf"(?<!\d)[0０]\d{{2,3}}{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)"
_IDENTITY = r"(?<!\d)\d{6}(?:\d{8}\d{3}[\dXxＸｘ]|\d{6}\d{3})(?![\dXxＸｘ])"
NUMBER = re.compile(f"(?P<identity>{_IDENTITY})|(?P<mobile>{_MOBILE})|(?P<landline>{_LANDLINE})")
# How many of its digits stay readable, at the beginning and at the end.
SHOWN = {"identity": (6, 4), "mobile": (3, 4), "landline": (4, 4)}


def numbers_in(text: str) -> Iterator[tuple[int, int]]:
    """Return where each number in `text` begins and ends."""
    return (found.span() for found in NUMBER.finditer(text))


def mask_numbers(text: str) -> str:
    """Return `text` with the middle of every phone and ID number starred; all else stays."""
    return NUMBER.sub(_starred, text)


def _starred(found: re.Match[str]) -> str:
    first, last = SHOWN[str(found.lastgroup)]  # every alternative of NUMBER is a named group
    number = found[0]
    places = [at for at, sign in enumerate(number) if sign.isalnum()]
    if found.lastgroup == "mobile":
        first += len(places) - 11  # the country's code stays too
    hidden = set(places[first : len(places) - last])
    return "".join("*" if at in hidden else sign for at, sign in enumerate(number))
