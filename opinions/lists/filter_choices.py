"""What the opinion list's filters offer: areas and names out of the person's own scope.

One query for the areas, and one for what else is asked for.
"""

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Length

from common.text.digits import number
from deputies.models import Deputy
from opinions.models import Category
from studios.models import Agency, County, Studio, Township
from studios.permissions.roles import READERS
from studios.permissions.scope import scope_of

COUNTY_DIGITS = 6
NAMED = {"studio": Studio, "deputy": Deputy, "agency": Agency}


class ChoiceLists:
    """The areas to choose from, and the studios, deputies, agencies and categories as far as `kinds` names them
    ("studio", …), as (value, label) pairs.

    A long list opens when the level above is decided: townships and studios within a county, deputies within a
    township.
    """

    def __init__(self, user, chosen, kinds):
        self.user, self.chosen = user, chosen
        county = self._county()
        self.county, self.township = self._areas(county)
        self.studio, self.deputy, self.agency, self.category = [], [], [], []
        if kinds:
            self._named(kinds, county)

    def _county(self) -> str:
        """The county that is chosen, by itself or with its township, or the only one of the person's scope."""
        named = self.chosen.get("county") or self.chosen.get("township", "")
        own = {prefix[:COUNTY_DIGITS] for prefix in scope_of(self.user).prefixes(*READERS)}
        return (named or (own.pop() if len(own) == 1 else ""))[:COUNTY_DIGITS].replace("\0", "")

    @staticmethod
    def _decided(value, values) -> str | None:
        if value in values:
            return value
        return values[0] if len(values) == 1 else None

    def _areas(self, county):
        counties, townships = (model.objects.visible_to(self.user, *READERS) for model in (County, Township))
        rows = _listed("county", counties, F("code"))
        if county:
            rows = rows.union(_listed("township", townships.filter(county=county), F("code")), all=True)
        found = {"county": [], "township": []}
        for kind, key, name, _order in rows.order_by("list_kind", "list_order"):
            found[kind].append((key, name))
        return found["county"], found["township"]

    def _named(self, kinds, county):
        """All of these kinds in one query."""
        county = self._decided(county, [code for code, _name in self.county])
        township = self._decided(self.chosen.get("township"), [code for code, _name in self.township])
        within = {
            "studio": {"township": township} if township else county and {"township__county": county},
            "deputy": township and {"township": township},
            "agency": {"county": county} if county else {},
        }
        parts = [
            self._categories() if kind == "category" else self._within(kind, within[kind])
            for kind in sorted(kinds)
        ]
        rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
        for kind, key, name, _order in rows.order_by("list_kind", "list_order", "name"):
            indent = "\u3000" * (len(key) // 2 - 1) if kind == "category" else ""
            getattr(self, kind).append((key, indent + name))

    def _within(self, kind, area):
        """Those of an area; where it is not decided yet, only the one that is chosen."""
        rows = NAMED[kind].objects.visible_to(self.user, *READERS)
        rows = rows.filter(**area) if area is not None else rows.filter(pk=number(self.chosen.get(kind, "")))
        return _listed(kind, rows, F("name_pinyin"))

    def _categories(self):
        """Two levels of the tree, and the deeper one that is chosen."""
        wanted = Q(depth__lte=4) | Q(code=self.chosen.get("category", "")[:6].replace("\0", ""))
        return _listed("category", Category.objects.annotate(depth=Length("code")).filter(wanted), F("code"))


def _listed(kind, rows, order):
    """(kind, key, name, order) of each row, to be united with those of other kinds."""
    rows = rows.order_by().annotate(list_kind=Value(kind), list_key=Cast("pk", CharField()), list_order=order)
    return rows.values_list("list_kind", "list_key", "name", "list_order")
