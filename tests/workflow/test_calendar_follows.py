"""A calendar published later moves the deadlines that hung on it, each with a ledger row."""

import io

from opinions.workflow import register, triage
from tests.conftest import at
from workdays.services import import_calendar

# 2027 as a notice might set it: 1 to 3 January off, 4 January worked as in the plain rule, 9 January worked.
YEAR_2027 = "date,kind,name\n2027-01-01,holiday,元旦\n2027-01-04,holiday,元旦\n"


def test_a_provisional_deadline_says_so_and_moves_when_the_year_is_published(cast, office):
    opinion = register.register(
        by=cast.clerk,
        township=office.qianzhou,
        channel="phone",
        title="路灯",
        body="不亮",
        at=at("2026-12-11 09:00"),
    )
    opinion = triage.route(
        opinion.number, by=cast.officer, lead_agency=office.transport, at=at("2026-12-11 10:00")
    )
    opinion = triage.sign(opinion.number, by=cast.handler, at=at("2026-12-11 11:00"))
    assert (str(opinion.due_on), opinion.due_provisional) == ("2027-01-04", True)

    imported = import_calendar(file=io.BytesIO(YEAR_2027.encode()), by=cast.administrator)

    opinion.refresh_from_db()
    assert imported.moved == 1
    assert (str(opinion.due_on), opinion.due_provisional) == ("2027-01-05", False)
    assert str(opinion.handling_due_on) == "2027-01-05"
    last = opinion.events.last()
    assert (last.action, last.data["from"], last.data["due_on"]) == (
        "recalculate",
        "2027-01-04",
        "2027-01-05",
    )
    assert import_calendar(file=io.BytesIO(YEAR_2027.encode()), by=cast.administrator).moved == 0


def test_final_deadlines_of_other_years_stay(cast, office):
    opinion = register.register(
        by=cast.clerk,
        township=office.qianzhou,
        channel="phone",
        title="路灯",
        body="不亮",
        at=at("2026-09-30 09:00"),
    )
    import_calendar(file=io.BytesIO(YEAR_2027.encode()), by=cast.administrator)
    assert opinion.events.count() == 1
