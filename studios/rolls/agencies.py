"""The register of agencies (承办单位) from Excel: a row is one agency of one county, known by its name there."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import AccessRecord, User
from common.excel.importing import CellError, code, text
from common.excel.tables import Column, Sheet
from common.text.visible import word as normal
from studios.models import Agency, County, Role
from studios.pinyin import name_key
from studios.rolls.importing import Cells, RosterColumn, RosterImport

NAME, COUNTY = "承办单位", "县市"
FORMER_COUNTY = ("县市区", "县（市、区）", "所属县市", "区划代码", "县市代码")
KEEPERS = (Role.ADMINISTRATOR,)
COLUMNS = [
    RosterColumn(
        NAME, 36, gettext_lazy("Its full name."), True, former=("单位名称", "单位", "名称", "承办单位名称")
    ),
    RosterColumn(
        COUNTY,
        14,
        gettext_lazy("Name or code; may stay empty where you administer one county."),
        former=FORMER_COUNTY,
    ),
]


class CountyReader:
    """What a register needs that is kept by county: the counties of a person's administration, fetched once."""

    def __init__(self, by: User) -> None:
        self.counties = list(County.objects.visible_to(by, *KEEPERS).order_by("code"))

    def county(self, value: object) -> County:
        """Return the county by its name or its code; where there is one only, also for an empty cell."""
        typed = code(value, 30)
        if not typed and len(self.counties) == 1:
            return self.counties[0]
        if not typed:
            raise CellError(_("must not be empty"))
        for county in self.counties:
            if typed == county.pk or normal(typed) == normal(county.name):
                return county
        raise CellError(_("“%s” is no county of your area.") % typed)


def counties_of(user: User | None) -> Iterable[County]:
    """Return the counties that a template offers."""
    rows = County.objects.visible_to(user, *KEEPERS) if user else County.objects.all()
    return rows.order_by("code")


def county_sheet(user: User | None) -> Sheet:
    """Return the template's sheet of counties."""
    columns = [Column(COUNTY, 20), Column(_("Code"), 12)]
    return Sheet(_("Counties"), columns, [(one.name, one.pk) for one in counties_of(user)])


@dataclass(frozen=True)
class Entry:
    """A row in which everything is right."""

    county: County
    name: str

    @property
    def identity(self) -> tuple:
        return self.county.pk, self.name


class Reader(CountyReader):
    def __init__(self, by: User) -> None:
        super().__init__(by)
        self.named = set(Agency.objects.filter(county__in=self.counties).values_list("county", "name"))

    def knows(self, entry: Entry) -> bool:
        """Return whether the county has an agency of this name."""
        return entry.identity in self.named

    def read(self, cells: Cells) -> Entry | None:
        """Return what the row says; None where cells are wrong, which `cells` then names."""
        name = cells.take(NAME, text, 80, required=True)
        county = cells.take(COUNTY, self.county, default=None)
        return None if cells.errors or county is None else Entry(county, name)


def _take_in(entries: list[Entry], *, by: User, request: HttpRequest | None) -> None:
    for entry in entries:
        agency = Agency(county=entry.county, name=entry.name)
        agency.name_pinyin = name_key(agency)
        agency.save(force_insert=True)
        note(by, request, "agency", entry.name, entry.county)


def note(by: User, request: HttpRequest | None, what: str, subject: str, county: County | None) -> None:
    """Write what a register added into the audit trail."""
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        request=request,
        subject=subject,
        area_code=county.pk if county else "",
        details={"did": "added", "what": what},
    )


def _choices(user: User | None) -> list[Sheet]:
    return [county_sheet(user)]


AGENCIES = RosterImport(
    app="studios",
    page="import_agencies",
    back="admin:studios_agency_changelist",
    name=gettext_lazy("Register of agencies"),
    title=gettext_lazy("Import agencies"),
    lead=gettext_lazy(
        "One row is one agency of one county; nothing is added before you have seen what was read."
    ),
    done=gettext_lazy("%(added)d agencies were added, %(known)d were known, %(refused)d refused."),
    columns=COLUMNS,
    keepers=KEEPERS,
    reader=Reader,
    take_in=_take_in,
    choices=_choices,
)
