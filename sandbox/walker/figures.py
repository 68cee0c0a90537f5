"""The office's figures, counted a second time from the journal; the labels are those of pages and papers."""

import re
from datetime import date
from statistics import median

from .page import plain

COUNTS = {
    "登记": "all", "受理": "accepted", "办结": "closed", "按时办结": "on_time", "超期办结": "late", "未办结": "open",
    "已超期": "overdue", "已反馈": "reported", "已回访": "called_back", "已评价": "evaluated", "重办": "reopened",
    "重办两次以上": "reopened_twice", "按期办结": "on_time", "曾超期答复": "late", "其中已超期": "overdue",
    "首次评价满意": "first_satisfied", "最终评价满意": "last_satisfied", "登记的意见": "all",
}  # fmt: skip
RATES = {
    "办结率": ("closed", "accepted"), "按时办结率": ("on_time", "closed"), "按期办结率": ("on_time", "closed"),
    "回访率": ("called_back", "reported"), "重办率": ("reopened", "accepted"),
    "首次满意率": ("first_satisfied", "evaluated"), "最终满意率": ("last_satisfied", "evaluated"),
    "满意率": ("last_satisfied", "evaluated"),
}  # fmt: skip
MEASURES = {
    "登记群众意见": "all", "办结意见按期答复": ("on_time", "closed"), "反馈后已回访群众": ("called_back", "reported"),
    "评价群众首次满意": ("first_satisfied", "evaluated"), "评价群众最终满意": ("last_satisfied", "evaluated"),
    "受理意见重办": ("reopened", "accepted"),
}  # fmt: skip
BULLETIN = {
    "受理的群众意见": ("accepted", ""), "其中已办结": ("closed", "accepted"), "其中正在办理": ("open", "accepted"),
    "按期办结": ("on_time", "closed"), "因群众不满意重新办理": ("reopened", "accepted"),
    "作出评价的群众中，首次评价满意和基本满意": ("first_satisfied", "evaluated"),
    "作出评价的群众中，最终评价满意和基本满意": ("last_satisfied", "evaluated"),
}  # fmt: skip
SMALL = 5  # below it a number points at people
PARTS = re.compile(r"(\d+)\s*[/／]\s*(\d+)")


def periods_of(day) -> list[str]:
    """The month, the quarter and the year that a day lies in."""
    return [f"{day:%Y-%m}", f"{day.year}-Q{(day.month + 2) // 3}", f"{day.year}"]


def of_period(matters, period: str) -> list:
    return [m for m in matters if period in periods_of(m.registered_on)]


def counter(matters, today):
    """A function: how many of `matters` are counted by a name; for a pair of names, both numbers."""
    rows = [m.counted(today) for m in matters]

    def n(name):
        return (
            tuple(n(part) for part in name) if isinstance(name, tuple) else sum(name in row for row in rows)
        )

    return n


def expected(matters, period: str, today) -> dict:
    """Label → what must stand there: a number, or (numerator, denominator)."""
    n = counter(of_period(matters, period), today)
    return {label: n(name) for label, name in (COUNTS | RATES).items()}


def done_in(matters, period: str, today) -> dict:
    """What was done in a period, whenever it was registered: closed, and answers that had their last day in it."""
    closed = [m for m in matters if any(period in periods_of(day) for _round, day in m.closings)]
    due = [found for m in matters if (found := _due_in(m, period, today)) is not None]
    return {"本期办结": len(closed), "本期到期": len(due), "到期件按期答复": sum(due)}


def stated(walk, matters, period: str) -> dict:
    """What the report of a period states: figures as they are, those of frozen months as they were then."""
    county = matters[0].county
    frozen = {month: kept for (where, month), kept in walk.frozen.items() if where == county}
    if period in frozen:
        return frozen[period]
    inside = [month for month in frozen if period in periods_of(date.fromisoformat(f"{month}-01"))]
    if not inside:
        return expected(matters, period, walk.today) | done_in(matters, period, walk.today)
    living = [m for m in matters if f"{m.registered_on:%Y-%m}" not in inside]
    parts = [expected(living, period, walk.today), *(frozen[month] for month in inside)]
    return {label: _added([part[label] for part in parts]) for label in COUNTS | RATES}


def _added(values):
    return tuple(map(sum, zip(*values, strict=True))) if isinstance(values[0], tuple) else sum(values)


def _due_in(matter, period: str, today) -> bool | None:
    """Whether the answer whose last day lay in the period came by that day; of several rounds the last one counts.
    None: no such day, or it is not over yet."""
    rounds = list(matter.answers)
    late_before = matter.suspended and matter.answer_due and matter.suspended[0] > matter.answer_due
    if matter.status in ("routed", "handling") and (not matter.suspended or late_before):
        rounds.append((matter.round, matter.answer_due, None))
    due = [
        answered is not None and answered <= day
        for _round, day, answered in rounds
        if period in periods_of(day) and day < today
    ]
    return due[-1] if due else None


def days_to_close(matters) -> float | None:
    took = [(m.closed_on - m.registered_on).days for m in matters if m.status == "closed"]
    return median(took) if took else None


def published(matters, today) -> dict:
    """Label → the number that the public bulletin shows, None where it would point at somebody."""
    n = counter(matters, today)
    found = {}
    for label, (part, whole) in BULLETIN.items():
        parts = [n(part), n(whole) - n(part)] if whole else [n(part)]
        if part == "first_satisfied":
            parts.append(abs(n("last_satisfied") - n(part)))
        small = any(0 < one < SMALL for one in parts) or (whole and n(whole) < SMALL)
        found[label] = None if small else n(part)
    return found


def columns_of(page) -> dict:
    """Label → what the line of the total shows."""
    found: dict = {}
    for table in page.tree.xpath("//table[contains(@class,'figures-table')]"):
        heads = [plain(th.text_content()) for th in table.xpath("./thead/tr[last()]/th")][1:]
        cells = table.xpath("./tfoot/tr[1]/td")
        for label, cell in zip(heads, cells, strict=False):
            if (value := read(cell.text_content())) is not None:
                found[label] = value
    return found


def read(text: str):
    """A number, or the two that a share was made of; None for anything else."""
    text = plain(text)
    if parts := PARTS.search(text):
        return int(parts[1]), int(parts[2])
    if text.isdigit():
        return int(text)
    return (0, 0) if text in ("—", "–", "-") else None
