"""Characters that say the same in another spelling: width, case, traditional forms, and numerals written as words."""

import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

# The digits as they are written by hand, spoken on the phone, or on cheques.
NUMERALS = {
    sign: digit
    for digit, signs in enumerate(
        ("〇零○洞", "一壹幺弌", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖勾")
    )
    for sign in signs
}


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@cache
def _folded(sign: str) -> str:
    plain = unicodedata.normalize("NFKC", sign)
    plain = plain.lower() if len(plain) == 1 else sign
    if plain >= "\u3400":
        plain = _simplifier().convert(plain)
    return plain if len(plain) == 1 else sign


def fold_signs(text: str) -> str:
    """Return `text` in half width, lower case and simplified characters, sign for sign: a place in the one is the
    same place in the other."""
    return text.lower() if text.isascii() else "".join(map(_folded, text))


def fold_numerals(folded: str) -> str:
    """Return text from `fold_signs` with every numeral that stands for one digit as that digit, sign for sign."""
    return "".join(str(NUMERALS.get(sign, sign)) for sign in folded)
