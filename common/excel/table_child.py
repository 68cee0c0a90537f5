"""Reads a stranger's Excel file in a process of its own, whose memory and time end before the server's do.

A file of a few kilobytes can claim millions of cells or repeat one long text a million times; the Rust reader would
then end the process it runs in. Run as `python table_child.py MEGABYTES SECONDS`, the file on stdin; writes JSON
lines: `{"sheet": name, "merged": [[first row, first column, last row, last column], …], "hidden": [row, …]}` before
the rows of each visible sheet, then one line for each row that is not blank: `[row number, [cell, …]]`, dates as
`{"d": ISO}`; or `{"error": "damaged"}`. Imports nothing of the product, so that it starts quickly."""

import io
import json
import re
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

CUT = 10_001  # one more than a cell may hold, so that the reader sees which is too long
HIDDEN = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"[^>]*>')
NUMBER = re.compile(rb'\br="(\d+)"')


def main(megabytes: int, seconds: int) -> None:
    """Write the rows of every visible sheet, within `limit`."""
    limit(megabytes, seconds)
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(sys.stdin.buffer)
        for place, sheet in enumerate(book.sheets_metadata):
            if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
                continue
            page = book.get_sheet_by_index(place)
            ranges = page.merged_cell_ranges or []
            merged = [[start[0] + 1, start[1], end[0] + 1, end[1]] for start, end in ranges]
            print(
                json.dumps(
                    {"sheet": sheet.name, "merged": merged, "hidden": hidden_rows(place)}, ensure_ascii=False
                )
            )
            for number, cells in enumerate(page.iter_rows(), start=1):
                if any(cell not in ("", None) for cell in cells):
                    print(
                        json.dumps([number, [spelled(cell) for cell in trimmed(cells)]], ensure_ascii=False)
                    )
    except CalamineError:
        print(json.dumps({"error": "damaged"}))


def trimmed(cells: Sequence[object]) -> Sequence[object]:
    """Return a row without the empty cells at its end."""
    last = len(cells)
    while last and (
        cells[last - 1] is None or (isinstance(cells[last - 1], str) and not str(cells[last - 1]).strip())
    ):
        last -= 1
    return cells[:last]


def hidden_rows(place: int) -> list[int]:
    """Return the hidden rows of a worksheet of an .xlsx file; none of other files, which do not say it like this."""
    try:
        sys.stdin.buffer.seek(0)
        with zipfile.ZipFile(sys.stdin.buffer) as package:
            names = sheet_files(package)
            text = package.read(names[place]) if place < len(names) else b""
    except (zipfile.BadZipFile, KeyError, OSError):
        return []
    rows = (NUMBER.search(found[0]) for found in HIDDEN.finditer(text))
    return [int(row[1]) for row in rows if row]


def sheet_files(package: zipfile.ZipFile) -> list[str]:
    """Return the files of the worksheets in the order of the workbook."""
    book = package.read("xl/workbook.xml")
    links = package.read("xl/_rels/workbook.xml.rels")
    targets = {}
    for link in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", links):
        key, target = re.search(rb'\bId="([^"]*)"', link), re.search(rb'\bTarget="([^"]*)"', link)
        if key and target:
            path = target[1].decode()
            targets[key[1]] = path[1:] if path.startswith("/") else f"xl/{path}"
    keys = re.findall(rb'<(?:\w+:)?sheet\b[^>]*\b\w+:id="([^"]*)"', book)
    return [targets.get(key, "") for key in keys]


def limit(megabytes: int, seconds: int) -> None:
    """End this process when it needs more memory or processor time; does nothing on Windows."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; there the file's own size must do
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def spelled(cell: object) -> str | float | dict[str, str] | None:
    """Return a cell as JSON can hold it: text, number or date; what is neither becomes text."""
    if isinstance(cell, str):
        return cell[:CUT]
    if isinstance(cell, (datetime, date)):
        return {"d": cell.isoformat()}
    return cell if isinstance(cell, (bool, int, float)) or cell is None else str(cell)


if __name__ == "__main__":
    assert isinstance(sys.stdout, io.TextIOWrapper)  # noqa: S101 - a process of its own: nothing has replaced it
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    main(int(sys.argv[1]), int(sys.argv[2]))
