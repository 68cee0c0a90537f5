"""Long texts are read, and nobody else's limit is changed by it."""

import csv
import gzip

from common.excel.csv_files import records


def test_a_long_text_is_read_and_the_limit_put_back(tmp_path):
    before = csv.field_size_limit()
    plain, packed = tmp_path / "a.csv", tmp_path / "a.csv.gz"
    content = "\ufefftitle,body\n路灯," + "长" * 200_000 + "\n"
    plain.write_text(content, encoding="utf-8")
    packed.write_bytes(gzip.compress(content.encode()))
    for path in (plain, packed):
        with records(path) as reader:
            (row,) = reader
        assert row["title"] == "路灯" and len(row["body"]) == 200_000
    assert csv.field_size_limit() == before
