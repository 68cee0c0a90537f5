"""What people type into a search box, made comparable: width, case and the punctuation around it do not count."""

import re
import unicodedata
from functools import reduce
from operator import or_

from django.db.models import Q

BETWEEN = re.compile(r"[\s，。、；：！？…（）【】〔〕《》〈〉“”‘’「」『』]+")
DASH = re.compile(r"[\u2010-\u2015\u2212]")
WIDE = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}


def folded(asked: str) -> str:
    """`asked` in half-width digits, letters, brackets and blanks; every dash is a hyphen."""
    return DASH.sub("-", unicodedata.normalize("NFKC", asked))


def bare(word: str) -> str:
    """`word` without the punctuation and signs around it."""
    said = [place for place, sign in enumerate(word) if unicodedata.category(sign)[0] in "LNM"]
    return word[said[0] : said[-1] + 1] if said else ""


def words_of(asked: str) -> list[str]:
    """The words of a search as they were typed, without the punctuation around and between them."""
    return [word for word in map(bare, BETWEEN.split(asked)) if word]


def widths(word: str) -> list[str]:
    """`word` in each width in which it may have been written down: as it is, half and full."""
    half = folded(word)
    forms = [word, half]
    if any(sign in WIDE for sign in map(ord, half)):
        forms += [case.translate(WIDE) for case in (half.upper(), half.lower())]
    return list(dict.fromkeys(forms))


def has_case(word: str) -> bool:
    return word.upper() != word.lower()


def says(columns, word: str) -> Q:
    """Rows of which one of `columns` holds `word` in any width and case."""
    # Without letters that have a case the plain comparison serves, at a tenth of the cost.
    found = (
        Q(**{f"{column}__{'icontains' if has_case(form) else 'contains'}": form})
        for form in widths(word)
        for column in columns
    )
    return reduce(or_, found)


def says_all(columns, asked: str) -> Q:
    """Rows that hold every word of `asked`; all rows where it has none."""
    said = Q()
    for word in words_of(asked):
        said &= says(columns, word)
    return said
