"""Reads a file of areas and judges every row; it knows no database."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from studios.models import Township

TOWNSHIPS = ("county_code", "county", "township_code", "township")
VILLAGES = ("township_code", "village_code", "village")
MAX_BYTES = 60_000_000  # every village of the country
NAME_LENGTH = 50

# GB/T 2260: the first two digits of every code.
PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66),
    71, 81, 82,
}  # fmt: skip
KINDS = [
    (r"(镇)$", Township.Kind.TOWN),
    (r"(乡|苏木)$", Township.Kind.TOWNSHIP),
    (r"(街道|街道办事处)$", Township.Kind.SUBDISTRICT),
]
# 统计用区划代码编制规则: 400–599 in the last three digits are units that are like a township and are none.
LIKE_TOWNSHIPS = range(400, 600)


NumberedRow = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class RowError:
    """What is wrong in which row, counted as a spreadsheet does: the header is row 1."""

    row: int
    reason: str

    def __str__(self) -> str:
        return _("Row %(row)d: %(reason)s") % vars(self)


class AreaFileError(Exception):
    """The file was refused as a whole; `errors` lists every RowError, in the order of the rows."""

    def __init__(self, *errors: RowError) -> None:
        self.errors = sorted(errors, key=lambda error: error.row)
        super().__init__("\n".join(map(str, self.errors)))


@dataclass(frozen=True)
class AreaFile:
    """`columns` is TOWNSHIPS or VILLAGES; `rows` are (row number, {column: text}) in file order."""

    columns: tuple[str, ...]
    rows: tuple[NumberedRow, ...]


def read_areas(file: IO[bytes]) -> AreaFile:
    """Return the AreaFile of a binary CSV file, UTF-8 or GB 18030. Raises AreaFileError naming every bad row."""
    records = _records(file)
    header = tuple(cell.strip().lower() for cell in records[0]) if records else ()
    if header not in (TOWNSHIPS, VILLAGES):
        raise AreaFileError(
            RowError(1, _("the columns must be %s or %s") % (",".join(TOWNSHIPS), ",".join(VILLAGES)))
        )
    rows: list[NumberedRow] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            errors.append(RowError(number, _("%d columns instead of %d") % (len(cells), len(header))))
            continue
        row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        found = list(_faults(header, row))
        code = row[header[-2]]
        if not found and seen.setdefault(code, number) != number:
            found = [_("the code %s is already in row %d") % (code, seen[code])]
        errors += [RowError(number, reason) for reason in found]
        rows.append((number, row))
    if not rows and not errors:
        errors = [RowError(2, _("the file holds no areas"))]
    errors += _two_names(rows) if header == TOWNSHIPS else []
    if errors:
        raise AreaFileError(*errors)
    return AreaFile(header, tuple(rows))


def _records(file: IO[bytes]) -> list[list[str]]:
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise AreaFileError(RowError(1, _("the file is too large")))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(content.decode(encoding).splitlines(), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error:
            break
    raise AreaFileError(RowError(1, _("this is not a CSV file")))


def _faults(header: tuple[str, ...], row: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with one row, in words."""
    upper, lower = (
        ("county_code", "township_code") if header == TOWNSHIPS else ("township_code", "village_code")
    )
    for column, length in (
        (upper, 6 if header == TOWNSHIPS else 9),
        (lower, 9 if header == TOWNSHIPS else 12),
    ):
        if not is_code(row[column], length):
            yield _("“%s” is no area code of %d digits") % (row[column], length)
    if not row[lower].startswith(row[upper]):
        yield _("the code %s does not lie in %s") % (row[lower], row[upper])
    for column in header:
        if not column.endswith("code") and not 0 < len(row[column]) <= NAME_LENGTH:
            yield _("the name is missing or longer than %d characters") % NAME_LENGTH


def is_code(text: str, length: int) -> bool:
    """Return whether `text` is a code of GB/T 2260 (6 digits) or of the statistical areas below it (9, 12).

    Prefectures and provinces (…0000) are none; cities without counties (4419 00) are.
    """
    if not re.fullmatch(rf"[0-9]{{{length}}}", text):
        return False
    parts = [text[i : i + 3] for i in range(6, length, 3)]
    return int(text[:2]) in PROVINCES and text[2:6] != "0000" and "000" not in parts


def _two_names(rows: Iterable[NumberedRow]) -> Iterator[RowError]:
    names: dict[str, tuple[int, str]] = {}
    for number, row in rows:
        first, name = names.setdefault(row["county_code"], (number, row["county"]))
        if name != row["county"]:
            yield RowError(number, _("county %s has another name in row %d") % (row["county_code"], first))


def kind_of(code: str, name: str) -> str:
    """Return town, township or subdistrict, by the ending of the name; `other` for a unit that only has such a code.

    Forestry stations, farms, development zones and "virtual living areas" are recognised by their names or by the
    block of codes kept for them.
    """
    if int(code[6:9]) in LIKE_TOWNSHIPS or "虚拟" in name:
        return Township.Kind.OTHER
    return next((kind for ending, kind in KINDS if re.search(ending, name)), Township.Kind.OTHER)
