"""How the list of letters is narrowed down: by kind, county, year, state and words."""

import re

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.text.search_text import bare, folded
from studios.directory.filters import counties_of

from .models import Kind, Letter, State

# 吉人大交〔2026〕12号, in whatever brackets, blanks or none of them; any of the three parts may be missing.
NUMBER = re.compile(
    r"(?P<series>[^\d\W]*)(?P<open>[\[(〔【〈]?)(?P<first>\d{0,7})[\])〕】〉]?-?(第)?(?P<second>\d{0,7})号?"
)

APART, BLANK = re.compile(r"(?<=\d)\s+(?=\d)"), re.compile(r"\s+")


def numbered(asked: str) -> Q:
    """The letters whose number, or its series, year or serial alone, `asked` says; none where it says no such thing."""
    said = NUMBER.fullmatch(BLANK.sub("", APART.sub("-", folded(asked))).strip(",.;:。、"))
    if not said or not any(said.group("series", "first", "second")):
        return Q(pk__in=[])
    series, first, second = said.group("series", "first", "second")
    letter = Q(series__contains=series.removesuffix("第")) if series else Q()
    if second or (first and said["open"]):
        return letter & Q(year=int(first or 0)) & (Q(serial=int(second)) if second else Q())
    if first:
        is_year = Q(year=int(first)) if len(first) == 4 else Q(pk__in=[])
        letter &= Q(serial=int(first)) | is_year
    return letter


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
        """A letter's number or a part of it (`numbered`), or an opinion's number from its beginning."""
        opinion = bare(folded(value))
        about = Q(about__startswith=opinion) if opinion else Q(pk__in=[])
        return rows.filter(numbered(value) | about)

    @property
    def active(self) -> int:
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0
