"""The pinyin by which Chinese names are ordered, the same on every database."""

from collections.abc import Callable
from functools import cache
from typing import Any

# Surnames whose sound as a surname is not the usual one. Most two-character ones pypinyin knows as words.
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "朴": "piao",
    "查": "zha",
    "盖": "ge",
    "覃": "qin",
    "乐": "yue",
    "缪": "miao",
    "冼": "xian",
    "员": "yun",
    "尉": "wei",
    "种": "chong",
}
DOUBLE = {
    "尉迟": [["yù"], ["chí"]],
    "单于": [["chán"], ["yú"]],
    "长孙": [["zhǎng"], ["sūn"]],
    "万俟": [["mò"], ["qí"]],
}


@cache
def _reader() -> Callable[[str], list[str]]:
    """Return pypinyin's reader. Its dictionary takes half of a process's start, and most processes never need it."""
    import pypinyin

    pypinyin.load_phrases_dict(DOUBLE)
    return pypinyin.lazy_pinyin


def pinyin_key(name: str, *, person: bool = False) -> str:
    """Return `name` in pinyin, a space between syllables, so that order by it is order by syllable.

    With `person` the first character is read as a surname (单 shan, 曾 zeng). What is not Chinese stays, in lower
    case.
    """
    syllables = _reader()(name.strip())
    if person and syllables and not name.startswith(tuple(DOUBLE)):
        syllables[0] = SURNAMES.get(name.strip()[0], syllables[0])
    return " ".join(syllables).lower()


def name_key(instance: Any, *, person: bool = False) -> str:
    """Return the `pinyin_key` of the instance's name, cut to what its column holds. The model has `name` and
    `name_pinyin`."""
    return pinyin_key(instance.name, person=person)[: instance._meta.get_field("name_pinyin").max_length]
