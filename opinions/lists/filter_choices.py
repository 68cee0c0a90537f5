"""Choices of the opinion list's filters: areas and names within the person's own scope. One query for the areas, and
one for everything else that is asked for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Length

from accounts.models import User
from common.text.digits import number
from deputies.models import Deputy
from opinions.models import Category
from studios.models import Agency, County, Studio, Township
from studios.permissions.roles import READERS
from studios.permissions.scope import scope_of

COUNTY_DIGITS = 6
# (value, label) of an option.
Choice = tuple[str, str]
NAMED: dict[str, type[Studio] | type[Deputy] | type[Agency]] = {
    "studio": Studio,
    "deputy": Deputy,
    "agency": Agency,
}


class ChoiceLists:
    """The areas to choose from, and the studios, deputies, agencies and categories as far as `kinds` names them
    ("studio", …), as (value, label) pairs.

    A long list opens when the level above is decided: townships and studios within a county, deputies within a
    township.
    """

    def __init__(self, user: User, chosen: Mapping[str, Any], kinds: Collection[str]) -> None:
        self.user, self.chosen = user, chosen
        county = self._county()
        self.county, self.township = self._areas(county)
        self.studio: list[Choice] = []
        self.deputy: list[Choice] = []
        self.agency: list[Choice] = []
        self.category: list[Choice] = []
        if kinds:
            self._fill(kinds, county)

    def _county(self) -> str:
        """Return the county that is chosen, by itself or with its township, or the only one of the person's scope."""
        named = self.chosen.get("county") or self.chosen.get("township", "")
        own = {prefix[:COUNTY_DIGITS] for prefix in scope_of(self.user).prefixes(*READERS)}
        return (named or (own.pop() if len(own) == 1 else ""))[:COUNTY_DIGITS].replace("\0", "")

    @staticmethod
    def _decided(value: str | None, values: Sequence[str]) -> str | None:
        """Return `value` if it is one of `values`, else the only value there is, else None."""
        if value in values:
            return value
        return values[0] if len(values) == 1 else None

    def _areas(self, county: str) -> tuple[list[Choice], list[Choice]]:
        counties = County.objects.visible_to(self.user, *READERS)
        townships = Township.objects.visible_to(self.user, *READERS)
        rows = _listed("county", counties, F("code"))
        if county:
            rows = rows.union(_listed("township", townships.filter(county=county), F("code")), all=True)
        found: dict[str, list[Choice]] = {"county": [], "township": []}
        for kind, key, name, _order in rows.order_by("list_kind", "list_order"):
            found[kind].append((key, name))
        return found["county"], found["township"]

    def _fill(self, kinds: Collection[str], county: str) -> None:
        """Fill the lists of these kinds with one query."""
        decided = self._decided(county, [code for code, _name in self.county])
        township = self._decided(self.chosen.get("township"), [code for code, _name in self.township])
        within: dict[str, dict[str, str] | None] = {
            "studio": {"township": township}
            if township
            else {"township__county": decided}
            if decided
            else None,
            "deputy": {"township": township} if township else None,
            "agency": {"county": decided} if decided else {},
        }
        parts = [
            self._categories() if kind == "category" else self._within(kind, within[kind])
            for kind in sorted(kinds)
        ]
        rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
        for kind, key, name, _order in rows.order_by("list_kind", "list_order", "name"):
            indent = "\u3000" * (len(key) // 2 - 1) if kind == "category" else ""
            getattr(self, kind).append((key, indent + name))

    def _within(self, kind: str, area: Mapping[str, str] | None) -> QuerySet[Any]:
        """Return the rows of an area; where it is not decided yet, only the one that is chosen."""
        rows = NAMED[kind].objects.visible_to(self.user, *READERS)
        within: Mapping[str, Any] = {"pk": number(self.chosen.get(kind, ""))} if area is None else area
        return _listed(kind, rows.filter(**within), F("name_pinyin"))

    def _categories(self) -> QuerySet[Any]:
        """Return two levels of the tree, and the deeper category that is chosen."""
        wanted = Q(depth__lte=4) | Q(code=self.chosen.get("category", "")[:6].replace("\0", ""))
        return _listed("category", Category.objects.annotate(depth=Length("code")).filter(wanted), F("code"))


def _listed(kind: str, rows: QuerySet[Any], order: F) -> QuerySet[Any]:
    """Return (kind, key, name, order) of each row, to be united with those of other kinds."""
    rows = rows.order_by().annotate(list_kind=Value(kind), list_key=Cast("pk", CharField()), list_order=order)
    return rows.values_list("list_kind", "list_key", "name", "list_order")
