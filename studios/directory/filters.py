"""How the directories (studios, deputies) are narrowed down: by county, township, kind, words."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.requests import StaffRequest
from common.text.search_text import bare, contains_all_words, folded
from studios.models import County, Studio, Township
from studios.pinyin import pinyin_key


class TownshipField(forms.ModelChoiceField):
    def label_from_instance(self, township: Any) -> str:
        """Return the township with its county."""
        return f"{township.county} · {township.name}"


class TownshipFilter(filters.ModelChoiceFilter):
    """Stands beside a FollowedFilter, which says how the township is meant."""

    field_class = TownshipField

    def filter(self, rows: QuerySet, township: Township | None) -> QuerySet:
        """Keep the rows of the township; with `followed` also of those merged into it."""
        if township and self.parent.data.get("followed"):
            return rows.filter(Q(township=township) | Q(township__successor=township))
        return super().filter(rows, township)


class FollowedFilter(filters.ChoiceFilter):
    """Whether a township is meant with those merged into it (ADR 0017); set by the overviews' addresses."""

    def __init__(self) -> None:
        choices = [("1", _("with those merged into it"))]
        super().__init__(label=_("Townships"), choices=choices, widget=forms.HiddenInput)

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        """Return the rows unchanged: TownshipFilter reads the value."""
        return rows


def counties_of(request: StaffRequest) -> QuerySet[County]:
    """Return the counties a person may choose among."""
    return County.objects.visible_to(request.user)


def townships_of(request: StaffRequest) -> QuerySet[Township]:
    """Return the townships a person may choose among, those that have ended included: their studios keep them."""
    return Township.objects.visible_to(request.user).filter(counted=True).select_related("county")


class DirectoryFilter(filters.FilterSet):
    """County, township and words over rows with `township`, `name` and `name_pinyin`."""

    county = filters.ModelChoiceFilter(
        label=_("County"), field_name="township__county", queryset=counties_of, empty_label=_("all counties")
    )
    township = TownshipFilter(label=_("Township"), queryset=townships_of, empty_label=_("all townships"))
    followed = FollowedFilter()
    text = filters.CharFilter(label=_("Name or pinyin"), method="with_words")

    def with_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the rows whose name holds the words, or whose pinyin begins with the pinyin of them."""
        pinyin = Q(name_pinyin__startswith=pinyin_key(bare(folded(value))))
        return rows.filter(contains_all_words(["name"], value) | pinyin)

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0


class StudioFilter(DirectoryFilter):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Studio.Kind.choices, empty_label=_("all kinds"))

    class Meta:
        model = Studio
        fields = ["county", "township", "kind", "text"]
