"""What a word in a column of fixed choices means: the product's own words, those of offices, and what a person decided.

A word that is not certain is never guessed: it is an AskedWord, with what it may mean.
"""

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from common.excel.importing import CellError, whole
from common.text.visible import word as normal
from opinions.importing import columns as c

from .words import ASKED, MEANT

NUMBERED = re.compile(r"^\d{1,4}[\s.、:：_-]*(?=\D)")  # “0001 来信”, “2 满意”
REMARK = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]?$")
SUFFIXES = ("类", "件", "类件")
EMPTY = "-"  # what a person decides for a word that says nothing: the cell counts as empty


class AskedWord(CellError):
    """A word that a person is to say the meaning of; `suggested` are the codes that it may stand for."""

    def __init__(self, message: str, word: str, suggested: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.word, self.suggested = word, suggested


@lru_cache(maxsize=1)
def _known() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for column, own in c.WORDS.items():
        known = found.setdefault(column, {})
        for code, words in MEANT.get(column, {}).items():
            known |= {normal(word): code for word in words.split()}
        for code, own_words in own.items():
            known |= {normal(word): code for word in (*own_words, str(code), _label(code)) if word}
    return found


def _label(code: Any) -> str:
    """Return what the register itself writes for a code in a list or export."""
    from django.conf import settings
    from django.utils.translation import override

    with override(settings.LANGUAGE_CODE):
        return str(getattr(code, "label", ""))


def meaning(column: str, value: Any, decided: Mapping[str, str] | None = None, header: str = "") -> Any:
    """Return the code of a word in one of the columns of WORDS; the default for an empty cell. `decided`: word → code,
    as a person said. `header`: as the file has it, for a false friend is none under the product's own. Raises
    AskedWord."""
    typed = whole(value)
    if not typed:
        return c.DEFAULT[column]
    bare = normal(typed)
    if decided and bare in decided:
        return _decided(column, decided[bare])
    known = _known()[column]
    forms = [form for form in _forms(bare) if form]
    asked = ASKED.get(column, {})
    if bare in asked and not (bare in known and header in ("", column)):
        raise _asked(column, typed, asked[bare])
    for form in forms:
        if form in known:
            return known[form]
    # “A 已解决”, “A：已解决”: a letter with its explanation.
    if column == c.OUTCOME and re.match(r"[a-d](?=[:：\-.、\u4e00-\u9fff]|\s)", bare):
        return known[bare[0]]
    near = difflib.get_close_matches(bare, known, n=3, cutoff=0.5)
    raise _asked(column, typed, tuple(dict.fromkeys(known[word] for word in near)))


def _forms(bare: str) -> list[str]:
    forms = [bare, NUMBERED.sub("", bare), REMARK.sub("", bare)]
    forms += [
        form.removesuffix(suffix) for form in tuple(forms) for suffix in SUFFIXES if form.endswith(suffix)
    ]
    return list(dict.fromkeys(forms))


def _decided(column: str, choice: str) -> Any:
    if choice == EMPTY:
        return c.DEFAULT[column]
    return next((code for code in c.WORDS[column] if str(code) == choice), c.DEFAULT[column])


def _asked(column: str, typed: str, suggested: tuple[Any, ...]) -> AskedWord:
    words = "、".join(c.MEANING[column])
    message = _("“%(value)s” is none of: %(words)s") % {"value": typed[:30], "words": words}
    return AskedWord(message, typed, suggested)
