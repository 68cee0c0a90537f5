"""Where a text gives away somebody who is to be kept secret: every telephone and identity number, other ways to reach
a person, and the name and numbers on record however they are spelled.

Source: 信访工作条例 (a person who reports is not made known to the unit reported) and 个人信息保护法. Only what can be
recognised by its form is found here; the officer who routes the opinion marks the rest (opinions/workflow/secrecy.py).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from common.text.folding import NUMERALS, fold_numerals, fold_signs

from .numbers import mask_numbers, numbers_in

STARS = "***"  # of one length, whatever they stand for
_GAP = r"[\s\-\u2010-\u2015\u2212.·]?"
_APART = r"[\W_]{0,3}"  # between the signs of a name or number that somebody spells out
_UNITS = r"(?!\s*(?:元|万|亩|平|吨|块|米|公里|千米|斤|人|户|年|kg|km|m2))"
_YEARS = rf"(?!(?:19|20)\d\d{_GAP}(?:(?:19|20)\d\d|[01]\d[0-3]\d)(?!\d))"
# Within a prefecture people leave the area code out.
_LOCAL = rf"(?:(?<![\d.a-z])|(?<=tel)){_YEARS}[2-8]\d{{2,3}}{_GAP}\d{{4}}(?![\d.]?\d){_UNITS}"
_LONG = rf"(?<!\d)\d(?:{_GAP}\d){{8,}}(?!\d)"
_STARRED = r"(?<!\d)\d{2,7}[*x•]{2,}\d{0,4}(?!\d)"
_SPOKEN = rf"[\d{''.join(NUMERALS)}](?:{_GAP}[\d{''.join(NUMERALS)}]){{6,}}"
# What looks like a number to call and is none: the number of an opinion, a day.
_NO_NUMBER = re.compile(
    r"(?<!\d)(?:[1-6]\d{5}-20\d\d-\d{6}|(?:19|20)\d\d(?:([-./])[01]?\d\1[0-3]?\d"
    r"|(?<!\d[\s-]\d{4})[01]\d[0-3]\d(?![\s-]\d)))(?!\d)"
)
_NUMBERS = [re.compile(pattern) for pattern in (_LOCAL, _LONG, _STARRED)]
_SPOKEN_NUMBER = re.compile(_SPOKEN)

_MAIL = re.compile(r"[a-z0-9.+_-]+\s*(?:@|\(at\)|#)\s*[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_CALLED = r"(?:微信|威信|薇信|v信|wechat|weixin|wx|vx|qq|扣扣|企鹅号?|抖音|快手|钉钉|支付宝)"
_IS = r"\s*(?:号码|账号|帐号|号|id)?\s*(?:就?是|为|叫|加|[:：=])?\s*[“\"'(（]?\s*"
_ACCOUNTS = [
    re.compile(rf"{_CALLED}{_IS}(?P<account>[a-z0-9][a-z0-9_-]{{3,29}})"),
    re.compile(rf"(?P<account>[a-z][a-z0-9_-]{{4,29}})\s*[(（]?\s*(?:是我?的?)?{_CALLED}"),
    re.compile(r"(?P<account>wxid_[a-z0-9]+)"),
]

_TITLES = (
    r"(?:先生|女士|小姐|同志|师傅|师父|老师|医生|书记|主任|老板|老人|大姐|大哥|大妈|大爷|大叔|大婶|大娘|阿姨|叔叔"
    r"|婶婶?|嫂子?|伯伯?|爷爷|奶奶|某{1,3}|xx?|[*×○]{1,3})"
)
_DOUBLE = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "夏侯",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "司空",
        "东方",
        "南宫",
        "西门",
        "百里",
        "端木",
        "轩辕",
        "长孙",
        "宇文",
        "闻人",
        "独孤",
    ]
)


@dataclass(frozen=True, order=True)
class Giveaway:
    """A piece of a text, from `start` to `end`. `sure`: it is the name or a number on record, which is always hidden;
    all else may be left to be read by somebody who has looked at it."""

    start: int
    end: int
    sure: bool = False


@dataclass(frozen=True)
class Person:
    """What is on record of somebody to be kept secret, and the words that an officer has marked: `hide` these as well,
    leave these (`show`)."""

    name: str = ""
    phone: str = ""
    hide: tuple[str, ...] = ()
    show: tuple[str, ...] = ()

    def giveaways(self, text: str) -> list[Giveaway]:
        """Return what in `text` must not be read, in order and without overlaps. An automatic find that is not sure is
        left out if its words are among `show`."""
        folded = fold_signs(text)
        found = [*_sure(folded, self.name, self.phone)]
        found += [
            Giveaway(*place.span(), True) for word in self.hide for place in _spelled(word).finditer(folded)
        ]
        shown = {" ".join(fold_signs(word).split()) for word in self.show}
        for start, end in _automatic(text, folded, self.name):
            if " ".join(folded[start:end].split()) not in shown:
                found.append(Giveaway(start, end))
        return _merged(found)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the pieces begin and end, for a column that encrypts them (encrypted_spans.py)."""
        return [(piece.start, piece.end) for piece in self.giveaways(text)]

    def hidden(self, text: str) -> str:
        """Return `text` with stars of one length in place of every such piece, and of other numbers their middle
        starred."""
        parts, done = [], 0
        for piece in self.giveaways(text):
            parts += [text[done : piece.start], STARS]
            done = piece.end
        return mask_numbers("".join([*parts, text[done:]]))


