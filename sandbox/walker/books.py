"""What the office hands out, held against the oracle: the workbook of a period, frozen months, the public bulletin, a
studio's five haves, a deputy's record."""

import io
import re
from collections import Counter
from datetime import timedelta

from openpyxl import load_workbook

from . import filling, office
from .drawn import COUNTIES
from .figures import (
    COUNTS,
    MEASURES,
    RATES,
    counter,
    days_to_close,
    of_period,
    periods_of,
    published,
    read,
    stated,
)
from .page import plain

STATUSES = {
    "registered": "已登记", "routed": "已交办", "handling": "办理中", "answered": "已答复", "reported_back": "已反馈",
    "closed": "已办结", "declined": "不予受理", "merged": "已合并", "withdrawn": "已撤回",
}  # fmt: skip

RECORD = [
    "登记的意见",
    "受理",
    "办结",
    "按期办结",
    "曾超期答复",
    "未办结",
    "重办",
    "首次满意率",
    "最终满意率",
]


def _known(walk, matters) -> bool:
    """Whether the oracle knows all about them; and there are some."""
    return bool(matters) and not any(m.uncertain for m in matters)


def _compare(walk, what: str, must: dict, shown: dict, about: str, kind: str = "another figure") -> None:
    for label, value in must.items():
        if label in shown and shown[label] != value:
            said = f"{about}: {value} by the oracle, {shown[label]} there"
            walk.fault(kind, f"{what} {label}", said)


# --- the workbook of a month, quarter or year
def workbook(walk, turn) -> None:
    who, rng = walk.person(turn.who), walk.rng
    matters = [m for m in walk.matters.values() if m.county == who.county]
    if not _known(walk, matters):
        return
    days = {m.registered_on for m in matters} | {walk.today}
    period = rng.choice(sorted({code for day in days for code in periods_of(day)}))
    page = walk.open(who, f"/reports/{period}.xlsx?county={who.county}")
    if page.status != 200:
        return walk.fault("the workbook cannot be had", "/reports/PERIOD.xlsx", str(page.status))
    book, about = load_workbook(io.BytesIO(page.content), data_only=True), f"{period} {who.county}"
    mine, must = of_period(matters, period), stated(walk, matters, period)
    frozen = any((who.county, f"{m.registered_on:%Y-%m}") in walk.frozen for m in mine)
    if not frozen:
        must = must | {"办结用时中位数（天）": days_to_close(mine)}
    total = next(row for row in _rows(book["汇总"], "乡镇代码") if row["乡镇街道"] == "合计")
    kind = "a frozen month moved" if frozen else "another figure"
    _compare(walk, "汇总", must, _as_shown(total, must), about, kind)
    if frozen:
        return
    if not walk.successors:
        for row in _rows(book["汇总"], "乡镇代码"):
            here = [m for m in mine if m.township == str(row["乡镇代码"])]
            if row["乡镇代码"]:
                _compare(walk, "汇总", {"登记": len(here)}, row, f"{about} {row['乡镇街道']}")
    _by_agency(walk, mine, book, about)
    _by_category(walk, mine, book, about)
    _by_channel(walk, mine, book, about)
    _register(walk, mine, book, about)
    _notices(walk, matters, period, book, about)


def _rows(sheet, first: str) -> list[dict]:
    """The rows of the table whose header begins with `first`, each by its headers. A header may have two rows, the
    upper one of groups; what is merged over the width below it is no row."""
    rows = list(enumerate(sheet.iter_rows(values_only=True), start=1))
    merged = list(sheet.merged_cells.ranges)
    at, heads = next(((n, row) for n, row in rows if row[0] == first), (len(rows), ()))
    if any(one.min_row == at for one in merged):
        heads = [below or above for above, below in zip(heads, rows[at][1], strict=True)]
        at += 1
    wide = {one.min_row for one in merged if one.min_row > at}
    found = [dict(zip(heads, row, strict=False)) for n, row in rows[at:] if n not in wide]
    return [row for row in found if any(value is not None for value in row.values())]


def _as_shown(row: dict, must: dict) -> dict:
    """A share is written as such: it is the oracle's where it is the same number. “—” and what is not due yet is not
    compared."""
    shown = dict(row)
    for label, value in must.items():
        written = row.get(label)
        if isinstance(value, tuple):
            if not isinstance(written, int | float):
                shown.pop(label, None)
            elif value[1] and abs(written - value[0] / value[1]) < 1e-9:
                shown[label] = value
    return shown


