"""import_opinions as operators call it: its last line, its errors, its template."""

import io
import re

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from opinions.importing.columns import HEADERS
from opinions.models import Opinion
from tests.opinions.ledger.ledgers import OPEN_ROW, WHOLE_ROW, as_csv, as_xlsx


@pytest.fixture
def command(tmp_path, cast):
    def run(file=None, *args, name="台账.csv", user="clerk"):
        """(what was printed, what was complained of, whether it ended well)"""
        out, err, ok = io.StringIO(), io.StringIO(), True
        path = tmp_path / name
        if file is not None:
            path.write_bytes(file.read())
        try:
            call_command("import_opinions", str(path), "--as", user, *args, stdout=out, stderr=err)
        except CommandError as error:
            ok = False
            err.write(str(error))
        return out.getvalue().strip().splitlines(), err.getvalue(), ok

    return run


def test_the_last_line_counts(command):
    lines, _err, ok = command(as_csv(WHOLE_ROW, OPEN_ROW))
    assert (lines[-1], ok) == ("read 2 / added 2 / known 0 / refused 0", True)
    assert command()[0][-1] == "read 2 / added 0 / known 2 / refused 0"


def test_a_dry_run_writes_nothing(command):
    lines, _err, ok = command(as_xlsx(WHOLE_ROW), "--dry-run", name="台账.xlsx")
    assert (lines[-1], ok) == ("read 1 / added 1 / known 0 / refused 0", True)
    assert not Opinion.objects.exists()


def test_the_future_can_be_tried(command):
    later = OPEN_ROW | {"登记时间": "2031-03-05 09:00"}
    assert not command(as_csv(later))[2]
    lines, err, ok = command(as_csv(later), "--now", "2031-03-06T09:00")
    assert (lines[-1], ok) == ("read 1 / added 1 / known 0 / refused 0", True), err


def test_errors_are_told_with_row_and_column_and_the_end_is_not_zero(command):
    lines, err, ok = command(as_csv(WHOLE_ROW, OPEN_ROW | {"内容": ""}))
    assert (lines[-1], ok) == ("read 2 / added 0 / known 0 / refused 1", False)
    assert "第3行" in err
    assert "内容" in err


def test_skip_bad_ends_well_and_still_tells_what_was_refused(command):
    lines, err, ok = command(as_csv(WHOLE_ROW, OPEN_ROW | {"内容": ""}), "--skip-bad")
    assert (lines[-1], ok) == ("read 2 / added 1 / known 0 / refused 1", True)
    assert "内容" in err


def test_a_hundred_errors_are_printed_and_the_rest_counted(command):
    _lines, err, _ok = command(as_csv(*[OPEN_ROW | {"内容": ""}] * 130))
    assert err.count("内容") == 100
    assert "30" in err.splitlines()[100]


@pytest.mark.parametrize("args", [[], ["--skip-bad"], ["--dry-run"]])
def test_a_file_that_is_none_adds_nothing_and_ends_badly(command, args):
    lines, err, ok = command(io.BytesIO(b"<html></html>"), *args, name="台账.xlsx")
    assert (lines[-1], ok) == ("read 0 / added 0 / known 0 / refused 0", False)
    assert ".xlsx" in err


def test_a_missing_file_and_a_missing_person_are_said(command):
    assert command(name="没有.csv")[2] is False
    assert command(as_csv(OPEN_ROW), user="neverheard")[2] is False
    with pytest.raises(CommandError):
        call_command("import_opinions", "台账.csv")
    with pytest.raises(CommandError):
        call_command("import_opinions")


def test_the_template_has_the_columns_and_says_what_may_stand_in_them(cast, tmp_path):
    out = tmp_path / "模板.xlsx"
    call_command("import_opinions", "--template", str(out), stdout=io.StringIO())
    book = openpyxl.load_workbook(out)
    assert [cell.value for cell in book.worksheets[0][1]] == HEADERS
    everything = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"433101005", "吉首市交通运输局", "交通运输"} <= everything


def test_a_filled_in_template_is_taken_in(command, tmp_path):
    out = tmp_path / "模板.xlsx"
    call_command("import_opinions", "--template", str(out), stdout=io.StringIO())
    book = openpyxl.load_workbook(out)
    book.worksheets[0].append([WHOLE_ROW.get(header) for header in HEADERS])
    book.save(out)
    assert command(None, name="模板.xlsx")[0][-1] == "read 1 / added 1 / known 0 / refused 0"


def test_the_template_offers_what_there_is_to_choose_from(cast, tmp_path):
    out = tmp_path / "empty.xlsx"
    call_command("import_opinions", "--template", str(out), stdout=io.StringIO())
    sheet = openpyxl.load_workbook(out).worksheets[0]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    offered = {str(one.sqref).split(":")[0]: one.formula1 for one in sheet.data_validations.dataValidation}
    assert offered[f"{heads['乡镇代码']}2"] == "'乡镇'!$A$2:$A$5"
    assert re.fullmatch(r"'承办单位'!\$A\$2:\$A\$\d", offered[f"{heads['主办单位']}2"])
    assert "电话" in offered[f"{heads['反映渠道']}2"] and "不满意" in offered[f"{heads['群众评价']}2"]
    assert offered[f"{heads['保密']}2"] == '"是,否"'
    assert {one.errorStyle for one in sheet.data_validations.dataValidation} == {"warning"}
