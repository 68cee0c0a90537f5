"""How the list of letters is narrowed down: by kind, county, year, state and words."""

import re

import django_filters as filters
from django.db.models import Q, QuerySet
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
    """Return the condition that a letter's number, or its series, year or serial alone, is `asked`; one that no letter
    meets where `asked` is no such thing."""
    found = NUMBER.fullmatch(BLANK.sub("", APART.sub("-", folded(asked))).strip(",.;:。、"))
    if not found or not any(found.group("series", "first", "second")):
        return Q(pk__in=[])
    series, first, second = found.group("series", "first", "second")
    letter = Q(series__contains=series.removesuffix("第")) if series else Q()
    if second or (first and found["open"]):
        return letter & Q(year=int(first or 0)) & (Q(serial=int(second)) if second else Q())
    if first:
        is_year = Q(year=int(first)) if len(first) == 4 else Q(pk__in=[])
        letter &= Q(serial=int(first)) | is_year
    return letter


class LetterFilter(filters.FilterSet):
    """Narrows the list of letters by number, kind, state, county and year."""

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

    def in_state(self, rows: QuerySet[Letter], name: str, value: str) -> QuerySet[Letter]:
        """Keep the letters in a State, which is computed."""
        return rows.filter(State(value).q)

    def with_words(self, rows: QuerySet[Letter], name: str, value: str) -> QuerySet[Letter]:
        """Keep the letters with this number or part of one (`numbered`), or about an opinion whose number begins so."""
        opinion = bare(folded(value))
        about = Q(about__startswith=opinion) if opinion else Q(pk__in=[])
        return rows.filter(numbered(value) | about)

    @property
    def active(self) -> int:
        """The number of filters in use."""
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0
