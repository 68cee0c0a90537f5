"""2,223 real messages with the real replies of real offices go in through the ordinary actions; all counts agree.

The rule by which they are spread: row i (from 0) of the file goes to the i-th of the 115 real townships in the
order of their codes, round and round. 来件编号 is the message's number, 渠道 is 网络, 登记时间 and 答复时间 are its own
times. 承办单位 is the county's agency for the category that the shipped keywords are sure of, else the office of the
county's government. The messages are read from beside the checkout and never copied into it.
"""

import csv
import gzip
import io
import time
from collections import Counter
from datetime import datetime

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from notifications.models import Message
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import Category, Opinion, Responsibility
from opinions.triage.category_import import import_categories
from opinions.triage.classification import by_keywords, keyword_categories
from reports.figures.counting import count_figures
from studios.models import Agency, County, Role, Township
from tests.availability import ROOT
from tests.conftest import person
from workdays.calendar import add_workdays

DATA = ROOT.parent / "shared" / "data"
MESSAGES = 2223
COMPLAINT_DAYS = 15
pytestmark = pytest.mark.realdata


@pytest.fixture
def prefecture(db):
    """The real areas, an agency for every branch of the shipped categories, and an officer over all of it."""
    call_command("import_areas", str(DATA / "xiangxi" / "townships.csv"), stdout=io.StringIO())
    import_categories()
    branches = [category for category in Category.objects.all() if category.level == 1]
    for county in County.objects.all():
        Agency.objects.create(county=county, name=f"{county.name}政府办公室")
        for branch in branches:
            agency = Agency.objects.create(county=county, name=f"{county.name}{branch.name}主管部门")
            Responsibility.objects.create(county=county, category=branch, agency=agency)
    return person("officer_of_all", "州分流", (Role.TRIAGE_OFFICER, {"area_code": "4331"}))


def messages():
    with gzip.open(DATA / "messages" / "answered.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def ledger_rows():
    """The messages as rows of the import table, by the rule above."""
    townships = list(Township.objects.filter(counted=True).select_related("county").order_by("code"))
    assert len(townships) == 115
    keywords = keyword_categories()
    agencies = {(row.county_id, row.category_id): row.agency.name for row in Responsibility.objects.all()}
    for place, message in enumerate(messages()):
        township = townships[place % len(townships)]
        verdict = by_keywords(Opinion(title=message["title"], body=message["body"]), keywords)
        branch = verdict.category.code[:2] if verdict.sure else None
        yield {
            "来件编号": message["number"],
            "登记时间": message["sent_at"],
            "乡镇代码": township.code,
            "标题": message["title"],
            "内容": message["body"],
            "反映渠道": "网络",
            "主办单位": agencies.get((township.county_id, branch), f"{township.county.name}政府办公室"),
            "答复内容": message["reply"],
            "答复时间": message["replied_at"],
        }


def take_in(path) -> str:
    """The last line that the command prints."""
    out = io.StringIO()
    call_command("import_opinions", str(path), "--as", "officer_of_all", stdout=out)
    return out.getvalue().strip().splitlines()[-1]


def plain_sql() -> dict[str, dict[str, int]]:
    """Per county, counted by hand-written SQL that knows nothing of the product's conditions."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT county_id, count(*),
                   sum(CASE WHEN status = 'closed' THEN 1 ELSE 0 END),
                   sum(CASE WHEN status = 'closed' AND answered_late THEN 1 ELSE 0 END),
                   sum(CASE WHEN reported_back_at IS NOT NULL THEN 1 ELSE 0 END),
                   sum(CASE WHEN round > 1 THEN 1 ELSE 0 END)
            FROM opinions_opinion GROUP BY county_id""")
        names = ["all", "closed", "late", "reported", "reopened"]
        return {county: dict(zip(names, map(int, rest), strict=True)) for county, *rest in cursor.fetchall()}


def late_by_the_file() -> int:
    """How many replies came after the 15th working day, from the file's own times."""
    late = 0
    for message in messages():
        sent, replied = (datetime.fromisoformat(message[name]).date() for name in ("sent_at", "replied_at"))
        late += replied > add_workdays(sent, COMPLAINT_DAYS).date
    return late


def test_the_real_messages_go_the_whole_way_and_every_count_agrees(prefecture, tmp_path, capsys, client):
    path = tmp_path / "answered.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = list(ledger_rows())
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    started = time.monotonic()
    assert take_in(path) == f"read {MESSAGES} / added {MESSAGES} / known 0 / refused 0"
    seconds = time.monotonic() - started
    assert take_in(path) == f"read {MESSAGES} / added 0 / known {MESSAGES} / refused 0"

    proof = verify()
    assert (proof.broken, proof.opinions, proof.events) == (None, MESSAGES, 6 * MESSAGES)
    with capsys.disabled():
        print(
            f"\n{MESSAGES / seconds:.0f} rows/s, {proof.events / seconds:.0f} actions/s; ok {proof.opinions}"
        )

    # As they were sent, in the townships of the rule, told at the time of the reply.
    stored = {o.outside_number: o for o in Opinion.objects.all()}
    for row in rows:
        opinion = stored[row["来件编号"]]
        assert opinion.township_id == row["乡镇代码"]
        assert f"{timezone.localtime(opinion.registered_at):%Y-%m-%d %H:%M:%S}" == row["登记时间"]
        assert f"{timezone.localtime(opinion.reported_back_at):%Y-%m-%d %H:%M:%S}" == row["答复时间"]
        assert opinion.number[7:11] == row["登记时间"][:4]

    # Three ways of counting.
    figures = {
        county: {"all": c["all"], **{name: c[name] for name in ("closed", "late", "reported", "reopened")}}
        for county, c in count_figures(Opinion.objects.visible_to(prefecture), by="county").items()
    }
    by_sql = plain_sql()
    assert figures == by_sql
    assert {county: n["all"] for county, n in by_sql.items()} == Counter(row["乡镇代码"][:6] for row in rows)
    assert sum(n["closed"] for n in by_sql.values()) == MESSAGES
    assert sum(n["late"] for n in by_sql.values()) == late_by_the_file()

    # The dashboard's page and the workbook of the fullest month say the same as the file.
    client.force_login(prefecture)
    assert str(MESSAGES) in client.get("/dashboard/?period=all").text
    month, expected = Counter(row["登记时间"][:7] for row in rows).most_common(1)[0]
    written = {}
    for county in County.objects.all():
        book = tmp_path / f"{county.code}.xlsx"
        response = client.get(f"/reports/{month}.xlsx?county={county.code}")
        book.write_bytes(b"".join(response.streaming_content) if response.streaming else response.content)
        sheet = openpyxl.load_workbook(book, read_only=True)["台账"]
        numbers = [cell for line in sheet.iter_rows(values_only=True) for cell in line[:1]]
        written[county.code] = sum(str(cell).startswith(f"{county.code}-{month[:4]}-") for cell in numbers)
    assert sum(written.values()) == expected
    assert written == Counter(row["乡镇代码"][:6] for row in rows if row["登记时间"][:7] == month)

    # What is over stays over, and nobody is written to.
    sweep.sweep()
    assert not Message.objects.exists()
    assert not Opinion.objects.exclude(status="closed").exists()
