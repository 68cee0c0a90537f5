"""Tables of strangers: Excel and CSV are read safely into rows. Writing Excel is in common.excel.workbook."""

import codecs
import csv
import io
import json
import mmap
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from django.utils.translation import gettext as _

from .cells import FORBIDDEN
from .workbook import Column, Sheet, Total, write_xlsx

__all__ = [
    "BROWSER",
    "CELL",
    "COMMAND",
    "Column",
    "Limits",
    "Sheet",
    "Table",
    "TableError",
    "Total",
    "read_table",
    "write_xlsx",
]

COLUMNS, CELL = 60, 10_000
HEADER_WITHIN = 10  # rows; above the header there is often an office's title, and remarks
EXCEL_MARKS = {b"PK\x03\x04": "xlsx", b"\xd0\xcf\x11\xe0": "xls"}
PAGE_MARKS = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")
CHILD = Path(__file__).with_name("table_child.py")
Cells = tuple[int, Sequence[Any]]  # row number, values
Lines = Generator[Cells, None, None]


class BinaryFile(Protocol):
    """Anything that bytes can be read from: an upload, a stored file, an open path."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Limits:
    """What a file may cost: bytes, bytes unpacked, rows; megabytes and seconds of the reading process."""

    bytes: int
    unpacked: int
    rows: int
    megabytes: int
    seconds: int


BROWSER = Limits(20 << 20, 300 << 20, 50_000, 1024, 60)
COMMAND = Limits(200 << 20, 2 << 30, 200_000, 4096, 600)


class TableError(Exception):
    """The file cannot be read. `row` counts as a spreadsheet does; 0 when it is about the whole file."""

    def __init__(self, message: str, row: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.message, self.row, self.column = message, row, column


class Table:
    """Iterate once over (row number, {header: value}). A value is text, "" for an empty cell, or a date or
    datetime; a text longer than CELL comes cut to CELL + 1 characters, for its reader to refuse the row."""

    def __init__(
        self, columns: list[str], header_row: int, rows: Generator[tuple[int, dict[str, Any]], None, None]
    ) -> None:
        self.columns, self.header_row, self._rows = columns, header_row, rows

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        return self._rows

    def close(self) -> None:
        """Stop reading early: ends the reading process."""
        self._rows.close()


def read_table(
    file: BinaryFile, name: str, *, expected: Iterable[str] = (), limits: Limits = BROWSER
) -> Table:
    """Open a table in a binary `file` called `name`; the content decides what it is, not the name.

    The first visible sheet that holds anything is read. The header is the first of the topmost rows with one
    of the `expected` headers in it, else the first row that is not blank. Blank rows are passed over, merged
    cells count as their first one. Raises TableError, also later, while the rows are read.
    """
    copy = _copied(file, limits)
    lines = _lines(copy, name, limits)
    try:
        header_row, cells = _find_header(lines, set(expected))
        columns = _columns(header_row, cells)
    except BaseException:
        lines.close()
        raise
    return Table([name for name in columns if name], header_row, _rows(columns, lines, limits.rows))


def _copied(file: BinaryFile, limits: Limits) -> IO[bytes]:
    """Copy to a temporary file of our own, so that uploads, storages and paths are all read in the same way."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the generator that reads it
    while chunk := file.read(1 << 20):
        copy.write(chunk)
        if copy.tell() > limits.bytes:
            copy.close()
            raise TableError(_("The file is larger than %d MB; divide it.") % (limits.bytes >> 20))
    if not copy.tell():
        copy.close()
        raise TableError(_("The file is empty."))
    copy.seek(0)
    return copy


def _lines(copy: IO[bytes], name: str, limits: Limits) -> Lines:
    """Yield (row number, cells) of every row that is not blank, for every kind of file."""
    with copy:
        start = copy.read(4096)
        copy.seek(0)
        kind = EXCEL_MARKS.get(start[:4])
        if kind:
            if kind == "xlsx":
                _check_package(copy, limits)
            elif _is_encrypted(copy):
                raise TableError(_("The file is protected by a password. Save it without one."))
            yield from _excel_lines(copy, limits)
        elif start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(PAGE_MARKS):
            raise TableError(
                _("This is a web page, not a table. Open it and save it as Excel workbook (.xlsx).")
            )
        elif name.lower().endswith((".csv", ".txt", ".tsv")):
            yield from _csv_lines(copy)
        else:
            raise TableError(_not_a_table())


def _not_a_table() -> str:
    return _("This is no Excel workbook (.xlsx) and no CSV file.")


