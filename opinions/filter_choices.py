"""What the opinion list's filters offer: areas and names out of the person's own scope.

One query for the areas, and one for the names below them where they are asked for.
"""

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Length

from common.digits import number
from deputies.models import Deputy
from opinions.models import Category
from studios.context import READERS
from studios.models import Agency, County, Studio, Township
from studios.scope import scope_of

COUNTY_DIGITS = 6


class ChoiceLists:
    """The areas to choose from, and with `names` the studios, deputies, agencies and categories, as (value, label)
    pairs.

    A long list opens when the level above is decided: townships and studios within a county, deputies within a
    township.
    """

    def __init__(self, user, chosen, *, names: bool):
        self.user, self.chosen = user, chosen
        county = self._county()
        self.county, self.township = self._areas(county)
        self.studio, self.deputy, self.agency, self.category = [], [], [], []
        if names:
            township = self._decided(chosen.get("township"), [code for code, _name in self.township])
            self._named(self._decided(county, [code for code, _name in self.county]), township)

    def _county(self) -> str:
        """The county that is chosen, by itself or with its township, or the only one of the person's scope."""
        named = self.chosen.get("county") or self.chosen.get("township", "")
        own = {prefix[:COUNTY_DIGITS] for prefix in scope_of(self.user).prefixes(*READERS)}
        return (named or (own.pop() if len(own) == 1 else ""))[:COUNTY_DIGITS].replace("\0", "")

    @staticmethod
    def _decided(value, values):
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

    def _named(self, county, township):
        """Studios, deputies, agencies and categories in one query."""
        kinds = {
            "studio": (
                Studio,
                {"township": township} if township else {"township__county": county},
                bool(county),
            ),
            "deputy": (Deputy, {"township": township}, bool(township)),
            "agency": (Agency, {"county": county} if county else {}, True),
        }
        parts = []
        for kind, (model, within, decided) in kinds.items():
            asked = self.chosen.get(kind, "")
            rows = model.objects.visible_to(self.user, *READERS)
            rows = rows.filter(**within) if decided else rows.filter(pk=number(asked))
            parts.append(_listed(kind, rows, F("name_pinyin")))
        rows = self._categories().union(*parts, all=True)
        for kind, key, name, _order in rows.order_by("list_kind", "list_order", "name"):
            indent = "\u3000" * (len(key) // 2 - 1) if kind == "category" else ""
            getattr(self, kind).append((key, indent + name))

    def _categories(self):
        """Two levels of the tree, and the deeper one that is chosen."""
        wanted = Q(depth__lte=4) | Q(code=self.chosen.get("category", "")[:6].replace("\0", ""))
        return _listed("category", Category.objects.annotate(depth=Length("code")).filter(wanted), F("code"))


def _listed(kind, rows, order):
    """(kind, key, name, order) of each row, to be united with those of other kinds."""
    rows = rows.order_by().annotate(list_kind=Value(kind), list_key=Cast("pk", CharField()), list_order=order)
    return rows.values_list("list_kind", "list_key", "name", "list_order")
