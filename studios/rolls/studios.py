"""The register of studios and homes (工作室、代表之家) from Excel: a row is one of them.

One is known by its code, or by its name in its township. Facts that are here are not overwritten: they are corrected on
the studio's own page. Headers and words are data in the offices' own language.
"""

from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.excel.importing import CellError, day, name, one_of, phone, text
from common.excel.tables import Column, Sheet
from studios import history
from studios.models import Studio, Township, Village
from studios.permissions.access import ROLL_KEEPERS
from studios.pinyin import name_key
from studios.rolls.importing import (
    AreaReader,
    Cells,
    RosterColumn,
    RosterImport,
    township_sheet,
    townships_of,
)

NAME, KIND, TOWNSHIP, VILLAGE, LINKED, CODE = "名称", "类型", "乡镇代码", "村（社区）", "联系的工作室", "代码"
ADDRESS, PHONE, IN_CHARGE, PLAQUE = "地址", "电话", "负责人", "牌匾文字"
ESTABLISHED, HOURS = "设立日期", "开放时间"
ACTIVITY_ROOM, OFFICE = "代表活动室在同一处", "人大办公室在同一处"
STUDIO, HOME = Studio.Kind.STUDIO, Studio.Kind.HOME
KINDS = {
    **dict.fromkeys(
        ["工作室", "代表工作室", "代表联系群众工作室", "代表联络站", "联络站", "普通联络站", "示范联络站"],
        STUDIO,
    ),
    "代表之家": HOME,
}
YES = {
    **dict.fromkeys(["是", "有", "√", "✓", "✔", "Y", "YES", "1", "TRUE", "对", "同址"], True),
    **dict.fromkeys(["否", "无", "×", "✗", "N", "NO", "0", "FALSE", "没有", "不同址"], False),
}
EMPTY = gettext_lazy("May stay empty.")
COLUMNS = [
    RosterColumn(NAME, 30, gettext_lazy("As it stands on the plaque."), True),
    RosterColumn(KIND, 12, gettext_lazy("Empty: a studio."), words=tuple(KINDS)),
    RosterColumn(TOWNSHIP, 14, gettext_lazy("Nine digits; see the sheet of townships."), True),
    RosterColumn(VILLAGE, 16, gettext_lazy("Its name or twelve digits; may stay empty."), former=("村社区",)),
    RosterColumn(LINKED, 30, gettext_lazy("Of a deputies' home: the studio of its township, name or code.")),
    RosterColumn(ADDRESS, 30, EMPTY),
    RosterColumn(PHONE, 16, EMPTY),
    RosterColumn(IN_CHARGE, 12, EMPTY),
    RosterColumn(PLAQUE, 30, EMPTY, former=("牌匾",)),
    RosterColumn(ESTABLISHED, 14, gettext_lazy("A date; may stay empty."), former=("建成时间",)),
    RosterColumn(HOURS, 30, gettext_lazy("In words, for example: every market day, 8:30 to 12:00.")),
    RosterColumn(
        ACTIVITY_ROOM,
        20,
        gettext_lazy("Whether the activity room shares the premises."),
        words=tuple(YES),
        former=("活动室同址",),
    ),
    RosterColumn(
        OFFICE,
        20,
        gettext_lazy("Whether the office shares the premises."),
        words=tuple(YES),
        former=("人大办同址",),
    ),
    RosterColumn(
        CODE, 18, gettext_lazy("Letters, digits, hyphens; stands in the QR code. Empty: made for you.")
    ),
]


@dataclass(frozen=True)
class Entry:
    """A row in which everything is right. `linked` is the name or code of a home's studio."""

    township: Township
    name: str
    code: str
    linked: str
    facts: dict = field(default_factory=dict)

    @property
    def identity(self) -> tuple:
        return self.township.pk, self.name


