"""The month's bulletin: what was circulated, what was replied and promised, and how often each agency was urged."""

from collections import Counter
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from opinions.jobs import sweep
from opinions.workflow import supervision
from reports.definitions import periods
from reports.workbook.workbook import write_month
from tests.conftest import at
from tests.opinions.story import statements
from tests.reports.test_workbook import table
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db
MARCH, APRIL = "/reports/2026-03/bulletin/?county=433101", "/reports/2026-04/bulletin/?county=433101"


@pytest.fixture
def circulated(cast, office):
    """Due on 23 March, urged on the 24th, supervised on the 27th, circulated on 3 April."""
    opinion = Walk(cast, office).to("handling", title="张秀英 13812345678 反映道路", citizen_name="张秀英")
    for day in range(40):
        sweep.sweep(now=at("2026-03-03 08:40") + timedelta(days=day))
    return opinion


def test_it_names_what_was_circulated_in_its_month_alone(client, cast, circulated):
    client.force_login(cast.supervisor)
    april = client.get(APRIL)
    assert [row.opinion for row in april.context["page"]] == [circulated]
    row = april.context["page"].object_list[0]
    assert (row.late, row.due_on) == (9, date(2026, 3, 23))
    assert "13812345678" not in april.text and "吉首市交通运输局" in april.text
    march = client.get(MARCH)
    assert not march.context["page"].object_list and "本月没有提请通报" in march.text
    counts = {
        name: march.context["agencies"][0][name]
        for name in ("urge", "supervise", "circulate", "owed", "replied")
    }
    assert counts == {"urge": 1, "supervise": 1, "circulate": 0, "owed": 1, "replied": 0}


def test_the_reply_to_a_circulated_notice_and_its_promise_stand_there(client, cast, circulated):
    supervision.notify(circulated.number, by=cast.supervisor, kind="circulate", at=at("2026-04-13 09:00"))
    client.force_login(cast.official)
    assert "未回复" in client.get(APRIL).text
    words = {"reply": "正在办", "promised_on": date(2026, 4, 15), "at": at("2026-04-14 09:00")}
    supervision.acknowledge(circulated.number, by=cast.handler, **words)
    assert "未兑现" in client.get(APRIL).text
    assert client.get(APRIL).context["agencies"][0]["replied"] == 1


def test_a_stranger_sees_nothing_of_it_and_its_queries_are_fixed(client, cast, office, circulated):
    client.force_login(cast.stranger_officer)
    assert client.get(APRIL).status_code == 404

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(APRIL).status_code == 200
        return len(statements(captured.captured_queries))

    client.force_login(cast.supervisor)
    one = queries()
    for place in range(20):
        walk = Walk(cast, office)
        number = walk.to("handling", title=f"第{place}件").number
        supervision.notify(number, by=cast.supervisor, kind="circulate", at=at("2026-04-13 09:00"))
    assert queries() == one <= 14


def test_the_workbooks_sheet_counts_what_it_lists(office, cast, circulated):
    supervision.notify(circulated.number, by=cast.supervisor, kind="supervise", at=at("2026-04-13 09:00"))
    words = {"reply": "正在办", "promised_on": date(2026, 4, 15), "at": at("2026-04-14 09:00")}
    supervision.acknowledge(circulated.number, by=cast.handler, **words)
    target = BytesIO()
    write_month(target, period=periods.parse("2026-04"), county=office.jishou)
    sheet = load_workbook(target, data_only=True)["督办"]
    rows = table(sheet, "编号")
    kinds = Counter(row["种类"] for row in rows)
    owed = [row for row in rows if row["应回复日期"]]
    told = f"催办{kinds['催办']}件、督办{kinds['督办']}件、提请通报{kinds['提请通报']}件"
    assert sheet["A2"].value.startswith(f"本期发出{told}；应回复{len(owed)}件，")
    assert f"已回复{sum(bool(row['回复时间']) for row in owed)}件" in sheet["A2"].value
    assert kinds["督办"] and kinds["提请通报"] and len(owed) > 0
