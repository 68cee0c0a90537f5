"""Parsing of a ledger's rows into entries, or errors that name row, column and reason. Writes nothing."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.excel.importing import RowError
from common.excel.tables import CELL
from opinions.models import Category, Opinion, Responsibility
from opinions.triage.classification import by_keywords, keyword_categories
from studios.models import Agency, Role, Township
from studios.permissions.scope import scope_of

from . import columns as c
from .entries import Entry, identity

IMPORTER_ROLES = (Role.CLERK, Role.TRIAGE_OFFICER)


class Reader:
    """Reads rows for one person. What every row needs is fetched once: areas, agencies, categories, responsibilities;
    so a row costs no query."""

    def __init__(self, by: User, now: datetime) -> None:
        self.by, self.now = by, now
        rows = Township.objects.visible_to(by, *IMPORTER_ROLES).select_related("county", "successor")
        self.townships = {township.code: township for township in rows}
        scope = scope_of(by)
        self.wide = tuple(m.area_code for m in scope.memberships if m.role in IMPORTER_ROLES and m.area_code)
        self.studios = {
            m.studio.township_id: m.studio for m in scope.memberships if m.studio and m.role in IMPORTER_ROLES
        }
        counties = {township.county_id for township in rows}
        self.agencies: dict[str, dict[str, Agency]] = {county: {} for county in counties}
        for agency in Agency.objects.filter(county__in=counties, active=True):
            self.agencies[agency.county_id][agency.name] = agency
        self.categories: dict[str, list[Category]] = {}
        for category in Category.objects.filter(active=True):
            for name in (category.code, category.name):
                self.categories.setdefault(name, []).append(category)
        self.keyword_categories = keyword_categories()
        self.responsible = {
            (row.county_id, row.category_id): row.agency
            for row in Responsibility.objects.filter(county__in=counties, agency__active=True).select_related(
                "agency"
            )
        }

    def read(self, number: int, values: Mapping[str, Any]) -> tuple[Entry | None, list[RowError]]:
        """Return the entry of a row (`values`: column → cell), or all errors of it."""
        return _Row(self, number, values).read()


class _Row:
    def __init__(self, reader: Reader, number: int, values: Mapping[str, Any]) -> None:
        self.reader, self.number, self.values = reader, number, values
        self.errors: list[RowError] = []

    def cell(self, column: str, parse: Callable[..., Any], *args: Any, default: Any = "", **more: Any) -> Any:
        """Return the parsed cell; `default` when it is wrong, which is recorded."""
        try:
            return parse(self.values.get(column, ""), *args, **more)
        except c.CellError as bad:
            self.errors.append(RowError(self.number, column, str(bad)))
            return default

    def read(self) -> tuple[Entry | None, list[RowError]]:
        written = {
            "township": self.cell(c.TOWNSHIP, self.township, default=None),
            "title": self.cell(c.TITLE, c.text, 100, required=True),
            "body": self.cell(c.BODY, c.text, CELL, required=True),
            "outside_number": self.cell(c.OUTSIDE_NUMBER, c.text, 60),
            "citizen_name": self.cell(c.NAME, c.text, 50),
            "citizen_phone": self.cell(c.PHONE, c.phone),
            "category": self.cell(c.CATEGORY, self.category, default=None),
            "channel": self.word(c.CHANNEL),
            "matter_type": self.word(c.MATTER_TYPE),
            "keep_secret": self.word(c.SECRET),
        }
        registered_at, _day_only = self.cell(
            c.REGISTERED_AT, c.moment, self.reader.now, default=(None, False)
        )
        self.check_in_force(written["township"], registered_at)
        self.place(written)
        answered_at, answer = self.answer(registered_at)
        agency = self.cell(c.AGENCY, self.agency, written["township"], default=None)
        outcome, satisfaction = self.word(c.OUTCOME), self.word(c.SATISFACTION)
        if answer and agency is None and not self.errors:
            agency = self.responsible(written)
        if self.errors:
            return None, self.errors
        key = identity(written, registered_at)
        entry = Entry(
            self.number, key, registered_at, written, agency, answered_at, answer, outcome, satisfaction
        )
        return entry, []

    def word(self, column: str) -> Any:
        return self.cell(column, lambda value: c.meaning(column, value), default=c.DEFAULT[column])

    def township(self, value: Any) -> Township:
        code = c.text(value, 20, required=True)
        if len(code) == 12 and code.endswith("000"):
            code = code[:9]  # the statistical code of a township in its long form
        if len(code) != 9 or not code.isdecimal():
            raise c.CellError(_("“%s” is no township code; it has nine digits") % code)
        if code not in self.reader.townships:
            raise c.CellError(_("%s is no township for which you register opinions") % code)
        return self.reader.townships[code]

    def check_in_force(self, township: Township | None, registered_at: datetime | None) -> None:
        if not (township and registered_at and township.valid_to):
            return
        if timezone.localdate(registered_at) >= township.valid_to:
            reason = _("%(name)s ended on %(day)s; its successor is %(code)s")
            facts = {"name": township.name, "day": township.valid_to, "code": township.successor_id or "—"}
            self.errors.append(RowError(self.number, c.TOWNSHIP, reason % facts))

    def place(self, written: dict[str, Any]) -> None:
        """Add the studio for a clerk of a studio, who registers for that studio and would not see the opinion
        otherwise."""
        township = written["township"]
        if township and not township.code.startswith(self.reader.wide or ("-",)):
            written["studio"] = self.reader.studios.get(township.code)

    def category(self, value: Any) -> Category | None:
        name = c.whole(value)
        if not name:
            return None
        found = self.reader.categories.get(name, [])
        if not found:
            near = _near(name, self.reader.categories)
            raise c.CellError(_("“%(name)s” is no category%(near)s") % {"name": name[:30], "near": near})
        if len(found) > 1:
            codes = "、".join(category.code for category in found)
            raise c.CellError(
                _("“%(name)s” is the name of several categories; write one of the codes %(codes)s")
                % {"name": name, "codes": codes}
            )
        return found[0]

    def agency(self, value: Any, township: Township | None) -> Agency | None:
        name = c.text(value, 80)
        if not name or township is None:
            return None
        known = self.reader.agencies[township.county_id]
        if name not in known:
            facts = {"name": name, "county": township.county.name, "near": _near(name, known)}
            raise c.CellError(_("%(county)s has no agency “%(name)s”%(near)s") % facts)
        return known[name]

    def answer(self, registered_at: datetime | None) -> tuple[datetime | None, str]:
        """Return (time, text) of the answer; both or neither."""
        given = {column: self.values.get(column, "") for column in (c.ANSWER, c.ANSWERED_AT)}
        if not any(given.values()):
            self.check_nothing_without_answer()
            return None, ""
        text = self.cell(c.ANSWER, c.text, CELL, required=True)
        at, day_only = self.cell(c.ANSWERED_AT, c.moment, self.reader.now, default=(None, False))
        if at and registered_at and at < registered_at:
            if not (day_only and timezone.localdate(at) == timezone.localdate(registered_at)):
                self.errors.append(RowError(self.number, c.ANSWERED_AT, _("earlier than the registration")))
            at = registered_at
        return at, text

    def check_nothing_without_answer(self) -> None:
        for column in (c.OUTCOME, c.SATISFACTION):
            value = str(self.values.get(column, ""))
            if value and c.MEANING[column].get(value) != "":
                self.errors.append(RowError(self.number, column, _("there is no answer in this row")))

    def responsible(self, written: dict[str, Any]) -> Agency | None:
        """Return the agency that the rules name, for an answer without the agency that gave it; records an error
        without one."""
        township = written["township"]
        opinion = Opinion(
            county_id=township.county_id,
            title=written["title"],
            body=written["body"],
            category=written["category"],
        )
        if opinion.category is None:
            classification = by_keywords(opinion, self.reader.keyword_categories)
            opinion.category = classification.category if classification.sure else None
        lineage = opinion.category.lineage if opinion.category else []
        for code in lineage:
            if agency := self.reader.responsible.get((township.county_id, code)):
                return agency
        reason = _("say which agency answered: the rules cannot tell it from the text")
        self.errors.append(RowError(self.number, c.AGENCY, reason))
        return None


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, [k for k in known if not k.isdecimal()], n=3, cutoff=0.4)
    return _("; did you mean %s?") % "、".join(near) if near else ""
