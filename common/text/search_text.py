"""What people type into a search box, made comparable: width, case and the punctuation around it do not count."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q

BETWEEN = re.compile(r"[\s，。、；：！？…（）【】〔〕《》〈〉“”‘’「」『』]+")
DASH = re.compile(r"[\u2010-\u2015\u2212]")
WIDE = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}


def folded(asked: str) -> str:
    """Return `asked` in half-width digits, letters, brackets and blanks; every dash is a hyphen."""
    return DASH.sub("-", unicodedata.normalize("NFKC", asked))


def bare(word: str) -> str:
    """Return `word` without the punctuation and signs around it."""
    places = [place for place, sign in enumerate(word) if unicodedata.category(sign)[0] in "LNM"]
    return word[places[0] : places[-1] + 1] if places else ""


def words_of(asked: str) -> list[str]:
    """Return the words of a search as they were typed, without the punctuation around and between them."""
    return [word for word in map(bare, BETWEEN.split(asked)) if word]


def widths(word: str) -> list[str]:
    """Return `word` in each width in which it may have been written down: as it is, half and full."""
    half = folded(word)
    forms = [word, half]
    if any(sign in WIDE for sign in map(ord, half)):
        forms += [case.translate(WIDE) for case in (half.upper(), half.lower())]
    return list(dict.fromkeys(forms))


def has_case(word: str) -> bool:
    """Return whether `word` has letters that differ in upper and lower case."""
    return word.upper() != word.lower()


def contains_word(columns: Iterable[str], word: str) -> Q:
    """Return the condition that one of `columns` (at least one) holds `word` in any width and case."""
    # Without letters that have a case the plain comparison serves, at a tenth of the cost.
    found = (
        Q(**{f"{column}__{'icontains' if has_case(form) else 'contains'}": form})
        for form in widths(word)
        for column in columns
    )
    return reduce(or_, found)


def contains_all_words(columns: Sequence[str], asked: str) -> Q:
    """Return the condition that a row holds every word of `asked`; an empty one, met by all rows, where it has none."""
    condition = Q()
    for word in words_of(asked):
        condition &= contains_word(columns, word)
    return condition
