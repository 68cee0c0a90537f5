"""What the search box of the opinion list finds: words in title, text and place, numbers whole or in part, phones."""

import re
from datetime import date

from django.db.models import Q
from django.utils import timezone

from common.engines import pairs_q
from opinions.masking import SEARCHED, by_phone

LEAST = 2  # characters of a word that an index finds
NUMBER = re.compile(r"\d{6}-\d{4}-\d{6}", re.ASCII)
NUMBER_START = re.compile(r"\d{6}(-\d{0,4}|-\d{4}-\d{0,6})?", re.ASCII)
SERIAL = re.compile(r"(?:(\d{4})-)?(\d{1,6})", re.ASCII)
YEARS = 20  # how far back a serial number without its year is looked for


def too_short(asked: str) -> bool:
    """No word of it is long enough for an index, and it is no number."""
    return not any(len(word) >= LEAST or word.isdigit() for word in asked.split())


def by_words(rows, asked: str, user, counties):
    """Those of `rows`, all visible to `user`, that `asked` finds: each of its words stands in title, text or place, or
    it is a number of theirs. `counties`: codes in which serial numbers are looked for."""
    if NUMBER.fullmatch(asked):
        return rows.filter(number=asked)
    words = asked.split()
    found = Q()
    for word in words:
        found &= _says(word)
    return rows.filter(found | _numbered(asked, user, rows.model, counties))


def _says(word: str) -> Q:
    """Without letters that have a case the plain comparison serves, at a tenth of the cost."""
    lookup = "contains" if word.upper() == word.lower() else "icontains"
    says = Q()
    for column in SEARCHED:
        says |= Q(**{f"{column}__{lookup}": word})
    return says & pairs_q(SEARCHED, word)


def _numbered(asked: str, user, model, counties) -> Q:
    """Opinions by a piece of their number, and by the citizen's phone: whoever works with the citizen may ask for it,
    nobody else (ADR 0010)."""
    numbered = Q(pk__in=[])
    if NUMBER_START.fullmatch(asked):
        numbered |= Q(number__startswith=asked)
    if serial := SERIAL.fullmatch(asked):
        numbered |= Q(number__in=list(_whole_numbers(*serial.groups(), counties, timezone.localdate())))
    return numbered | by_phone(asked, model, user)


def _whole_numbers(year: str | None, serial: str, counties, today: date):
    for written in [year] if year else range(today.year - YEARS, today.year + 1):
        for county in counties:
            yield f"{county}-{written}-{int(serial):06d}"
