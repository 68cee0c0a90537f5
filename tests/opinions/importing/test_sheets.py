"""Sheets of one file whose headers differ: each is read by its own, and one that is no ledger is named."""

import io

import openpyxl
import pytest

from common.excel.tables import BROWSER
from opinions.importing.decisions import Decisions
from opinions.importing.services import preview_file
from opinions.importing.survey import survey
from tests.conftest import at

pytestmark = pytest.mark.django_db
FACTS = ["乡镇代码", "标题", "内容", "反映渠道", "事项类型", "姓名", "电话"]
TOLD = ["433101005", "路灯不亮", "村口路灯不亮。", "电话", "求助", "张三", "13800138000"]


def looked(by, sheets):
    """What the page shows of a workbook, its columns taken as the page proposes them."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    file.seek(0)
    columns = survey(file, "台账.xlsx", limits=BROWSER).targets
    file.seek(0)
    return preview_file(
        file, "台账.xlsx", by=by, now=at("2026-11-23 10:00"), decisions=Decisions(columns=columns)
    )


def test_a_sheet_without_a_day_of_registration_beside_the_ledger_is_named_and_not_refused(cast):
    """The product's own workbook has one: the sheet 督办 of its notices."""
    notices = [
        ["编号", "标题", "乡镇街道", "主办单位", "种类", "发出时间"],
        ["433101-2026-000006", "路灯不亮", "乾州街道", "吉首市交通运输局", "催办", "2026-01-30"],
    ]
    ledger = [["登记时间", *FACTS], ["2026-01-05", *TOLD]]
    summary = looked(cast.clerk, {"督办": notices, "台账": ledger})
    assert (str(summary), summary.errors) == ("read 1 / added 1 / known 0 / refused 0", [])
    beside = next(sheet for sheet in summary.found["sheets"] if sheet["name"] == "督办")
    assert "发出时间" in str(beside)


def test_two_sheets_that_call_the_day_of_registration_differently_are_both_read(cast):
    sheets = {
        "一月": [["登记时间", *FACTS], ["2026-01-05", *TOLD]],
        "二月": [["受理时间", *FACTS], ["2026-02-05", *TOLD]],
    }
    summary = looked(cast.clerk, sheets)
    assert (str(summary), summary.errors) == ("read 2 / added 2 / known 0 / refused 0", [])
