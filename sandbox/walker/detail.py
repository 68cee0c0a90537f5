"""An opinion's page, read by staff: status, round, agency and day held against the oracle."""

import re
from datetime import date

from .drawn import COUNTIES
from .office import BUREAUS

STATE = re.compile(r"status-(\w+)")
DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
SENT = re.compile(r"发出(提醒|催办|督办|提请通报)(?!函)")  # a letter that follows by hand is no notice
ROUND = re.compile(r"第 ?(\d+) ?轮")


def settle(walk) -> None:
    """What came in or was corrected, the system may have routed by its own rules: an officer looks."""
    for label in sorted(walk.to_settle):
        matter = walk.matters.get(label)
        if (
            matter is None
            or matter.status != "registered"
            or matter.ever_routed
            or matter.round > 1
            or matter.uncertain
        ):
            continue
        page = walk.open(walk.office.of("triage_officer", matter.county)[0], f"/opinions/{matter.number}/")
        if state_of(page) == "routed":
            name = page.facts.get("主办单位", "").partition(" ")[0]
            matter.take("route", walk.now, {"lead_agency": _agency(walk, matter.county, name)})
    walk.to_settle.clear()


def _agency(walk, county, name) -> str:
    named = {f"{COUNTIES[c]}{BUREAUS[b]}": key for key, (c, b) in walk.office.agencies.items() if c == county}
    return named.get(name, "")


def state_of(page) -> str:
    found = page.tree.xpath("//*[contains(@class,'state-line')]//*[contains(@class,'badge-status')]/@class")
    states = [match[1] for one in found if (match := STATE.search(one))]
    return next((one for one in states if one != "suspended"), "")


def day_of(page, today):
    """The day that the line of the state names first."""
    return day_in(page.text_of("//*[contains(@class,'state-line')]"), today)


def day_in(text: str, today: date) -> date | None:
    """The first day that `text` names. A year that is not named is this one."""
    if match := DAY.search(text):
        year, month, day = match.groups()
        return date(int(year or today.year), int(month), int(day))
    return None


def check_detail(walk, who, page, matter) -> None:
    """Status, round and day on the page are the oracle's."""
    if page.status != 200 or not state_of(page):
        return
    if matter.uncertain:
        return adopt(walk, page, matter)
    at = f"{matter.status} by the oracle"
    if state_of(page) != matter.status:
        walk.fault(
            "another status",
            f"{at}, {state_of(page)} on the page",
            f"{matter.number} for {who.name}",
            matter.label,
        )
        return adopt(walk, page, matter)
    line = page.text_of("//*[contains(@class,'state-line')]")
    found = ROUND.search(line)
    if int(found[1] if found else 1) != matter.round:
        walk.fault("another round", at, f"{matter.round} by the oracle: {line}", matter.label)
    if matter.due and not matter.suspended and (day := day_of(page, walk.today)) != matter.due:
        walk.fault("another day", at, f"{matter.due} by the oracle, {day} on the page: {line}", matter.label)
    check_notices(walk, page, matter)


def check_standstill(walk, who, matter, offered) -> None:
    """The agency may let the clock stand still while a day of it is left in this round, and only then."""
    mine = who.role == "handler" and who.over == matter.agency and matter.status == "handling"
    if not mine or matter.suspended or matter.uncertain:
        return
    left = matter.may_stand_until(walk.today)
    for code in ("suspend", "ask_citizen"):
        if (code in offered) != (left is not None):
            said = f"{matter.number}: stood {matter.stood} days, until {left} by the oracle"
            walk.fault("a standstill offered or not, against what is left", code, said, matter.label)


def check_last_day(walk, matter, code, offered) -> None:
    """The form proposes the last day on which the clock may stand still."""
    last = matter.may_stand_until(walk.today)
    if not matter.uncertain and offered != str(last):
        walk.fault("another last day of a standstill", code, f"{last} by the oracle, {offered}", matter.label)


def check_notices(walk, page, matter) -> None:
    """The notices that the timeline tells of, by rule and by hand, and their days."""
    found = []
    for line in page.tree.xpath("//ol[contains(@class,'timeline')]/li"):
        said = SENT.match(line.xpath("string(.//*[contains(@class,'timeline-title')])").strip())
        if said:
            found.append((said[1], date.fromisoformat(line.xpath("string(.//time/@datetime)")[:10])))
    if found != matter.climb.sent:
        said = f"{matter.number}: {_told(matter.climb.sent)} by the oracle, {_told(found)} on the page"
        walk.fault("other notices", f"{matter.status} by the oracle", said, matter.label)
        matter.climb.sent = found


def _told(sent) -> str:
    return " ".join(f"{kind} {day:%m-%d}" for kind, day in sent) or "none"


def adopt(walk, page, matter) -> None:
    """What the oracle has no rule for is read back from the page: the status, the round, the agency and the days."""
    line = page.text_of("//*[contains(@class,'state-line')]")
    found = ROUND.search(line)
    matter.status, matter.round = state_of(page), int(found[1] if found else 1)
    matter.due = day_of(page, walk.today)
    matter.agency = _agency(walk, matter.county, page.facts.get("主办单位", "").partition(" ")[0])
    matter.uncertain = matter.uncertain or "read back"
