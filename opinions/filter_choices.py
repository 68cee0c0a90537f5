"""What the opinion list's filters offer: areas and names out of the person's own scope.

Two queries, whatever is chosen.
"""

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Length

from common.digits import number
from deputies.models import Deputy
from opinions.models import Category
from studios.context import READERS
from studios.models import Agency, Studio, Township


class ChoiceLists:
    """The areas, studios, deputies, agencies and categories to choose from, as (value, label) pairs.

    A long list opens when the level above is decided: studios within a county, deputies within a township.
    """

    def __init__(self, user, chosen):
        self.user, self.chosen = user, chosen
        townships = list(
            Township.objects.visible_to(user, *READERS).select_related("county").order_by("county", "code")
        )
        self.county = list({t.county_id: (t.county_id, t.county.name) for t in townships}.values())
        county = self._decided("county", [code for code, _name in self.county])
        townships = [t for t in townships if not county or t.county_id == county]
        self.township = [(t.code, t.name) for t in townships]
        if len({t.county_id for t in townships}) > 1:
            self.township = [
                (name, [(t.code, t.name) for t in townships if t.county_id == code])
                for code, name in self.county
            ]
        township = self._decided("township", [t.code for t in townships])
        self._named(county or (township or "")[:6], township)

    def _decided(self, name, values):
        if self.chosen.get(name) in values:
            return self.chosen[name]
        return values[0] if len(values) == 1 else None

    def _named(self, county, township):
        """Studios, deputies, agencies and categories in one query."""
        in_county = {"county": county} if county else {}
        kinds = {
            "studio": (
                Studio,
                {"township": township} if township else {"township__county": county},
                bool(county),
            ),
            "deputy": (Deputy, {"township": township}, bool(township)),
            "agency": (Agency, in_county, True),
        }
        parts = []
        for kind, (model, within, decided) in kinds.items():
            asked = self.chosen.get(kind, "")
            rows = model.objects.visible_to(self.user, *READERS).order_by()
            rows = rows.filter(**within) if decided else rows.filter(pk=number(asked))
            parts.append(
                rows.annotate(
                    list_kind=Value(kind), list_key=Cast("pk", CharField()), list_order=F("name_pinyin")
                ).values_list("list_kind", "list_key", "name", "list_order")
            )
        self.studio, self.deputy, self.agency, self.category = [], [], [], []
        rows = self._categories().union(*parts, all=True)
        for kind, key, name, _order in rows.order_by("list_kind", "list_order", "name"):
            indent = "\u3000" * (len(key) // 2 - 1) if kind == "category" else ""
            getattr(self, kind).append((key, indent + name))

    def _categories(self):
        """Two levels of the tree, and the deeper one that is chosen."""
        wanted = Q(depth__lte=4) | Q(code=self.chosen.get("category", "")[:6].replace("\0", ""))
        rows = Category.objects.annotate(depth=Length("code")).filter(wanted).order_by()
        rows = rows.annotate(list_kind=Value("category"), list_key=F("code"), list_order=F("code"))
        return rows.values_list("list_kind", "list_key", "name", "list_order")
