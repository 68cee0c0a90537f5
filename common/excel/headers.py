"""Headers as offices write them: 姓 名, 电话（手机）, *登记⏎时间：, two rows with merged cells. Found, joined and
brought into one form, so that they can be compared."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from common.text.visible import visible

from .opening import Cells, RawSheet

WITHIN = 20  # rows; above the header there are an office's title, remarks, dates
MOST_COLUMNS = 60
SURE = 3  # columns that are known make a header without one of the anchors
REQUIRED_MARK = re.compile(r"[*＊★]|[(（]\s*(?:必填|必填项|选填|可不填|可选|非必填)\s*[)）]")
REMARK = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]$")


def display(cell: Any) -> str:
    """Return a header as it is shown: on one line, without the marks of what is required and a colon at its end."""
    text = REQUIRED_MARK.sub("", visible(str(cell)))
    return (
        re.sub(r"\s+", "", text).rstrip(":：").strip()[:60] if _chinese(text) else " ".join(text.split())[:60]
    )


def _chinese(text: str) -> bool:
    return bool(re.search("[\u3400-\u9fff]", text))


def normal(header: str) -> str:
    """Return the form in which headers are compared: half width, no blanks, no case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", display(header))).casefold()


def variants(header: str) -> list[str]:
    """Return the forms of a header, nearest first: as it is, and without a remark in brackets at its end."""
    whole = normal(header)
    bare = REMARK.sub("", whole)
    return [whole] if bare in ("", whole) else [whole, bare]


@dataclass(frozen=True)
class Header:
    """The header of a sheet: the row under which the data begin, and the name of each column (a letter where it has
    none)."""

    row: int
    last_row: int
    names: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The names, each once: of two that are the same the second carries a number."""
        seen: Counter[str] = Counter()
        keys = []
        for place, name in enumerate(self.names):
            key = name or f"{get_column_letter(place + 1)}列"
            seen[key] += 1
            keys.append(f"{key}（{seen[key]}）" if seen[key] > 1 else key)
        return tuple(keys)


Known = Callable[[str], str]  # header → the column it means, or ""


def find_header(
    sheet: RawSheet, first: Sequence[Cells], known: Known | None, anchors: frozenset[str]
) -> Header | None:
    """Return the header among the `first` rows of a sheet: the row, or two rows together, in which most columns are
    `known`, at least two with one of `anchors` or SURE of any; None without one. Without `known` the first row is."""
    if known is None:
        return _header(first[0][0], first[0][0], [display(cell) for cell in first[0][1]]) if first else None
    best: Header | None = None
    best_score = 0
    for place, (number, cells) in enumerate(first):
        single = [display(cell) for cell in cells]
        below = first[place + 1] if place + 1 < len(first) and first[place + 1][0] == number + 1 else None
        for header in (_header(number, number, single), _joined(sheet, number, single, below)):
            if header and (score := _score(header, known, anchors)) > best_score:
                best, best_score = header, score
    return best


def _header(row: int, last_row: int, names: list[str]) -> Header:
    while names and not names[-1]:
        names = names[:-1]
    return Header(row, last_row, tuple(names[:MOST_COLUMNS]))


def _score(header: Header, known: Known, anchors: frozenset[str]) -> int:
    found = {known(name) for name in header.names if name} - {""}
    least = min(2, sum(1 for name in header.names if name))
    return len(found) if len(found) >= (least if found & anchors else SURE) else 0


def _joined(sheet: RawSheet, number: int, top: list[str], below: Cells | None) -> Header | None:
    """Return the header of two rows, where cells of the first are merged to the right or down into the second."""
    spans = [one for one in sheet.merged if one[0] == number and (one[3] > one[1] or one[2] == number + 1)]
    if below is None or not spans:
        return None
    width = max(len(top), len(below[1]), *(one[3] + 1 for one in spans))
    upper = top + [""] * (width - len(top))
    lower = [display(cell) for cell in below[1]] + [""] * (width - len(below[1]))
    for first_row, first, last_row, last in spans:
        for place in range(first + 1, last + 1):
            upper[place] = upper[first]
        if last_row > first_row:
            for place in range(first, last + 1):
                lower[place] = ""
    return _header(number, number + 1, [low or up for up, low in zip(upper, lower, strict=True)])
