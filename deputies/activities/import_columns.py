"""The columns of an office's list of activities, and what may stand in each. No database here.

Headers and words are data in the offices' own language, the same whatever the language of the pages.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.excel.importing import CellError, whole
from deputies.models import Half, Kind, State
from studios.rolls.importing import RosterColumn

ON, HALF, KIND, TITLE, TOWNSHIP, STUDIO = "活动日期", "时段", "活动类型", "活动名称", "乡镇代码", "工作室"
PLACE, DEPUTIES, PEOPLE, ANNOUNCED = "地点", "参加代表", "接待群众人次", "公告日期"
STATE, SUMMARY = "情况", "活动情况记录"
FIRST_YEAR = 2004
MOST_PEOPLE = 10_000

HALVES = {
    **dict.fromkeys(["上午", "早上"], Half.MORNING),
    **dict.fromkeys(["下午"], Half.AFTERNOON),
    **dict.fromkeys(["全天", "一天", "整天"], Half.DAY),
}
KINDS = {
    **dict.fromkeys(["接待", "接待日", "接待群众", "定期接待", "接待选民"], Kind.RECEPTION),
    **dict.fromkeys(["走访", "入户走访", "走访群众", "走访选民"], Kind.VISIT),
    **dict.fromkeys(["座谈", "座谈会"], Kind.SYMPOSIUM),
    **dict.fromkeys(["视察", "调研", "调研视察", "视察调研"], Kind.INSPECTION),
    **dict.fromkeys(["培训", "学习", "学习培训"], Kind.TRAINING),
    **dict.fromkeys(["交流", "经验交流"], Kind.EXCHANGE),
}
STATES = {
    **dict.fromkeys(["已举行", "已开展", "已举办", "已完成", "举行"], State.HELD),
    **dict.fromkeys(["未举行", "未开展", "计划", "待举行"], State.PLANNED),
    **dict.fromkeys(["取消", "已取消"], State.CANCELLED),
}
COLUMNS = [
    RosterColumn(ON, 14, gettext_lazy("A date."), True, former=("接待日", "接待日期")),
    RosterColumn(HALF, 10, gettext_lazy("Empty: the morning."), words=tuple(HALVES), former=("上下午",)),
    RosterColumn(KIND, 14, gettext_lazy("Empty: a reception shift."), words=tuple(KINDS)),
    RosterColumn(TITLE, 24, gettext_lazy("May stay empty.")),
    RosterColumn(TOWNSHIP, 14, gettext_lazy("Nine digits; see the sheet of townships."), True),
    RosterColumn(STUDIO, 30, gettext_lazy("The name or the code of the studio; empty: outside a studio.")),
    RosterColumn(PLACE, 24, gettext_lazy("Where, if not in the studio.")),
    RosterColumn(
        DEPUTIES, 30, gettext_lazy("Their names, with 、 between them."), former=("代表", "接待代表")
    ),
    RosterColumn(
        PEOPLE,
        14,
        gettext_lazy("How many people were met; empty: it was not held, or is still to come."),
        former=("接待人数", "接待群众人数", "人数"),
    ),
    RosterColumn(ANNOUNCED, 14, gettext_lazy("The day; empty: it was not announced."), former=("公示日期",)),
    RosterColumn(STATE, 10, gettext_lazy("Empty: held where people were met."), words=tuple(STATES)),
    RosterColumn(SUMMARY, 40, gettext_lazy("May stay empty.")),
]


def people(value: object) -> int | None:
    """Read how many people were met: 35, 35人, 35人次. None of an empty cell; raises CellError for anything else."""
    typed = whole(value).strip().replace(",", "")
    if not typed:
        return None
    found = re.fullmatch(r"(\d{1,9})(?:人|人次)?", typed)
    if not found:
        raise CellError(_("“%s” is no number of people") % typed[:20])
    if int(found[1]) > MOST_PEOPLE:
        raise CellError(
            _("more than %d people at one activity; write the activities one by one") % MOST_PEOPLE
        )
    return int(found[1])
