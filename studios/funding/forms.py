"""How the list of funding is narrowed down, and what is typed for a township that was given money without a studio."""

from collections.abc import Mapping
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.ui.fields import row_field
from studios.directory.filters import TownshipField, counties_of
from studios.models import Funding, Studio, Township
from studios.profile.forms import FundingForm

RECEIVERS = [*Studio.Kind.choices, ("township", _("township without a studio"))]


class TownshipFundingForm(FundingForm):
    township = TownshipField(label=_("Township"), queryset=Township.objects.none(), empty_label=_("choose"))
    field_order = ["township"]

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        initial: dict[str, Any],
        townships: QuerySet[Township],
    ) -> None:
        super().__init__(data, initial=initial)
        row_field(self, "township").queryset = townships


class FundingFilter(filters.FilterSet):
    county = filters.ModelChoiceFilter(
        label=_("County"), queryset=counties_of, empty_label=_("all counties"), method="in_county"
    )
    given_to = filters.ChoiceFilter(
        label=_("Given to"), choices=RECEIVERS, empty_label=_("all"), method="by_receiver"
    )
    year = filters.NumberFilter(label=_("Year"), min_value=1990, max_value=2100)
    source = filters.ChoiceFilter(
        label=_("Source"), choices=Funding.Source.choices, empty_label=_("all sources")
    )

    class Meta:
        model = Funding
        fields = ["county", "given_to", "year", "source"]

    def in_county(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep what was given in the county."""
        return rows.filter(Q(studio__township__county=value) | Q(township__county=value))

    def by_receiver(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what studios, homes or townships were given."""
        return rows.filter(studio=None) if value == "township" else rows.filter(studio__kind=value)

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0