def _by_agency(walk, mine, book, about) -> None:
    names = {key: f"{COUNTIES[c]}{office.BUREAUS[b]}" for key, (c, b) in walk.office.agencies.items()}
    accepted = Counter(names[m.agency] for m in mine if m.agency and "accepted" in m.counted(walk.today))
    rows = {row["主办单位"]: row["受理"] for row in _rows(book["主办单位"], "主办单位")}
    _compare(walk, "主办单位", accepted, rows, about)


def _by_category(walk, mine, book, about) -> None:
    accepted = [m for m in mine if "accepted" in m.counted(walk.today)]
    if not all(m.category for m in accepted):
        return  # a rule routed it by a category that the walker was not told
    must = Counter(m.category[:2] for m in accepted)
    shown = [row["受理"] for row in _rows(book["类别"], "类别") if row["类别"] != "合计" and row["受理"]]
    if sorted(must.values()) != sorted(shown):
        walk.fault("another figure", "类别 受理", f"{about}: {dict(must)} by the oracle, {shown} there")


def _by_channel(walk, mine, book, about) -> None:
    rows = [row["登记"] for row in _rows(book["反映渠道"], "反映渠道") if row["反映渠道"] != "合计"]
    must = sorted(Counter(m.channel for m in mine).values())
    if sorted(n for n in rows if n) != must:
        walk.fault("another figure", "反映渠道 登记", f"{about}: {must} by the oracle, {sorted(rows)} there")


def _register(walk, mine, book, about) -> None:
    """Every opinion of the period, its status and its round."""
    shown = {row["编号"]: (row["状态"], row["轮次"]) for row in _rows(book["台账"], "编号")}
    must = {m.number: (STATUSES[m.status], m.round) for m in mine}
    _compare(walk, "台账", must, {number: shown.get(number) for number in must}, about)
    if more := shown.keys() - must.keys():
        walk.fault("another figure", "台账", f"{about}: nobody knows of {sorted(more)}")


def _notices(walk, matters, period, book, about) -> None:
    """Every notice of the period but the reminders, with its day."""
    shown = Counter((r["编号"], r["种类"], r["发出时间"].date()) for r in _rows(book["督办"], "编号"))
    must = Counter(
        (m.number, kind, day) for m in matters for kind, day in m.climb.sent
        if kind != "提醒" and period in periods_of(day)
    )  # fmt: skip
    if shown != must:
        said = f"missing {sorted(must - shown)}, too many {sorted(shown - must)}"
        walk.fault("another figure", "督办", f"{about}: {said}")


# --- a month is frozen
def freeze(walk, turn) -> None:
    """An official freezes a month that has ended; its report states the same from then on."""
    who = walk.person(turn.who)
    matters = [m for m in walk.matters.values() if m.county == who.county]
    ended = sorted({month for m in matters if (month := f"{m.registered_on:%Y-%m}") < f"{walk.today:%Y-%m}"})
    if not ended or not _known(walk, matters):
        return
    month = ended[0]
    page = walk.open(who, f"/reports/{month}/?county={who.county}")
    links = page.linked(rf"/reports/{month}/freeze/")
    if bool(links) == ((who.county, month) in walk.frozen):
        return walk.fault("frozen twice, or not at all", "/reports/MONTH/", f"{month} {who.county} {links}")
    if links:
        asked = walk.follow(who, page, links[0])
        form = asked.form(rf"/reports/{month}/freeze/")
        must = stated(walk, matters, month)
        walk.send(who, asked, form, filling.standing(form))
        walk.frozen[who.county, month] = must
    adjusted = walk.open(who, f"/reports/{month}/adjustments/?county={who.county}")
    if adjusted.status != 200:
        walk.fault("a frozen month has no adjustments", "/reports/MONTH/adjustments/", str(adjusted.status))


# --- the public bulletin
def bulletin(walk, turn) -> None:
    """A month that has ended, as everybody may read it; it may be ten minutes old, so nothing is done for so long."""
    walk.sweep(walk.now + timedelta(minutes=11))
    county = walk.rng.choice(list(COUNTIES))
    matters = [m for m in walk.matters.values() if m.county == county]
    ended = sorted({month for m in matters if (month := f"{m.registered_on:%Y-%m}") < f"{walk.today:%Y-%m}"})
    if not ended or not _known(walk, matters):
        return
    month = walk.rng.choice(ended)
    page = walk.open(walk.public, f"/p/bulletin/{county}/?month={month}")
    shown = {}
    for one in page.tree.xpath("//dl[contains(@class,'figures')]/div"):
        number = plain(one.xpath("string(./dd/strong)"))
        shown[plain(one.xpath("string(./dt)"))] = int(number) if number.isdigit() else None
    if (county, month) in walk.frozen:
        return
    must = published(of_period(matters, month), walk.today)
    if set(must) != set(shown):
        return walk.fault("another bulletin", "/p/bulletin/N/", f"{sorted(shown)} {page.status}")
    _compare(walk, "the public bulletin", must, shown, f"{month} {county}")


