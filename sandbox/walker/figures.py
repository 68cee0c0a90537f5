"""A month's figures, counted a second time from the journal; the labels are the pages' own."""

import re

from .page import plain

COUNTS = {
    "登记": "all", "受理": "accepted", "办结": "closed", "按时办结": "on_time", "超期办结": "late", "未办结": "open",
    "已超期": "overdue", "已反馈": "reported", "已回访": "called_back", "已评价": "evaluated", "重办": "reopened",
    "重办两次以上": "reopened_twice",
}  # fmt: skip
RATES = {
    "办结率": ("closed", "accepted"), "按时办结率": ("on_time", "closed"), "回访率": ("called_back", "reported"),
    "重办率": ("reopened", "accepted"), "首次满意率": ("first_satisfied", "evaluated"),
    "最终满意率": ("last_satisfied", "evaluated"), "满意率": ("last_satisfied", "evaluated"),
}  # fmt: skip
PARTS = re.compile(r"(\d+)\s*[/／]\s*(\d+)")


def expected(matters, month: str, today) -> dict:
    """Label → what must stand there: a number, or (numerator, denominator)."""
    rows = [m.counted(today) for m in matters if f"{m.registered_on:%Y-%m}" == month]

    def n(name):
        return sum(name in row for row in rows)

    found = {label: n(name) for label, name in COUNTS.items()}
    return found | {label: (n(part), n(whole)) for label, (part, whole) in RATES.items()}


def columns_of(page) -> dict:
    """Label → what the line of the total shows."""
    found: dict = {}
    for table in page.tree.xpath("//table[contains(@class,'figures-table')]"):
        heads = [plain(th.text_content()) for th in table.xpath("./thead/tr[last()]/th")][1:]
        cells = table.xpath("./tfoot/tr[1]/td")
        for label, cell in zip(heads, cells, strict=False):
            text = plain(cell.text_content())
            if parts := PARTS.search(text):
                found[label] = (int(parts[1]), int(parts[2]))
            elif text.isdigit():
                found[label] = int(text)
            elif text in ("—", "–", "-"):
                found[label] = (0, 0)
    return found
