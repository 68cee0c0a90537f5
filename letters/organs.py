"""The organs that issue letters (发文机关) from Excel: a row is the organ of one county. One that is entered already is
not overwritten: it is corrected on its own page."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.excel.importing import CellError, text
from common.excel.tables import Sheet
from studios.models import County
from studios.rolls.agencies import COUNTY, FORMER_COUNTY, KEEPERS, CountyReader, county_sheet, note
from studios.rolls.importing import Cells, RosterColumn, RosterImport

from .models import Organ

NAME, SHORT, HANDOVER, SUPERVISION, REPLY = "发文机关", "机关代字", "交办函代字", "督办函代字", "答复函代字"
RULE, CONTACT, COPIES = "依据的办法", "联系人和电话", "抄送"
EMPTY = gettext_lazy("May stay empty.")
COLUMNS = [
    RosterColumn(COUNTY, 14, gettext_lazy("Name or code; may stay empty where you administer one county."),
                 former=FORMER_COUNTY),
    RosterColumn(NAME, 40, gettext_lazy("As it stands above and below the letter."), True,
                 former=("机关名称", "发文机关名称")),
    RosterColumn(SHORT, 14, gettext_lazy("The number begins with it."), True, former=("代字", "发文代字")),
    RosterColumn(HANDOVER, 12, gettext_lazy("One or two characters; empty: %s.") % "交"),
    RosterColumn(SUPERVISION, 12, gettext_lazy("One or two characters; empty: %s.") % "督"),
    RosterColumn(REPLY, 12, gettext_lazy("One or two characters; empty: %s.") % "复"),
    RosterColumn(RULE, 30, EMPTY),
    RosterColumn(CONTACT, 24, EMPTY, former=("联系人", "联系电话")),
    RosterColumn(COPIES, 30, EMPTY),
]  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A row in which everything is right."""

    organ: Organ

    @property
    def identity(self) -> str:
        return self.organ.county_id


class Reader(CountyReader):
    def __init__(self, by: User) -> None:
        super().__init__(by)
        self.entered = set(Organ.objects.filter(county__in=self.counties).values_list("county", flat=True))
        self.short_names = dict(Organ.objects.values_list("short_name", "county"))

    def knows(self, entry: Entry) -> bool:
        """Return whether the county has its organ."""
        return entry.identity in self.entered

    def read(self, cells: Cells) -> Entry | None:
        """Return what the row says; None where cells are wrong, which `cells` then names."""
        county = cells.take(COUNTY, self.county, default=None)
        facts: dict[str, Any] = {
            "name": cells.take(NAME, text, 60, required=True),
            "short_name": cells.take(SHORT, self._short_name, county),
            "handover_mark": cells.take(HANDOVER, text, 2) or "交",
            "supervision_mark": cells.take(SUPERVISION, text, 2) or "督",
            "reply_mark": cells.take(REPLY, text, 2) or "复",
            "rule_name": cells.take(RULE, text, 80),
            "contact": cells.take(CONTACT, text, 60),
            "copies_to": cells.take(COPIES, text, 80),
        }
        organ = Organ(county=county, **facts) if county and not cells.errors else None
        try:
            if organ:
                organ.validate_constraints(exclude=["county", "short_name"])
        except ValidationError as wrong:
            cells.refuse(HANDOVER, wrong.messages[0])
        if cells.errors or organ is None:
            return None
        self.short_names.setdefault(organ.short_name, organ.county_id)
        return Entry(organ)

    def _short_name(self, value: object, county: County | None) -> str:
        typed = text(value, 10, required=True)
        if county and self.short_names.get(typed, county.pk) != county.pk:
            raise CellError(_("Another county's letters begin with this short name."))
        return typed


def _take_in(entries: list[Entry], *, by: User, request: HttpRequest | None) -> None:
    for entry in entries:
        entry.organ.save(force_insert=True)
        note(by, request, "organ", entry.organ.name, entry.organ.county)


def _choices(user: User | None) -> list[Sheet]:
    return [county_sheet(user)]


ORGANS = RosterImport(
    app="letters",
    page="import_organs",
    back="admin:letters_organ_changelist",
    name=gettext_lazy("Organs of the letters"),
    title=gettext_lazy("Import organs"),
    lead=gettext_lazy("One row is one county's organ; nothing is added before you have seen what was read."),
    done=gettext_lazy("%(added)d organs were added, %(known)d were known, %(refused)d refused."),
    columns=COLUMNS,
    keepers=KEEPERS,
    reader=Reader,
    take_in=_take_in,
    choices=_choices,
)
