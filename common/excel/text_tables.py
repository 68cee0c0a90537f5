"""Tables in text files: CSV and its relatives, in the encodings that Excel, WPS and the programs of offices write."""

import codecs
import csv
import io
from collections.abc import Generator, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from .errors import TableError, not_a_table

TEXT_NAMES = (".csv", ".txt", ".tsv")
UNREADABLE = "\ufffd"  # stands in a cell for a byte that means nothing; the reader of the cell refuses it


def looks_like_a_table(start: bytes) -> bool:
    """Return whether a file with another name begins as a table in text does: programs of offices write such ones under
    the name .xls."""
    lines = start.split(b"\n")
    return len(lines) > 1 and any(mark in lines[0] for mark in (b"\t", b",")) and b"\x00" not in start


def csv_lines(copy: IO[bytes]) -> Generator[tuple[int, Sequence[Any]], None, None]:
    """Yield (row number, cells) of every row of a text file that is not blank. Raises TableError."""
    text = io.TextIOWrapper(copy, encoding=_encoding(copy), errors="replace", newline="")
    first = text.readline(100_000)
    text.seek(0)
    delimiter = max(",\t;", key=first.count)
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):
            if any(cell.strip() for cell in cells):
                yield number, [_without_formula(cell) for cell in cells]
    except csv.Error as error:
        if "field limit" in str(error):
            raise TableError(_("A cell of the CSV file is far too long.")) from error
        raise TableError(_("The quotation marks of the CSV file do not match.")) from error


def _without_formula(cell: str) -> str:
    """Return 433101101 of ="433101101": how programs keep Excel from making a number of a text."""
    return cell[2:-1] if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell


def _encoding(copy: IO[bytes]) -> str:
    """Return UTF-8 with or without its mark, else GB 18030 as Excel and WPS save it in China; UTF-16 by its mark. A few
    bytes that mean nothing do not refuse the file: their cells are."""
    marked = copy.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for most_wrong in (0.0, 0.01):
        for encoding in encodings:
            if _share_unreadable(copy, encoding) <= most_wrong:
                return encoding
    raise TableError(not_a_table())


def _share_unreadable(copy: IO[bytes], encoding: str) -> float:
    """Return which share of the characters means nothing in this encoding; all, where it is no text in it."""
    copy.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    wrong = total = 0
    while chunk := copy.read(1 << 20):
        text = decoder.decode(chunk)
        wrong, total = wrong + text.count(UNREADABLE), total + len(text)
        if "\x00" in text:
            return 1
    text = decoder.decode(b"", final=True)
    copy.seek(0)
    return (wrong + text.count(UNREADABLE)) / max(total + len(text), 1)
