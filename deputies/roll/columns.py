"""The columns of an office's register of deputies, and what may stand in each. No database here.

Headers and words are data in the offices' own language, the same whatever the language of the pages.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.excel.importing import CellError, whole
from common.security.crypto import mask_name, mask_phone
from deputies.models import Level, Sex
from studios.rolls.importing import RosterColumn

NAME, SEX, GROUP, LEVEL, TERM = "姓名", "性别", "民族", "人大层级", "届次"
CONSTITUENCY, OCCUPATION, PHONE, TOWNSHIP, STUDIO = "选区", "职业", "电话", "乡镇代码", "工作室"


SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}
WORDS = {
    Level.TOWNSHIP: ["乡镇", "乡镇级", "乡", "镇", "乡级"],
    Level.COUNTY: ["县", "县级", "县市", "市县", "县（市）", "县（市、区）", "县人大"],
    Level.PREFECTURE: ["州", "州级", "市州", "市级", "市"],
    Level.PROVINCE: ["省", "省级"],
    Level.NATIONAL: ["全国"],
}
LEVELS = {word: level for level, words in WORDS.items() for word in words}
COLUMNS = [
    RosterColumn(NAME, 12, gettext_lazy("The deputy's full name."), True, mask=mask_name),
    RosterColumn(SEX, 8, gettext_lazy("May stay empty."), words=tuple(SEXES)),
    RosterColumn(GROUP, 10, gettext_lazy("May stay empty.")),
    RosterColumn(
        LEVEL,
        14,
        gettext_lazy("One row for each congress in which the deputy sits."),
        True,
        tuple(LEVELS),
        former=("代表层级",),
    ),
    RosterColumn(TERM, 10, gettext_lazy("The number of the term: 18, or 第十八届."), True),
    RosterColumn(CONSTITUENCY, 24, gettext_lazy("May stay empty.")),
    RosterColumn(OCCUPATION, 30, gettext_lazy("Where the deputy works and as what.")),
    RosterColumn(
        PHONE, 16, gettext_lazy("Stored encrypted; seen by those who arrange the shifts."), mask=mask_phone
    ),
    RosterColumn(TOWNSHIP, 14, gettext_lazy("Nine digits; see the sheet of townships."), True),
    RosterColumn(STUDIO, 30, gettext_lazy("The name or the code of the studio; empty: none yet.")),
]
DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}


def term_number(value: object) -> int:
    """Read the number of a term: 18, 第18届, 十八, 第十八届. Raises CellError for anything else."""
    word = whole(value).strip().removeprefix("第").removesuffix("届")
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 4 else _chinese(word)
    if not number or number > 99:
        raise CellError(_("“%s” is no number of a term; write it as 18 or 第十八届") % whole(value)[:20])
    return number


def _chinese(word: str) -> int:
    """Read a number below a hundred: 十, 十八, 二十, 二十三. 0 for anything else."""
    tens, ten, ones = word.partition("十")
    if not set(tens + ones) <= set(DIGITS) or len(tens) > 1 or len(ones) > 1 or not word:
        return 0
    if not ten:
        return DIGITS[word]
    return 10 * (DIGITS[tens] if tens else 1) + (DIGITS[ones] if ones else 0)