# --- the five haves
def haves(walk, turn) -> None:
    """A clerk begins the self-check of the studio: what the records say stands there already."""
    who = walk.person(turn.who)
    name = f"{office.TOWNSHIPS[turn.about][0]}代表工作室"
    listed = walk.open(who, "/studios/")
    link = next((url for url, text in listed.links if text == name), "")
    if not link:
        return walk.fault("a studio is not in its clerk's list", "/studios/", f"{who.name} {name}")
    page = walk.follow(who, listed, f"{link}haves/")
    if form := page.form(r"/studios/\d+/haves/"):
        page = walk.send(who, page, form, filling.standing(form))
    if not re.fullmatch(r"/studios/haves/\d+/", page.path):
        links = page.linked(r"/studios/haves/\d+/")
        if not links:
            return walk.fault("no self-check can be begun", "/studios/N/haves/", page.text[:300])
        page = walk.follow(who, page, links[0])
    matters = [m for m in walk.matters.values() if m.studio == office.studio_code(turn.about)]
    if not _known(walk, matters):
        return
    n, shown = counter(matters, walk.today), {}
    for row in page.tree.xpath("//table//tr[td]"):
        cells = [plain(cell.text_content()) for cell in row.xpath("./td")]
        if len(cells) == 4:
            shown[cells[0]] = read(cells[1])
    if not set(shown) & set(MEASURES):
        return walk.fault("the five haves show no measure", "/studios/haves/N/", page.text[:300])
    _compare(walk, "five haves", {label: n(name) for label, name in MEASURES.items()}, shown, name)


# --- a deputy's record
def record(walk, turn) -> None:
    """A deputy reads their own record of the year."""
    who = walk.person(turn.who)
    page = walk.open(who, "/deputies/me/")
    links = page.linked(rf"/deputies/\d+/record/{walk.today.year}/")
    if not links:
        return walk.fault("a deputy finds no record", "/deputies/me/", f"{page.status} {page.url}")
    page = walk.follow(who, page, links[0])
    key = page.path.split("/")[2]
    all_theirs = [m for m in walk.matters.values() if m.deputy == key]
    matters = [m for m in all_theirs if m.registered_on.year == walk.today.year]
    if not _known(walk, matters):
        return
    n = counter(matters, walk.today)
    must = {label: n((COUNTS | RATES)[label]) for label in RECORD}
    must["代表已评价办理"] = sum(bool(m.rating) for m in matters)
    must["其中满意、基本满意"] = sum(m.rating in ("satisfied", "mostly") for m in matters)
    shown = {label: read(value) for label, value in page.facts.items()}
    if missing := set(must) - set(shown):
        return walk.fault("a record without figures", "/deputies/N/record/N/", str(sorted(missing)))
    _compare(walk, "a deputy's record", must, shown, f"{who.name} {walk.today.year}")


def _overseer(walk, rng):
    county = rng.choice(list(COUNTIES))
    people = walk.office.of("supervisor", county) + walk.office.of("county_official", county)
    return rng.choice(people).name, ""


def _official(walk, rng):
    return rng.choice(walk.office.of("county_official", rng.choice(list(COUNTIES)))).name, ""


def _a_studio(walk, rng):
    clerk = rng.choice(walk.office.of("clerk"))
    return (clerk.name, clerk.over) if clerk.over in office.TOWNSHIPS and not walk.successors else None


def _a_deputy(walk, rng):
    return rng.choice(walk.office.of("deputy")).name, ""


TURNS = {
    "workbook": (workbook, _overseer, lambda walk: 2.5),
    "freeze": (freeze, _official, lambda walk: 0.4 if len(walk.matters) > 5 else 0),
    "bulletin": (bulletin, lambda walk, rng: ("", ""), lambda walk: 1.5),
    "haves": (haves, _a_studio, lambda walk: 1 if len(walk.matters) > 5 else 0),
    "record": (record, _a_deputy, lambda walk: 1 if len(walk.matters) > 5 else 0),
}
