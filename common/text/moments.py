"""Days and times as offices write them, read where the meaning is certain and never guessed.

Certain: year, month and day in this order, whatever is between them, in any digits; a time of day after them. A day
without its year is read only with the year that the caller names. Not read: a month alone, a span of days, day before
month, the lunar calendar.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone

from .visible import QUOTE, visible

CHINESE_DIGITS = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "Ｏ": "0",
}
CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
SEPARATOR = r"\s*[-/.年。、\\]\s*"
DAY = re.compile(
    rf"(?P<year>\d{{4}}){SEPARATOR}(?P<month>\d{{1,2}})\s*[-/.月。、\\]\s*(?P<day>\d{{1,2}})\s*(?:[日号]|(?!\d))"
)
PACKED = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?P<hour>\d{2})?(?P<minute>\d{2})?(?P<second>\d{2})?"
)
WITHOUT_YEAR = re.compile(r"(?P<month>\d{1,2})\s*[-/.月。、]\s*(?P<day>\d{1,2})\s*(?:[日号]|(?!\d))")
WEEKDAY = re.compile(r"\s*[(（]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[)）]?")
CLOCK = re.compile(
    r"(?P<half>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜间|AM|PM)?\s*"
    r"(?:(?P<hour>\d{1,2})\s*(?:[:：]\s*(?P<minute>\d{1,2})(?:\s*[:：]\s*(?P<second>\d{1,2})(?:\.\d+)?)?"
    r"|[时点]\s*(?:(?P<minute2>\d{1,2})\s*分?(?:\s*(?P<second2>\d{1,2})\s*秒)?|(?P<half_hour>半))?)(?P<last>分|秒)?)?\s*"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
AFTERNOON = frozenset(["下午", "傍晚", "晚上", "夜间", "PM"])
AROUND_MIDNIGHT = frozenset(["凌晨", "晚上", "夜间"])
SERIAL = re.compile(r"\d{5}(\.\d+)?")  # how Excel counts days when the cell is not formatted as a date
EXCEL_EPOCH = datetime(1899, 12, 30)
SERIALS = range(20_000, 60_000)  # 1954 to 2064


def read_moment(typed: str, *, year: int | None = None) -> date | None:
    """Return the day, or the naive or aware datetime, that a text names; None where it is not certain. `year` is that
    of days written without one."""
    text = QUOTE.sub("", unicodedata.normalize("NFKC", visible(typed)))
    text = re.sub(r"[\u2010-\u2015\u2212\u2500]", "-", re.sub(r"\s+", " ", text)).strip()
    text = CHINESE_DAY.sub(_from_chinese, text)
    if SERIAL.fullmatch(text):
        return _from_serial(float(text))
    if packed := PACKED.fullmatch(text):
        return _made({name: part for name, part in packed.groupdict().items() if part})
    found = DAY.match(text) or _packed_start(text)
    if found is None and year and (found := WITHOUT_YEAR.match(text)):
        return _with_clock({"year": str(year), **found.groupdict()}, text[found.end() :])
    if found is None:
        return None
    return _with_clock(found.groupdict(), text[found.end() :])


def _packed_start(text: str) -> "re.Match[str] | None":
    return re.match(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=[ T])", text)


def _from_chinese(found: "re.Match[str]") -> str:
    year = "".join(CHINESE_DIGITS[sign] for sign in found[1])
    return f"{year}年{_number(found[2])}月{_number(found[3])}日"


def _number(word: str) -> int:
    tens, ten, ones = word.partition("十")
    if not ten:
        return int(CHINESE_DIGITS[word]) if len(word) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return 10 * int(CHINESE_DIGITS.get(tens, "1")) + int(CHINESE_DIGITS.get(ones, "0"))


def _from_serial(days: float) -> date | None:
    if int(days) not in SERIALS:
        return None
    moment = EXCEL_EPOCH + timedelta(seconds=round(days * 86_400))
    return moment.date() if days.is_integer() else moment


def _with_clock(day: dict[str, str], rest: str) -> date | None:
    rest = WEEKDAY.sub(" ", rest, count=1).strip(" T,，.")
    if not rest:
        return _made(day)
    clock = CLOCK.fullmatch(rest)
    if clock is None:
        return None
    if clock["hour"] is None:  # “上午” alone: the day is certain, the hour is not said
        return _made(day) if clock["half"] and not clock["zone"] else None
    hour = int(clock["hour"])
    if hour == 12 and clock["half"] in AROUND_MIDNIGHT:
        return None  # of this day or of the next?
    if (clock["half"] or "").upper() in AFTERNOON and hour < 12:
        hour += 12
    minute = "30" if clock["half_hour"] else clock["minute"] or clock["minute2"] or "0"
    parts = day | {"hour": str(hour), "minute": minute, "second": clock["second"] or clock["second2"] or "0"}
    moment = _made(parts)
    zone = clock["zone"]
    return moment.replace(tzinfo=_zone(zone)) if zone and isinstance(moment, datetime) else moment


def _zone(text: str) -> timezone:
    if text.upper() == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _made(parts: dict[str, str]) -> date | None:
    try:
        day = date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        if "hour" not in parts:
            return day
        clock = time(int(parts["hour"]), int(parts.get("minute", "0")), int(parts.get("second", "0")))
        return datetime.combine(day, clock)
    except ValueError:  # the 31st of February, or 25 o'clock
        return None
