"""Funding (经费) from Excel: a row is what a studio, a home or a township was given in a year from one source.

An amount that is here is not overwritten: the same one is known, another one is refused, and corrected on its
page. Headers and words are data in the offices' own language.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.excel.importing import CellError, one_of, text, whole
from common.excel.tables import Column, Sheet
from studios.models import Funding, Studio, Township
from studios.profile.money import FUNDERS, Given, replace_amount, townships_funded_by
from studios.rolls.importing import (
    AreaReader,
    Cells,
    RosterColumn,
    RosterImport,
    township_sheet,
    townships_of,
)
from studios.rolls.lookups import StudioLookup

TOWNSHIP, STUDIO, YEAR, SOURCE, AMOUNT, NOTE = "乡镇代码", "工作室", "年度", "经费来源", "金额（元）", "备注"
Source = Funding.Source
SOURCES = {
    **dict.fromkeys(["州级", "州级财政", "州财政", "市级财政", "州级预算", "州"], Source.PREFECTURE),
    **dict.fromkeys(["县级", "县级财政", "县财政", "县市财政", "县级预算", "县"], Source.COUNTY),
    **dict.fromkeys(["乡镇", "乡镇自筹", "乡镇财政", "乡镇配套"], Source.TOWNSHIP),
    **dict.fromkeys(["其他", "其它", "其他资金"], Source.OTHER),
}
YEARS = range(1990, 2101)
MOST = Decimal(10) ** 10
COLUMNS = [
    RosterColumn(TOWNSHIP, 14, gettext_lazy("Nine digits; see the sheet of townships."), True),
    RosterColumn(
        STUDIO,
        30,
        gettext_lazy("The name or the code of the studio or home; empty: the township without a studio."),
    ),
    RosterColumn(YEAR, 10, gettext_lazy("Four digits."), True, former=("年份",)),
    RosterColumn(SOURCE, 14, gettext_lazy("From which budget."), True, tuple(SOURCES), former=("来源",)),
    RosterColumn(
        AMOUNT,
        16,
        gettext_lazy("In yuan; with 万 in ten thousands: 2万."),
        True,
        former=("金额", "经费（元）"),
    ),
    RosterColumn(NOTE, 30, gettext_lazy("May stay empty.")),
]


def amount(value: object) -> Decimal:
    """Read an amount of yuan: 20000, 20,000.00元, 2万. Raises CellError for what is none, and for zero."""
    typed = whole(value).strip().replace(",", "").replace("，", "").removeprefix("¥").removesuffix("元")
    ten_thousands = typed.endswith("万")
    try:
        found = Decimal(typed.removesuffix("万").strip() or "x")
    except InvalidOperation:
        raise CellError(_("“%s” is no amount; write it as 20000") % str(value)[:30]) from None
    found *= 10_000 if ten_thousands else 1
    if not found.is_finite() or not 0 < found < MOST or found != round(found, 2):
        raise CellError(_("an amount is more than 0 and has two decimals at most"))
    return found


def year(value: object) -> int:
    """Read a year: 2014, 2014年. Raises CellError for anything else."""
    found = re.fullmatch(r"(\d{4})(?:年|年度)?", whole(value).strip())
    if not found or int(found[1]) not in YEARS:
        raise CellError(_("“%s” is no year; write it as 2014") % str(value)[:20])
    return int(found[1])


@dataclass(frozen=True)
class Entry:
    """A row in which everything is right."""

    receiver: Studio | Township
    given: Given

    @property
    def identity(self) -> tuple:
        return self.receiver._meta.model_name, self.receiver.pk, self.given.year, self.given.source


class Reader(AreaReader):
    def __init__(self, by: User) -> None:
        super().__init__(by, FUNDERS, ended=True)
        self.free = set(townships_funded_by(by).values_list("pk", flat=True))
        self.studios = StudioLookup(Studio.objects.visible_to(by, *FUNDERS))
        rows = Funding.objects.visible_to(by, *FUNDERS)
        named = ("studio", "township", "year", "source", "amount")
        self.entered = {
            ("studio" if studio else "township", studio or township, of, source): given
            for studio, township, of, source, given in rows.values_list(*named)
        }
        self.written: dict[tuple, Decimal] = {}

    def knows(self, entry: Entry) -> bool:
        """Return whether the amount is here already."""
        return entry.identity in self.entered

    def read(self, cells: Cells) -> Entry | None:
        """Return what the row says; None where cells are wrong, which `cells` then names."""
        township = cells.take(TOWNSHIP, self.township, default=None)
        receiver = cells.take(STUDIO, self._receiver, township, default=None)
        given = Given(
            cells.take(YEAR, year, default=0),
            cells.take(SOURCE, one_of, SOURCES),
            cells.take(AMOUNT, amount, default=Decimal(0)),
            cells.take(NOTE, text, 200),
        )
        if cells.errors or receiver is None:
            return None
        entry = Entry(receiver, given)
        there = self.entered.get(entry.identity) or self.written.setdefault(entry.identity, given.amount)
        if there == given.amount:
            return entry
        reason = _(
            "%s yuan stand here already for this year and source; correct it on the page of the funding"
        )
        cells.refuse(AMOUNT, CellError(reason % f"{there:.2f}"))
        return None

    def _receiver(self, value: object, township: Township | None) -> Studio | Township | None:
        word = text(value, 80)
        if township is None:
            return None
        if word:
            return self.studios.find(word, township)
        if township.pk not in self.free:
            raise CellError(_("must not be empty"))
        return township


def _take_in(entries: list[Entry], *, by: User, request: HttpRequest | None) -> None:
    for entry in entries:
        replace_amount(entry.receiver, entry.given, by=by, request=request)


def _choices(user: User | None) -> list[Sheet]:
    townships = townships_of(user, FUNDERS)
    studios = Studio.objects.filter(township__in=townships).order_by("township", "name_pinyin")
    named = [Column(TOWNSHIP, 14), Column(STUDIO, 40), Column(_("Code"), 20)]
    return [
        township_sheet(townships, TOWNSHIP),
        Sheet(_("Studios"), named, studios.values_list("township_id", "name", "code")),
    ]


FUNDING = RosterImport(
    app="funding",
    name=gettext_lazy("Funding"),
    title=gettext_lazy("Import funding"),
    lead=gettext_lazy(
        "One row is what a studio, a home or a township without one got in a year from one source; nothing is added "
        "before you have seen what was read."
    ),
    done=gettext_lazy("%(added)d amounts were added, %(known)d were known, %(refused)d refused."),
    columns=COLUMNS,
    keepers=FUNDERS,
    reader=Reader,
    take_in=_take_in,
    choices=_choices,
)
