"""2,223 real answered messages as an office would keep them: twelve monthly sheets with a title, two header rows,
merged cells, totals, a signature and agencies in free words. All of it comes in, and the counts are equal.

The messages are read from beside the checkout (../shared/data) and never copied into it.
"""

import csv
import gzip
import io
from collections import Counter
from datetime import datetime

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone

from notifications.models import Message
from opinions.importing.decisions import Decisions
from opinions.importing.services import import_file, preview_file
from opinions.models import Opinion
from studios.models import Role
from tests.availability import ROOT
from tests.conftest import at, person

DATA = ROOT.parent / "shared" / "data"
NOW = at("2026-11-23 10:00")
AGENCIES = ("住建局", "城管", "", "交警大队、住建局", "区政府")  # free words, none of them an agency's name
pytestmark = pytest.mark.realdata


@pytest.fixture
def officer(db):
    call_command("import_areas", str(DATA / "xiangxi" / "townships.csv"), stdout=io.StringIO())
    return person("officer", "县分流", (Role.TRIAGE_OFFICER, {"area_code": "433101"}))


def messages():
    with gzip.open(DATA / "messages" / "answered.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def workbook(rows):
    """One sheet for each month, whatever the year, as it was kept by hand."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    months = {}
    for place, row in enumerate(rows):
        months.setdefault(row["sent_at"][5:7], []).append((place, row))
    for month in sorted(months):
        page = book.create_sheet(f"{int(month)}月")
        page.append(["吉首市群众来信办理台账"])
        page.merge_cells("A1:I1")
        page.append(["序号", "来信", None, None, "承办单位", "办理情况", None, "群众满意度", "备注"])
        page.append([None, "来信时间", "信件标题", "信件内容", None, "回复内容", "回复时间", None, None])
        for area in ("A2:A3", "B2:D2", "E2:E3", "F2:G2", "H2:H3", "I2:I3"):
            page.merge_cells(area)
        for serial, (place, row) in enumerate(months[month], start=1):
            agency = AGENCIES[place % len(AGENCIES)]
            rated = ("满意", "未回访", "基本满意", "")[place % 4]
            page.append(
                [
                    serial,
                    row["sent_at"],
                    row["title"],
                    row["body"],
                    agency,
                    row["reply"],
                    row["replied_at"],
                    rated,
                    f"卷{place}",
                ]
            )
        page.append(["合计", None, f"{len(months[month])}件"])
        page.append(["填表人：", None, None, "审核人："])
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def test_all_of_a_messy_ledger_comes_in_and_the_counts_are_equal(officer):
    rows = messages()
    assert len(rows) == 2223
    words = {"主办单位": dict.fromkeys(["住建局", "城管", "交警大队、住建局", "区政府"], "-")}
    decisions = Decisions(words=words, township="433101101", agency="unknown")
    file = workbook(rows)
    seen = preview_file(file, "台账.xlsx", by=officer, now=NOW, decisions=decisions)
    assert (len(seen.found["sheets"]), sum(sheet["rows"] for sheet in seen.found["sheets"])) == (12, 2223)
    assert {kind for sheet in seen.found["sheets"] for _row, kind, _words in sheet["other"]} == {
        "total",
        "signature",
    }
    file.seek(0)
    done = import_file(file, "台账.xlsx", by=officer, now=NOW, decisions=decisions, skip_bad=True)
    assert (done.read, done.added + done.known, done.refused) == (2223, 2223, 0), done.errors[:5]
    distinct = {(row["sent_at"], row["title"], row["body"]) for row in rows}
    assert done.added == Opinion.objects.count() == len(distinct)
    told = Counter(
        timezone.localtime(moment).strftime("%Y-%m")
        for moment in Opinion.objects.values_list("registered_at", flat=True)
    )
    assert told == Counter(sent_at[:7] for sent_at, _title, _body in distinct)
    assert Opinion.objects.filter(answered_at=None).count() == 0
    answered = {(row["sent_at"], row["title"], row["body"]): row["replied_at"] for row in reversed(rows)}
    days = Counter(
        timezone.localtime(moment).date() for moment in Opinion.objects.values_list("answered_at", flat=True)
    )
    assert sum(days.values()) == len(answered)
    assert not Message.objects.exists()
    assert datetime.fromisoformat(rows[0]["sent_at"]).year in {int(month[:4]) for month in told}
