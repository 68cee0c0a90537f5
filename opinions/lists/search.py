"""Search for opinions: words in title, text and place, numbers whole or in part, phones.

Width, case and the punctuation around a word do not count (common/text/search_text.py).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial, reduce
from operator import or_

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from accounts.models import User
from common.db.database import bigram_filter
from common.security.encrypted_spans import encrypt_spans
from common.text.search_text import bare, contains_word, folded, has_case, widths, words_of
from opinions.models import Opinion
from opinions.privacy.masking import SEARCHED, by_phone, by_tail
from studios.models import County
from studios.permissions.scope import scope_of

LEAST = 2  # characters of a word that an index finds
NUMBER = re.compile(r"\d{6}-\d{4}-\d{6}", re.ASCII)
NUMBER_START = re.compile(r"\d{6}(-\d{0,4}|-\d{4}-\d{0,6})?", re.ASCII)
SERIAL = re.compile(r"(?:(\d{4})-)?(\d{1,6})", re.ASCII)
YEARS = 20  # how far back a serial number without its year is looked for


def too_short(asked: str) -> bool:
    """Tell if no word of `asked` is long enough for an index, and it is no number."""
    return not any(len(word) >= LEAST or word.isdigit() for word in words_of(asked))


@dataclass(frozen=True)
class Found:
    """The rows a search asks for, in two forms that find the same: `plain` reads through the rows in whatever order
    they come; `indexed` goes by the index of words, None where there is none or reading through is quicker."""

    plain: Q
    indexed: Q | None = None


def found_by(model: type[Opinion], asked: str, user: User, counties: Iterable[str]) -> Found:
    """Return the condition for the rows of `model` that `asked` finds: each of its words occurs in title, text or
    place, or it is a number of theirs.

    `counties`: codes in which serial numbers are looked for. Text that is stored encrypted (ADR 0030) is found by its
    words neither as they were typed nor as they are stored.
    """
    number = bare(folded(asked))
    if NUMBER.fullmatch(number):
        return Found(Q(number=number))
    words, numbered = words_of(asked), _numbered(number, user, model, counties)
    if not words or any(encrypt_spans(form) != form for word in words for form in widths(word)):
        return Found(numbered)
    says, pairs = _all_of(partial(contains_word, SEARCHED), words), _all_of(_pairs, words)
    if not pairs or not _sees_a_county(user):
        return Found(says | numbered)
    return Found(_all_of(_holds, words) | numbered, says & pairs | numbered)


def _all_of(condition: Callable[[str], Q], words: Iterable[str]) -> Q:
    all_of = Q()
    for word in words:
        all_of &= condition(word)
    return all_of


def _sees_a_county(user: User) -> bool:
    """Tell if the person's scope is a county or more. A township or an agency has so few opinions that reading through
    them is faster than the index."""
    return any(member.area_code and len(member.area_code) <= 6 for member in scope_of(user).memberships)


def _pairs(word: str) -> Q:
    """Return the condition on the index for the word in any width; empty where one of the widths is too short for the
    index."""
    filters = [bigram_filter(SEARCHED, form) for form in widths(word)]
    return reduce(or_, filters) if all(filters) else Q()


def _holds(word: str) -> Q:
    """Return the same condition as `typed_says`, in a form that PostgreSQL assumes to be common, which it is where this
    form is used: it then follows the order of the list instead of sorting the whole table."""
    return reduce(or_, (_contains(column, form) for form in widths(word) for column in SEARCHED))


def _contains(column: str, word: str) -> Q:
    small = Lower if has_case(word) else lambda expression: expression
    return Q(GreaterThan(StrIndex(small(F(column)), small(Value(word))), 0))


def _numbered(asked: str, user: User, model: type[Opinion], counties: Iterable[str]) -> Q:
    """Return the condition for opinions by a piece of their number, and by the citizen's phone or its end with a name.
    Only those who work with the citizen find anything by phone (ADR 0010)."""
    numbered = Q(pk__in=[])
    if NUMBER_START.fullmatch(asked):
        numbered |= Q(number__startswith=asked)
    if serial := SERIAL.fullmatch(asked):
        year, digits = serial.groups()
        numbered |= Q(number__in=list(_whole_numbers(year, digits, counties, timezone.localdate())))
    return numbered | by_phone(asked, model, user) | by_tail(asked, model, user)


def direct(asked: str, user: User, rows: QuerySet[Opinion]) -> str:
    """Return the number of the one opinion among `rows` that `asked` names by its number, its serial, the citizen's
    phone, or a name and the end of a phone; "" when it names none, or several. Three queries at most."""
    number = bare(folded(asked))
    if NUMBER.fullmatch(number):
        named = Q(number=number)
    else:
        counties = County.objects.visible_to(user).values_list("pk", flat=True)
        named = _numbered(number, user, rows.model, list(counties))
    found = rows.filter(named).values_list("number", flat=True)[:2]
    return found[0] if len(found) == 1 else ""


def _whole_numbers(year: str | None, serial: str, counties: Iterable[str], today: date) -> Iterator[str]:
    """Yield the numbers that `serial` may mean, in these counties and this year, or the last YEARS years."""
    for written in [year] if year else range(today.year - YEARS, today.year + 1):
        for county in counties:
            yield f"{county}-{written}-{int(serial):06d}"
