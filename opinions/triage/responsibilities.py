"""Categories, and who is responsible for them, from Excel: a row is a category, with the agency that one county's
matters of it go to. What is here is not overwritten."""

import re
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.excel.importing import CellError, code, text
from common.excel.tables import Column, Sheet
from common.text.visible import word as normal
from opinions.models import Category, Responsibility
from studios.models import Agency, County
from studios.permissions.access import over_a_prefecture
from studios.rolls.agencies import (
    COUNTY,
    FORMER_COUNTY,
    KEEPERS,
    NAME,
    CountyReader,
    counties_of,
    county_sheet,
    note,
)
from studios.rolls.importing import Cells, RosterColumn, RosterImport

CODE, CATEGORY = "类别代码", "类别名称"
LEVELS = re.compile(r"(\d{2}){1,3}")
COLUMNS = [
    RosterColumn(CODE, 12, gettext_lazy("Two digits a level: 03, 0302, 030201."), True,
                 former=("代码", "分类代码", "类别编码")),
    RosterColumn(CATEGORY, 24, gettext_lazy("Of a category that is not here yet; added by a prefecture."),
                 former=("类别", "分类", "分类名称", "问题类别")),
    RosterColumn(COUNTY, 14, gettext_lazy("Name or code; may stay empty where you administer one county."),
                 former=FORMER_COUNTY),
    RosterColumn(NAME, 36, gettext_lazy("The agency responsible there, by its name; empty: the category alone."),
                 former=("责任单位", "单位名称", "牵头单位", "主办单位")),
]  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A row in which everything is right. `agency` is None for a category alone."""

    code: str
    category: str
    county: County | None
    agency: Agency | None

    @property
    def identity(self) -> tuple:
        return self.code, self.county.pk if self.county else ""


class Reader(CountyReader):
    def __init__(self, by: User) -> None:
        super().__init__(by)
        self.categories = dict(Category.objects.values_list("code", "name"))
        self.here = set(self.categories)
        self.may_add = over_a_prefecture(by)
        rows = Responsibility.objects.filter(county__in=self.counties)
        self.held = {
            (one, county): key for one, county, key in rows.values_list("category", "county", "agency")
        }
        self.given = dict(self.held)  # and what the file gives
        self.agencies = {
            (agency.county_id, normal(agency.name)): agency
            for agency in Agency.objects.filter(county__in=self.counties, active=True)
        }

    def knows(self, entry: Entry) -> bool:
        """Return whether the category is here, and with an agency whether the county has given it to somebody."""
        return entry.identity in self.held if entry.agency else entry.code in self.here

    def read(self, cells: Cells) -> Entry | None:
        """Return what the row says; None where cells are wrong, which `cells` then names."""
        number = cells.take(CODE, self._code)
        named = str(cells.values.get(NAME, "")).strip()
        category = cells.take(CATEGORY, self._category, number) if number else ""
        county = cells.take(COUNTY, self.county, default=None) if named else None
        agency = cells.take(NAME, self._agency, county, default=None) if county else None
        entry = Entry(number, category, county, agency)
        if agency and self.given.setdefault(entry.identity, agency.pk) != agency.pk:
            cells.refuse(NAME, _("Another agency of the county is responsible for it already."))
        return None if cells.errors else entry

    def _code(self, value: object) -> str:
        typed = code(value, 12)
        typed = typed.zfill(len(typed) + len(typed) % 2)
        if not LEVELS.fullmatch(typed):
            raise CellError(_("Two digits a level, at most three levels."))
        return typed

    def _category(self, value: object, number: str) -> str:
        name = text(value, 50)
        if number in self.categories:
            return self.categories[number]
        if not name:
            raise CellError(_("There is no category of this code; give its name."))
        if not self.may_add:
            raise CellError(_("There is no category of this code; the prefecture's administrator adds it."))
        self.categories[number] = name
        return name

    def _agency(self, value: object, county: County) -> Agency:
        typed = text(value, 80)
        if (county.pk, normal(typed)) not in self.agencies:
            raise CellError(
                _("%(county)s has no agency “%(agency)s”") % {"county": county, "agency": typed[:40]}
            )
        return self.agencies[county.pk, normal(typed)]


def _take_in(entries: list[Entry], *, by: User, request: HttpRequest | None) -> None:
    for entry in entries:
        _category, new = Category.objects.get_or_create(code=entry.code, defaults={"name": entry.category})
        if new:
            note(by, request, "category", f"{entry.code} {entry.category}", None)
        if entry.agency:
            Responsibility.objects.create(
                county=entry.agency.county, category_id=entry.code, agency=entry.agency
            )
            note(by, request, "responsibility", f"{entry.code} {entry.agency}", entry.county)


def _choices(user: User | None) -> list[Sheet]:
    agencies = Agency.objects.filter(county__in=counties_of(user), active=True).select_related("county")
    rows = [(one.county.name, one.name) for one in agencies.order_by("county", "name_pinyin", "id")]
    return [county_sheet(user), Sheet(_("Agencies"), [Column(COUNTY, 20), Column(NAME, 40)], rows)]


RESPONSIBILITIES = RosterImport(
    app="opinions",
    page="import_responsibilities",
    back="admin:opinions_responsibility_changelist",
    name=gettext_lazy("Categories and responsibilities"),
    title=gettext_lazy("Import categories and responsibilities"),
    lead=gettext_lazy(
        "One row is one category, with the agency that is responsible for it in one county; nothing is added before "
        "you have seen what was read."
    ),
    done=gettext_lazy("%(added)d rows were added, %(known)d were known, %(refused)d refused."),
    columns=COLUMNS,
    keepers=KEEPERS,
    reader=Reader,
    take_in=_take_in,
    choices=_choices,
)
