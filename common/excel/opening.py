"""Opens a stranger's file, Excel or text, as raw sheets: rows of cells, what is merged, what is hidden. What a row
means is read in common.excel.tables."""

import codecs
import json
import mmap
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from django.utils.translation import gettext as _

from .errors import TableError, damaged, not_a_table
from .text_tables import TEXT_NAMES, csv_lines, looks_like_a_table

EXCEL_MARKS = {b"PK\x03\x04": "xlsx", b"\xd0\xcf\x11\xe0": "xls"}
PAGE_MARKS = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")
CHILD = Path(__file__).with_name("table_child.py")
CELL_PLACE = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]{1,3})(\d+)"')
MOST_DIGITS = 15  # that Excel keeps of a number
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


class NumberCell(str):
    """The text of a cell that Excel keeps as a number."""

    __slots__ = ()

    @property
    def lost_digits(self) -> bool:
        """Whether the number has more digits than Excel keeps, so that its last ones are not those that were typed."""
        return len(self.split(".")[0].lstrip("-")) > MOST_DIGITS


@dataclass
class RawSheet:
    """One sheet: its name ("" of a text file), the ranges merged in it (first row, first column, last row, last
    column; columns from 0), its hidden rows, and its rows, to be read before the next sheet is asked for."""

    name: str
    rows: Iterator[Cells]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()


def open_sheets(file: BinaryFile, name: str, limits: Limits) -> Generator[RawSheet, None, None]:
    """Yield the visible sheets of a binary `file` called `name`; the content decides what it is. Raises TableError,
    also later, while rows are read."""
    copy = _copied(file, limits)
    with copy:
        start = copy.read(4096)
        copy.seek(0)
        kind = EXCEL_MARKS.get(start[:4])
        if kind:
            package = _package(copy, limits) if kind == "xlsx" else copy
            if kind == "xls" and _is_encrypted(copy):
                raise TableError(_("The file is protected by a password. Save it without one."))
            yield from _excel_sheets(package, limits)
        elif start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(PAGE_MARKS):
            raise TableError(
                _("This is a web page, not a table. Open it and save it as Excel workbook (.xlsx).")
            )
        elif name.lower().endswith(TEXT_NAMES) or looks_like_a_table(start):
            yield RawSheet("", csv_lines(copy))
        else:
            raise TableError(not_a_table())


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


def _package(copy: IO[bytes], limits: Limits) -> IO[bytes]:
    """Look at the package's table of contents before anything is unpacked; return it, its paths with slashes: some
    programs write backslashes."""
    try:
        entries = zipfile.ZipFile(copy).infolist()
    except Exception as error:  # zipfile raises half a dozen kinds on a package made to confuse it
        raise TableError(damaged()) from error
    copy.seek(0)
    names = [entry.filename.replace("\\", "/") for entry in entries]
    if not any(name.startswith("xl/workbook") for name in names):
        raise TableError(not_a_table())
    if len(names) > 2000 or len(set(names)) != len(names):
        raise TableError(damaged())
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise TableError(_("Unpacked, the file is larger than %d MB; divide it.") % (limits.unpacked >> 20))
    if all(name == entry.filename for name, entry in zip(names, entries, strict=True)):
        return copy
    return _with_slashes(copy)


def _with_slashes(copy: IO[bytes]) -> IO[bytes]:
    other = tempfile.TemporaryFile()  # noqa: SIM115 - closed when nobody holds it any more
    try:
        with zipfile.ZipFile(copy) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                new.writestr(entry.filename.replace("\\", "/"), old.read(entry))
    except Exception as error:
        raise TableError(damaged()) from error
    other.seek(0)
    return other


def _is_encrypted(copy: IO[bytes]) -> bool:
    """Look for a workbook with a password: it is kept in the old format's container, under a name that the reader
    ignores."""
    with mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return whole.find("EncryptedPackage".encode("utf-16-le")) >= 0


def _excel_sheets(copy: IO[bytes], limits: Limits) -> Generator[RawSheet, None, None]:
    command = [sys.executable, "-P", str(CHILD), str(limits.megabytes), str(limits.seconds)]
    child = subprocess.Popen(  # noqa: S603
        command, stdin=copy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    )  # nothing of the environment goes along: it holds the keys
    assert child.stdout is not None  # noqa: S101 - asked for as a pipe
    reader = _ChildReader(child.stdout)
    try:
        yield from reader.sheets()
        if child.wait():
            raise TableError(_too_large(copy))
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


class _ChildReader:
    """Reads what the child writes: a line for each sheet, then those of its rows."""

    def __init__(self, output: IO[bytes]) -> None:
        self.output = output
        self.next_sheet: dict[str, Any] | None = None

    def sheets(self) -> Iterator[RawSheet]:
        for _row in self._rows():
            raise TableError(damaged())
        while (head := self.next_sheet) is not None:
            self.next_sheet = None
            rows = self._rows()
            yield RawSheet(
                head["sheet"], rows, [tuple(one) for one in head["merged"]], frozenset(head["hidden"])
            )
            for _row in rows:  # whatever of the sheet nobody wanted
                pass

    def _rows(self) -> Iterator[Cells]:
        for line in self.output:
            said = json.loads(line)
            if isinstance(said, list):
                yield said[0], [_value(cell) for cell in said[1]]
            elif "sheet" in said:
                self.next_sheet = said
                return
            else:
                raise TableError(damaged())


def _too_large(copy: IO[bytes]) -> str:
    """Return why the reading process ended: most often one cell far away from the table, which is named."""
    row, column = 0, ""
    try:
        copy.seek(0)
        with zipfile.ZipFile(copy) as package:
            for name in package.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with package.open(name) as sheet:
                        row, column = max((row, column), _last_cell(sheet), key=_far)
    except Exception:  # not a package, or one that lies: the general words are right
        row = 0
    if row > 100_000 or len(column) == 3:
        return _(
            "There is a cell far away from the table: %s. Delete what is in it and save the file again."
        ) % (f"{column}{row}")
    return _("The file is damaged, or far larger inside than it looks.")


def _far(place: tuple[int, str]) -> tuple[int, int, str]:
    return place[0], len(place[1]), place[1]


def _last_cell(sheet: IO[bytes]) -> tuple[int, str]:
    found, rest, left = (0, ""), b"", 300 << 20
    while left > 0 and (chunk := sheet.read(1 << 20)):
        left -= len(chunk)
        text = rest + chunk
        for cell in CELL_PLACE.finditer(text):
            found = max(found, (int(cell[2]), cell[1].decode()), key=_far)
        rest = text[-100:]
    return found


def _value(cell: Any) -> str | date:
    if isinstance(cell, dict):
        return (datetime if "T" in cell["d"] else date).fromisoformat(cell["d"])
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int | float):
        # Excel knows no whole numbers: the code 433101002 is kept as 433101002.0.
        whole = isinstance(cell, int) or cell.is_integer()
        return NumberCell(int(cell)) if whole else NumberCell(repr(cell))
    return "" if cell is None else str(cell)
