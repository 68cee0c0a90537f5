"""The product's own sheet 台账 comes back: exported and taken in again, it gives the same figures to the last digit."""

import io

import pytest
from django.utils import timezone

from common.excel.tables import BROWSER
from opinions.importing.decisions import Decisions
from opinions.importing.services import import_file
from opinions.importing.survey import survey
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import Import, Opinion
from opinions.workflow import report_back, triage
from opinions.workflow.register import register, withdraw
from reports.definitions.counts import Counts, names_of, tally, with_flags
from reports.definitions.figures import FIGURES, IMPORTED
from reports.definitions.periods import parse
from reports.workbook.workbook import write_month
from tests.conftest import at

NOW = at("2026-06-30 10:00")
TODAY = NOW.date()


def counted(rows):
    counts = Counts()
    for row in with_flags(rows, TODAY):
        tally(counts, names_of(row))
    return counts


def told(cast, office, n, when):
    return register(
        by=cast.clerk,
        township=office.qianzhou,
        studio=office.studio,
        channel="phone",
        matter_type="help",
        title=f"第{n}件：路灯不亮",
        body=f"第{n}盏路灯不亮。",
        citizen_name="张三",
        citizen_phone="13800138000",
        at=at(when),
    )


@pytest.fixture
def year(cast, office):
    """One opinion in each state that an office has, told in March 2026."""
    by = {"clerk": cast.clerk, "officer": cast.officer, "handler": cast.handler}

    def go(n, steps, when="2026-03-02 09:00"):
        opinion = told(cast, office, n, when)
        for moment, code, who, more in steps:
            function = getattr(triage, code, None) or getattr(report_back, code)
            function(opinion.number, by=by[who], at=at(moment), **more)
        return opinion

    routed = ("2026-03-03 09:00", "route", "officer", {"lead_agency": office.transport})
    signed = ("2026-03-04 09:00", "sign", "handler", {})
    answered = ("2026-03-10 15:00", "answer", "handler", {"outcome": "A", "answer": "已修好。"})
    late = ("2026-05-20 15:00", "answer", "handler", {"outcome": "B", "answer": "正在修。"})
    reported = ("2026-03-11 09:30", "report_back", "clerk", {"how": "phone"})
    called = ("2026-03-12 09:30", "call_back", "clerk", {"reached": True})
    happy = ("2026-03-13 09:30", "evaluate", "clerk", {"satisfaction": "satisfied", "how": "phone"})
    unhappy = (
        "2026-03-13 09:30",
        "evaluate",
        "clerk",
        {"satisfaction": "not", "how": "phone", "reason": "没修好"},
    )
    go(1, [])
    go(2, [routed])
    go(3, [routed, signed])
    go(4, [routed, signed, answered])
    go(5, [routed, signed, answered, reported], "2026-03-02 10:00")
    go(6, [routed, signed, answered, reported, called, happy])
    go(7, [routed, signed, late, ("2026-05-21 09:00", "report_back", "clerk", {"how": "visit"})])
    go(8, [routed, signed, answered, reported, unhappy])
    go(9, [routed, signed, answered, reported, unhappy, ("2026-03-16 09:00", "sign", "handler", {}),
           ("2026-03-20 09:00", "answer", "handler", {"outcome": "A", "answer": "又修好了。"}),
           ("2026-03-21 09:00", "report_back", "clerk", {"how": "visit"}),
           ("2026-03-23 09:00", "evaluate", "clerk", {"satisfaction": "satisfied", "how": "paper"})])  # fmt: skip
    nearly = [("2026-06-02 09:00", "route", "officer", {"lead_agency": office.transport}),
              ("2026-06-03 09:00", "sign", "handler", {}),
              ("2026-06-05 09:00", "answer", "handler", {"outcome": "C", "answer": "排在明年。"}),
              ("2026-06-08 09:00", "report_back", "clerk", {"how": "phone"}),
              ("2026-06-09 09:00", "call_back", "clerk", {"reached": True}),
              ("2026-06-09 10:00", "evaluate", "clerk", unhappy[3])]  # fmt: skip
    go(11, nearly, "2026-06-01 09:00")
    go(12, [*nearly, ("2026-06-10 09:00", "sign", "handler", {}),
            ("2026-06-22 09:00", "answer", "handler", {"outcome": "C", "answer": "仍排在明年。"}),
            ("2026-06-23 09:00", "report_back", "clerk", {"how": "phone"}),
            ("2026-06-29 10:00", "evaluate", "clerk", unhappy[3])], "2026-06-01 10:00")  # fmt: skip
    withdraw(
        told(cast, office, 10, "2026-03-02 09:00").number,
        by=cast.clerk,
        reason="已解决",
        at=at("2026-03-03 10:00"),
    )
    for opinion in Opinion.objects.filter(status="reported_back"):  # windows that are over
        sweep.check(opinion.number, now=NOW)
    return cast


def test_exported_and_taken_in_again_it_gives_the_same_figures(year, office):
    before = counted(Opinion.objects.all())
    out = io.BytesIO()
    write_month(out, period=parse("2026"), county=office.jishou, now=NOW)
    old = set(Opinion.objects.values_list("pk", flat=True))
    out.seek(0)
    columns = survey(out, "工作簿.xlsx", limits=BROWSER).targets  # as the page does it
    assert columns["登记时间"] == "登记时间"
    out.seek(0)
    decisions = Decisions(open_rows=Import.OpenRows.DATED, approved=True, columns=columns)
    summary = import_file(out, "工作簿.xlsx", by=year.officer, now=NOW, decisions=decisions)
    assert (summary.added, summary.refused, summary.errors) == (12, 0, [])
    after = counted(Opinion.objects.exclude(pk__in=old))
    codes = [code for code in FIGURES if code not in IMPORTED]
    assert {code: str(after.figure(code)) for code in codes} == {
        code: str(before.figure(code)) for code in codes
    }
    days = ("registered_at", "answered_at", "reported_back_at", "closed_at")
    states = [
        sorted(
            (
                o.title,
                o.status,
                o.round,
                *(
                    str(m and timezone.localtime(m).replace(second=0, microsecond=0))
                    for m in (getattr(o, day) for day in days)
                ),
            )
            for o in rows
            if o.status != "withdrawn"
        )
        for rows in (Opinion.objects.filter(pk__in=old), Opinion.objects.exclude(pk__in=old))
    ]
    assert states[0] == states[1]
    assert verify().broken is None


def test_without_approval_its_evaluations_are_counted_apart(year, office):
    """Five citizens had evaluated, two of them twice: at first one was satisfied, in the end two."""
    out = io.BytesIO()
    write_month(out, period=parse("2026"), county=office.jishou, now=NOW)
    old = set(Opinion.objects.values_list("pk", flat=True))
    out.seek(0)
    decisions = Decisions(open_rows=Import.OpenRows.DATED)
    assert import_file(out, "工作簿.xlsx", by=year.officer, now=NOW, decisions=decisions).added == 12
    after = counted(Opinion.objects.exclude(pk__in=old))
    apart = (after["evaluated_once"], after["imported_evaluated"], after["imported_satisfied"])
    assert apart == (0, 5, 2)
    assert verify().broken is None
