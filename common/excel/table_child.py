"""Reads a stranger's Excel file in a process of its own, whose memory and time end before the server's do.

A file of a few kilobytes can claim millions of cells or repeat one long text a million times; the Rust
reader would then end the process it runs in. Run as `python table_child.py MEGABYTES SECONDS`, the file on
stdin; writes one JSON line for each row that is not blank: `[row number, [cell, …]]`, dates as `{"d": ISO}`;
or `{"error": "damaged"}`. Imports nothing of the product, so that it starts quickly.
"""

import io
import json
import sys
from datetime import date, datetime

CUT = 10_001  # one more than a cell may hold, so that the reader sees which is too long


def main(megabytes: int, seconds: int) -> None:
    """Write the rows of the first visible sheet that holds anything, within `limit`."""
    limit(megabytes, seconds)
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(sys.stdin.buffer)
        sheets = [
            place
            for place, sheet in enumerate(book.sheets_metadata)
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        for place in sheets:
            written = 0
            for number, cells in enumerate(book.get_sheet_by_index(place).iter_rows(), start=1):
                if any(cell not in ("", None) for cell in cells):
                    print(json.dumps([number, [spelled(cell) for cell in cells]], ensure_ascii=False))
                    written += 1
            if written:
                return
    except CalamineError:
        print(json.dumps({"error": "damaged"}))


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