def _damaged() -> str:
    return _("The file is damaged. Open it in Excel or WPS and save it again.")


def _check_package(copy: IO[bytes], limits: Limits) -> None:
    """Look at the package's table of contents before anything is unpacked."""
    try:
        entries = zipfile.ZipFile(copy).infolist()
    except Exception as error:  # zipfile raises half a dozen kinds on a package made to confuse it
        raise TableError(_damaged()) from error
    copy.seek(0)
    names = [entry.filename for entry in entries]
    if not any(name.startswith("xl/workbook") for name in names):
        raise TableError(_not_a_table())
    if len(names) > 2000 or len(set(names)) != len(names):
        raise TableError(_damaged())
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise TableError(_("Unpacked, the file is larger than %d MB; divide it.") % (limits.unpacked >> 20))


def _is_encrypted(copy: IO[bytes]) -> bool:
    """Look for a workbook with a password: it is kept in the old format's container, under a name that the reader
    ignores."""
    with mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return whole.find("EncryptedPackage".encode("utf-16-le")) >= 0


def _excel_lines(copy: IO[bytes], limits: Limits) -> Lines:
    command = [sys.executable, "-P", str(CHILD), str(limits.megabytes), str(limits.seconds)]
    child = subprocess.Popen(  # noqa: S603
        command, stdin=copy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    )
    output = child.stdout
    assert output is not None  # noqa: S101 - asked for as a pipe
    try:
        for line in output:
            row = json.loads(line)
            if isinstance(row, dict):
                raise TableError(_damaged())
            yield row[0], [_value(cell) for cell in row[1]]
        if child.wait():
            raise TableError(_("The file is damaged, or far larger inside than it looks."))
    finally:
        child.kill()
        output.close()
        child.wait()


def _value(cell: Any) -> str | date:
    if isinstance(cell, dict):
        return (datetime if "T" in cell["d"] else date).fromisoformat(cell["d"])
    if isinstance(cell, float):
        # Excel knows no whole numbers: the code 433101002 is kept as 433101002.0.
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return "" if cell is None else str(cell)


def _csv_lines(copy: IO[bytes]) -> Lines:
    text = io.TextIOWrapper(copy, encoding=_encoding(copy), newline="")
    first = text.readline(100_000)
    text.seek(0)
    delimiter = max(",\t;", key=first.count)
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        if "field limit" in str(error):
            raise TableError(_("A cell of the CSV file is far too long.")) from error
        raise TableError(_("The quotation marks of the CSV file do not match.")) from error


def _encoding(copy: IO[bytes]) -> str:
    """Return UTF-8 with or without its mark, else GB 18030 as Excel and WPS save it in China; UTF-16 by its mark."""
    marked = copy.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        if _decodes(copy, encoding):
            return encoding
    raise TableError(_not_a_table())


def _decodes(copy: IO[bytes], encoding: str) -> bool:
    copy.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := copy.read(1 << 20):
            if "\x00" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    copy.seek(0)
    return True


def _find_header(lines: Lines, expected: set[str]) -> Cells:
    first = None
    for count, (row, cells) in enumerate(lines, start=1):
        first = first or (row, cells)
        if not expected or expected.intersection(_clean(cell) for cell in cells):
            return row, cells
        if count == HEADER_WITHIN:
            break
    if first is None:
        raise TableError(_("The file holds no rows."))
    return first


def _columns(row: int, cells: Sequence[Any]) -> list[str]:
    columns = [str(_clean(cell)) for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > COLUMNS:
        raise TableError(_("There are more than %d columns.") % COLUMNS, row)
    for name in columns:
        if name and columns.count(name) > 1:
            raise TableError(_("The column is there twice."), row, name[:50])
    return columns


def _rows(columns: list[str], lines: Lines, most: int) -> Generator[tuple[int, dict[str, Any]], None, None]:
    for count, (number, cells) in enumerate(lines, start=1):
        if count > most:
            lines.close()
            raise TableError(_("There are more than %d rows; divide the file.") % most, number)
        values = [_clean(cell) for cell in cells]
        for place, value in enumerate(values):
            if value != "" and (place >= len(columns) or not columns[place]):
                raise TableError(_("A cell of this row stands in a column without a header."), number)
        values += [""] * (len(columns) - len(values))
        yield number, {name: value for name, value in zip(columns, values, strict=False) if name}


def _clean(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = FORBIDDEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", ""))
    return text.strip()[: CELL + 1]