def _merged(found: Iterable[Giveaway]) -> list[Giveaway]:
    """Return the pieces without overlaps; two that touch are one, or their stars would count them."""
    merged: list[Giveaway] = []
    for piece in sorted(found):
        if merged and piece.start <= merged[-1].end:
            last = merged.pop()
            merged.append(Giveaway(last.start, max(last.end, piece.end), last.sure or piece.sure))
        elif piece.start < piece.end:
            merged.append(piece)
    return merged


def _sure(folded: str, name: str, phone: str) -> Iterator[Giveaway]:
    for pattern in _of_name(fold_signs(name.strip())):
        yield from (Giveaway(*place.span(), True) for place in pattern.finditer(folded))
    number = re.sub(r"\D", "", phone)
    if len(number) < 4:
        return
    digits = fold_numerals(folded)
    for whole in {number, re.sub(r"^0\d{2,3}(?=\d{7,8}$)", "", re.sub(r"^86(?=1\d{10}$)", "", number))}:
        yield from (Giveaway(*place.span(), True) for place in _of_number(whole).finditer(digits))
    for token in re.finditer(r"\d{4,}", digits):
        part = token[0]
        if part in number and (number.endswith(part) or not re.fullmatch(r"(?:19|20)\d\d", part)):
            yield Giveaway(*token.span(), True)


@lru_cache(maxsize=1024)
def _of_number(number: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[+]?86{_APART})?" + _APART.join(number))


@lru_cache(maxsize=1024)
def _spelled(word: str) -> re.Pattern[str]:
    """Return the pattern of a word in any width, case and character form, with whatever stands between its signs."""
    signs = [sign for sign in fold_signs(word) if not sign.isspace()]
    return re.compile(_APART.join(map(re.escape, signs)) or r"(?!)")


@lru_cache(maxsize=1024)
def _of_name(name: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a folded name: as a whole, and its family name with a form of address."""
    if not name:
        return ()
    patterns = [_spelled(name)]
    if name[0] >= "\u3400" and len(name) > 1:
        family = name[:2] if name[:2] in _DOUBLE and len(name) > len("欧阳") else name[:1]
        patterns.append(re.compile(rf"{re.escape(family)}{_TITLES}"))
    return tuple(patterns)


def _automatic(text: str, folded: str, name: str) -> Iterator[tuple[int, int]]:
    yield from numbers_in(text)
    plain = _NO_NUMBER.sub(lambda found: "\0" * len(found[0]), folded)
    for pattern in _NUMBERS:
        yield from (found.span() for found in pattern.finditer(plain))
    for found in _SPOKEN_NUMBER.finditer(folded):
        if not re.fullmatch(r"[\d\W]+", found[0]):  # plain digits have their own patterns
            yield found.span()
    yield from (found.span() for found in _MAIL.finditer(folded))
    for pattern in _ACCOUNTS:
        yield from (found.span("account") for found in pattern.finditer(folded))
    family = fold_signs(name[:2]) in _DOUBLE
    given = fold_signs(name.strip())[2 if family else 1 :]
    if len(given) > 1 and given[0] >= "\u3400":
        yield from (found.span() for found in _spelled(given).finditer(folded))
