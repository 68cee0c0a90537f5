"""The columns of an office's ledger, a fixed interface, and the values that each accepts. No database here.

Headers and words are data in the offices' own language, the same whatever the language of the pages.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.excel.importing import CellError, phone, text, whole
from common.excel.opening import NumberCell
from common.security.crypto import mask_name, mask_phone
from common.security.numbers import mask_numbers
from common.text.moments import read_moment
from opinions.models import Channel, MatterType, Outcome, Satisfaction, Urgency

__all__ = ["CellError", "phone", "text", "whole"]  # what a reader of cells needs in addition to the columns

OUTSIDE_NUMBER, REGISTERED_AT, TOWNSHIP = "来件编号", "登记时间", "乡镇代码"
TITLE, BODY, CHANNEL, MATTER_TYPE, CATEGORY = "标题", "内容", "反映渠道", "事项类型", "类别"
NAME, PHONE, SECRET, AGENCY = "姓名", "电话", "保密", "主办单位"
ANSWER, ANSWERED_AT, OUTCOME, SATISFACTION = "答复内容", "答复时间", "办理结果", "群众评价"
VILLAGE, PLACE, URGENCY = "村（社区）", "地点", "紧急程度"


@dataclass(frozen=True)
class LedgerColumn:
    """One column. `mask` is what the preview shows of a cell. `former`: names it had in earlier templates, which
    offices still fill in."""

    header: str
    width: int
    what: str | Promise
    required: bool = False
    former: tuple[str, ...] = ()
    mask: Callable[[str], str] = field(kw_only=True)


COLUMNS = [
    LedgerColumn(
        OUTSIDE_NUMBER,
        16,
        gettext_lazy("The number in the former ledger; taken in once per county."),
        former=("外部编号",),
        mask=mask_numbers,
    ),
    LedgerColumn(
        REGISTERED_AT,
        18,
        gettext_lazy("For example 2025-03-18 09:30; the day alone will do."),
        True,
        mask=mask_numbers,
    ),
    LedgerColumn(
        TOWNSHIP, 14, gettext_lazy("Nine digits or the name; see the sheet of townships."), mask=mask_numbers
    ),
    LedgerColumn(
        TITLE,
        36,
        gettext_lazy("At most 100 characters. Empty: the beginning of the citizen's own words."),
        mask=mask_numbers,
    ),
    LedgerColumn(
        BODY, 60, gettext_lazy("The citizen's own words, at most 10,000 characters."), True, mask=mask_numbers
    ),
    LedgerColumn(
        CHANNEL, 12, gettext_lazy("Empty: reception at the studio."), former=("渠道",), mask=mask_numbers
    ),
    LedgerColumn(MATTER_TYPE, 12, gettext_lazy("Empty: complaint."), mask=mask_numbers),
    LedgerColumn(
        CATEGORY,
        16,
        gettext_lazy("The name or the code of a category; empty: the rules decide."),
        mask=mask_numbers,
    ),
    LedgerColumn(NAME, 12, gettext_lazy("May stay empty."), mask=mask_name),
    LedgerColumn(PHONE, 16, gettext_lazy("May stay empty."), mask=mask_phone),
    LedgerColumn(
        SECRET,
        8,
        gettext_lazy("Whether the citizen's identity is kept secret. Empty: no."),
        mask=mask_numbers,
    ),
    LedgerColumn(
        AGENCY,
        24,
        gettext_lazy("The name of an agency of the county."),
        former=("承办单位",),
        mask=mask_numbers,
    ),
    LedgerColumn(
        ANSWER,
        60,
        gettext_lazy("Together with the time of the answer, at most 10,000 characters."),
        mask=mask_numbers,
    ),
    LedgerColumn(ANSWERED_AT, 18, gettext_lazy("Together with the answer."), mask=mask_numbers),
    LedgerColumn(OUTCOME, 14, gettext_lazy("Empty: noted or explained."), mask=mask_numbers),
    LedgerColumn(
        SATISFACTION,
        12,
        gettext_lazy("Empty: not evaluated. Not satisfied reopens the matter."),
        former=("满意度",),
        mask=mask_numbers,
    ),
    LedgerColumn(
        VILLAGE,
        16,
        gettext_lazy("The village or community; names the township where that is not written."),
        former=("村社区",),
        mask=mask_numbers,
    ),
    LedgerColumn(PLACE, 24, gettext_lazy("Where it is, at most 200 characters."), mask=mask_numbers),
    LedgerColumn(URGENCY, 10, gettext_lazy("Empty: normal."), mask=mask_numbers),
]
HEADERS = [column.header for column in COLUMNS]
MASKS = {column.header: column.mask for column in COLUMNS}

WORDS: dict[str, dict[Any, list[str]]] = {
    CHANNEL: {
        Channel.RECEPTION: ["接待", "定期接待", "来访", "现场接待"],
        Channel.VISIT: ["走访", "入户走访"],
        Channel.SYMPOSIUM: ["座谈", "座谈会"],
        Channel.INSPECTION: ["调研视察", "视察", "调研"],
        Channel.OPINION_BOX: ["意见箱"],
        Channel.PHONE: ["电话", "来电"],
        Channel.SMS: ["短信"],
        Channel.WEB: ["网络", "网上", "网页", "二维码", "微信"],
        Channel.LETTER: ["来信", "信件"],
        Channel.TRANSFERRED: ["转办", "12345", "12345热线", "信访"],
    },
    MATTER_TYPE: {
        MatterType.COMPLAINT: ["投诉", "投诉举报"],
        MatterType.ENQUIRY: ["咨询"],
        MatterType.HELP: ["求助"],
        MatterType.PROPOSAL: ["建议", "意见建议"],
    },
    SECRET: {False: ["否", "不保密", "0", "FALSE", "False"], True: ["是", "保密", "1", "TRUE", "True"]},
    OUTCOME: {
        Outcome.D: ["D", "已作解释说明", "留作参考", "解释说明", "留作参考/解释说明", "留作参考或解释说明"],
        Outcome.A: ["A", "已解决"],
        Outcome.B: ["B", "正在解决"],
        Outcome.C: ["C", "已列入工作计划", "列入计划"],
    },
    SATISFACTION: {
        "": ["未评价", "无"],
        Satisfaction.SATISFIED: ["满意", "非常满意"],
        Satisfaction.MOSTLY: ["基本满意"],
        Satisfaction.NOT: ["不满意"],
    },
    URGENCY: {Urgency.NORMAL: ["一般", "普通"], Urgency.URGENT: ["紧急"]},
}
# The first of each list is what an empty cell means; an answer without an outcome claims as little as can be.
DEFAULT = {column: next(iter(by)) for column, by in WORDS.items()}
MEANING = {
    column: {word: code for code, words in by.items() for word in words} for column, by in WORDS.items()
}

EARLIEST = date(2004, 1, 1)  # before it there is no calendar of working days to reckon with


def moment(value: Any, now: datetime, year: int | None = None) -> tuple[datetime, bool]:
    """Return an aware datetime, and True when the cell holds the day alone (then it is the day's first moment). `year`
    is that of days written without one. Raises CellError for what is not certainly a time, one before EARLIEST, and one
    after `now`."""
    found = value if isinstance(value, date) else _moment_of(value, year)
    day_only = not isinstance(found, datetime) or found.time() == time.min
    if not isinstance(found, datetime):
        found = datetime.combine(found, time.min)
    if found.tzinfo is None:
        found = timezone.make_aware(found)
    if timezone.localdate(found) < EARLIEST:
        raise CellError(_("before %s no working days can be reckoned") % EARLIEST.isoformat())
    if found > now:
        raise CellError(_("lies in the future"))
    return found, day_only


def moment_without_year(value: Any) -> bool:
    """Return whether a cell is a day without its year: it can be read once somebody says the year."""
    return isinstance(value, str) and not read_moment(value) and read_moment(value, year=2000) is not None


def _moment_of(value: Any, year: int | None) -> date:
    typed = str(value)
    if not typed:
        raise CellError(_("must not be empty"))
    # Excel keeps 3.10 and 3.1 as the same number.
    of_year = None if isinstance(value, NumberCell) and typed[-2:] in (".1", ".2", ".3") else year
    if (found := read_moment(typed, year=of_year)) is not None:
        return found
    raise CellError(_("“%s” is no time; write it as 2025-03-18 09:30") % typed[:30])
