"""CSV files of long texts, plain or gzipped, as commands read them; what people upload is read by
common/excel/tables.py."""

import csv
import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

LONGEST_CELL = 1_000_000


@contextmanager
def records(path: Path) -> Iterator["csv.DictReader[str]"]:
    """Open a UTF-8 file, .csv or .csv.gz, as a csv.DictReader. Python keeps one limit of a cell for the whole process:
    it is put back, because imports rely on the smaller one."""
    open_text: Callable[..., TextIO] = gzip.open if path.suffix == ".gz" else open  # type: ignore[assignment]  # mode "rt"
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        with open_text(path, "rt", encoding="utf-8-sig", newline="") as stream:
            yield csv.DictReader(stream)
    finally:
        csv.field_size_limit(before)
