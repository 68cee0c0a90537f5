"""CSV files of long texts, plain or gzipped, as commands read them; what people upload is read by
common/excel/tables.py."""

import csv
import gzip
from contextlib import contextmanager
from pathlib import Path

LONGEST_CELL = 1_000_000


@contextmanager
def records(path: Path):
    """A csv.DictReader over a UTF-8 file, .csv or .csv.gz. Python keeps one limit of a cell for the whole process: it
    is put back, because imports rely on the smaller one."""
    opened = gzip.open if path.suffix == ".gz" else open
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
            yield csv.DictReader(stream)
    finally:
        csv.field_size_limit(before)
