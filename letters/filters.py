"""How the list of letters is narrowed down: by kind, county, year, state and words."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from studios.filters import counties_of

from .models import Kind, Letter, State


class LetterFilter(filters.FilterSet):
    text = filters.CharFilter(
        label=_("Number of the letter or the opinion"), method="with_words", max_length=40
    )
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("all kinds"))
    state = filters.ChoiceFilter(
        label=_("State"), choices=State.choices, method="in_state", empty_label=_("all")
    )
    county = filters.ModelChoiceFilter(label=_("County"), queryset=counties_of, empty_label=_("all counties"))
    year = filters.NumberFilter(label=_("Year"), min_value=2000, max_value=2099)

    class Meta:
        model = Letter
        fields = ["text", "kind", "state", "county", "year"]

    def in_state(self, rows, name, value):
        return rows.filter(State(value).q)

    def with_words(self, rows, name, value):
        """吉人大办交〔2026〕12号, any part of it from its beginning, or an opinion's number from its beginning."""
        series, _bracket, rest = value.strip().partition("〔")
        year, _bracket, serial = rest.partition("〕")
        letter = Q(series__startswith=series)
        if year.isdecimal() and len(year) == 4:
            letter &= Q(year=int(year))
        if (digits := serial.removesuffix("号")).isdecimal() and len(digits) < 8:
            letter &= Q(serial=int(digits))
        return rows.filter(letter | Q(about__startswith=value.strip()))

    @property
    def active(self) -> int:
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0