class Reader(AreaReader):
    def __init__(self, by: User) -> None:
        super().__init__(by, ROLL_KEEPERS)
        rows = Studio.objects.filter(township__in=self.units).values_list("township", "name", "code", "kind")
        self.named = {(township, name) for township, name, _code, _kind in rows}
        self.links = {(row[0], word) for row in rows if row[3] == STUDIO for word in row[1:3]}
        self.codes = set(Studio.objects.values_list("code", flat=True))
        self.coded = {(township, code) for township, _name, code, _kind in rows}
        self.villages: dict[tuple, Village] = {}
        for village in Village.objects.filter(township__in=self.units):
            for word in (village.name, village.pk):
                self.villages[village.township_id, word] = village

    def knows(self, entry: Entry) -> bool:
        """Return whether the studio is here already, by its code or its name."""
        return entry.identity in self.named or (entry.township.pk, entry.code) in self.coded

    def read(self, cells: Cells) -> Entry | None:
        """Return what the row says; None where cells are wrong, which `cells` then names."""
        township = cells.take(TOWNSHIP, self.township, default=None)
        title = cells.take(NAME, text, 80, required=True)
        kind = cells.take(KIND, one_of, KINDS, empty=STUDIO)
        facts = {
            "kind": kind,
            "village": cells.take(VILLAGE, self._village, township, default=None),
            "address": cells.take(ADDRESS, text, 200),
            "phone": cells.take(PHONE, phone)[:20],
            "in_charge": cells.take(IN_CHARGE, name, 50),
            "plaque": cells.take(PLAQUE, text, 80),
            "established_on": cells.take(ESTABLISHED, day, default=None),
            "opening_hours": cells.take(HOURS, text, 100),
            "has_activity_room": cells.take(ACTIVITY_ROOM, one_of, YES, empty=False),
            "has_office": cells.take(OFFICE, one_of, YES, empty=False),
        }
        linked = cells.take(LINKED, self._linked, township, kind)
        code = cells.take(CODE, self._code, township)
        if cells.errors:
            return None
        entry = Entry(township, title, code, linked, facts)
        if kind == STUDIO:  # a home further down may be linked to it
            self.links |= {(township.pk, title), (township.pk, code)}
        return entry

    def _village(self, value: object, township: Township | None) -> Village | None:
        word = text(value, 50)
        if not word or township is None:
            return None
        if (township.pk, word) not in self.villages:
            raise CellError(
                _("%(township)s has no village “%(village)s”") % {"township": township, "village": word}
            )
        return self.villages[township.pk, word]

    def _linked(self, value: object, township: Township | None, kind: str) -> str:
        word = text(value, 80)
        if not word or township is None:
            return ""
        if kind != HOME:
            raise CellError(_("Only a deputies' home is linked to a studio."))
        if (township.pk, word) not in self.links:
            words = {"township": township, "studio": word[:40]}
            raise CellError(_("%(township)s has no studio “%(studio)s”") % words)
        return word

    def _code(self, value: object, township: Township | None) -> str:
        code = text(value, 20)
        if (code and not code.replace("-", "").replace("_", "").isalnum()) or not code.isascii():
            raise CellError(_("a code has only letters, digits and hyphens"))
        if code in self.codes and township and (township.pk, code) not in self.coded:
            raise CellError(_("this code belongs to a studio elsewhere"))
        return code


def _take_in(entries: list[Entry], *, by: User, request: HttpRequest | None) -> None:
    """Create the studios before the homes, which may be linked to them."""
    for entry in sorted(entries, key=lambda one: one.facts["kind"] == HOME):
        studio = Studio(township=entry.township, name=entry.name, **entry.facts)
        studio.code = entry.code or _free_code(entry.township)
        studio.name_pinyin = name_key(studio)
        if entry.linked:
            word = Q(name=entry.linked) | Q(code=entry.linked)
            studio.belongs_to = Studio.objects.filter(word, township=entry.township, kind=STUDIO).first()
        studio.save(force_insert=True)
        history.note(studio, "added", by=by, request=request)


def _free_code(township: Township) -> str:
    taken = set(Studio.objects.filter(code__startswith=f"{township.pk}-").values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"{township.pk}-{n}") not in taken)


def _choices(user: User | None) -> list[Sheet]:
    townships = townships_of(user, ROLL_KEEPERS)
    studios = Studio.objects.filter(township__in=townships, kind=STUDIO, active=True)
    named = [Column(TOWNSHIP, 14), Column(LINKED, 40), Column(CODE, 20)]
    rows = studios.order_by("township", "name_pinyin").values_list("township_id", "name", "code")
    return [township_sheet(townships, TOWNSHIP), Sheet(_("Studios"), named, rows)]


STUDIOS = RosterImport(
    app="studios",
    name=gettext_lazy("Register of studios"),
    title=gettext_lazy("Import studios"),
    lead=gettext_lazy(
        "One row is one studio or deputies' home; nothing is added before you have seen what was read."
    ),
    done=gettext_lazy("%(added)d studios were added, %(known)d were known, %(refused)d refused."),
    columns=COLUMNS,
    keepers=ROLL_KEEPERS,
    reader=Reader,
    take_in=_take_in,
    choices=_choices,
)
