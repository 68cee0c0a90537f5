"""The filters of the opinion list: what may be asked, and what an answer that cannot be used leads to."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ui.forms import CheckBoxes, LongSelect
from common.ui.pagination import SearchPlan
from opinions.lifecycle.statuses import OPEN, Status
from opinions.lists.filter_choices import ChoiceLists
from opinions.lists.search import Found, found_by, too_short
from opinions.models import Channel, MatterType, Opinion
from opinions.models.conditions import CONDITIONS, condition_q, light_q
from studios.models import Township

LIGHTS = [("red", _("red: overdue")), ("yellow", _("yellow: due soon")), ("green", _("green: in time"))]
SORTS = [
    ("new", _("newest first")),
    ("old", _("oldest first")),
    ("due", _("due soonest (open ones only)")),
]
PLAUSIBLE = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
ALL = _("all")
WHERE = _("number, title, text or place")


def first_moment(day: date) -> datetime:
    """Return the first moment of `day` in the office's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


class OpinionFilterForm(forms.Form):
    """The form behind the filters: a search word long enough for an index, and periods that do not end before they
    begin."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("q") and too_short(cleaned["q"]):
            self.add_error("q", _("Type at least two characters of a word."))
        for name in ("registered", "closed"):
            first, last = cleaned.get(f"{name}_after"), cleaned.get(f"{name}_before")
            if first and last and first > last:
                self.add_error(f"{name}_before", _("The last day is before the first."))
        return cleaned


def _day(label: str | Promise) -> filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    return filters.DateFilter(method="by_day", label=label, widget=widget, validators=PLAUSIBLE)


def _choice(
    label: str | Promise,
    choices: Iterable[tuple[str, str | Promise]] = (),
    method: str = "by_value",
    **more: Any,
) -> filters.ChoiceFilter:
    more.setdefault("widget", LongSelect(attrs={"class": "form-select"}))
    more.setdefault("empty_label", ALL)
    return filters.ChoiceFilter(method=method, label=label, choices=choices, **more)


class OpinionFilter(filters.FilterSet):
    """Bind to request.GET and to rows already visible to `user`.

    `rows` is empty while anything is invalid: a list that ignores a filter would pretend to be filtered.
    """

    q = filters.CharFilter(
        method="by_words",
        label=_("Search"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": WHERE, "class": "form-control"}),
    )
    status = filters.MultipleChoiceFilter(
        method="by_status", label=_("Status"), choices=Status.choices, widget=CheckBoxes
    )
    light = _choice(_("Light"), LIGHTS, method="by_light")
    county = _choice(_("County"))
    township = _choice(_("Township"), method="by_township")
    studio = _choice(_("Studio"))
    deputy = _choice(_("Deputy"))
    agency = _choice(_("Lead agency"), method="by_agency")
    category = _choice(_("Category"), method="by_category")
    channel = _choice(_("Channel"), Channel.choices)
    matter_type = _choice(_("Matter type"), MatterType.choices)
    registered_after = _day(_("Registered from"))
    registered_before = _day(_("Registered until"))
    closed_after = _day(_("Closed from"))
    closed_before = _day(_("Closed until"))
    sort = _choice(_("Order"), SORTS, method="by_sort", empty_label=None)
    condition = _choice(
        _("Only"),
        [(key, label) for key, (label, _q) in CONDITIONS.items()],
        "by_condition",
        widget=forms.HiddenInput,
    )

    followed = _choice(
        _("Townships"), [("1", _("with those merged into it"))], "with_merged", widget=forms.HiddenInput
    )

    class Meta:
        form = OpinionFilterForm

    # FilterSet sets it on the class; __init__ gives each instance its own, shorter one.
    base_filters: dict[str, filters.Filter]

    # Fields of the first row; of the rest only what is asked for is made, until all of it is opened.
    MAIN = ("q", "county", "township", "light", "sort", "status")
    NAMES = ("studio", "deputy", "agency")
    MORE = (*NAMES, "category", "channel", "matter_type", "registered_after", "registered_before", "closed_after",
            "closed_before")  # fmt: skip

    def __init__(self, data: QueryDict, queryset: QuerySet[Opinion], *, user: User) -> None:
        # Without an order the newest come first; set here, so that the form shows it too.
        data = data.copy()
        data.setdefault("sort", "new")
        asked = {name for name in self.base_filters if data.get(name)}
        self.more_open = bool(data.get("more"))
        wanted = asked.union(self.MAIN, self.MORE if self.more_open else ())
        self.base_filters = {name: one for name, one in self.base_filters.items() if name in wanted}
        super().__init__(data, queryset)
        self.user, self.found = user, Found(Q())
        named = wanted.intersection((*self.NAMES, "category"))
        lists = ChoiceLists(user, self.data, named)
        for name in ("county", "township", *named):
            choices = getattr(lists, name)
            self.filters[name].extra["choices"] = choices
            if not choices and not self.data.get(name):
                del self.filters[name]
        self.counties = [code for code, _name in lists.county]
        self.single_county = len(lists.county) == 1
        if self.single_county:
            self.filters["county"].extra["widget"] = forms.HiddenInput

    @property
    def rows(self) -> QuerySet[Opinion]:
        """The rows that every filter lets through, in order; none while anything is invalid."""
        if not self.is_valid():
            return self.by_sort(self.queryset.none(), "sort", "new")
        return self.qs.filter(self.found.plain)

    @property
    def sought(self) -> SearchPlan | None:
        """The rows as the index of words finds them (`common.ui.pagination.keyset_page`); None for a list without a
        search or whose search no index serves."""
        if not self.is_valid() or not self.found.indexed:
            return None
        # By days no index has those that are not open.
        among = None if self.form.cleaned_data["sort"] == "due" else self.queryset
        return SearchPlan(self.qs.filter(self.found.indexed), among)

    def main_fields(self) -> list[forms.BoundField]:
        """Return the fields of the first row, without the statuses."""
        return self._fields(self.MAIN[:-1])

    def name_fields(self) -> list[forms.BoundField]:
        """Return the fields whose choices follow those of another."""
        return self._fields(self.NAMES)

    def more_fields(self) -> list[forms.BoundField]:
        """Return the fields that are shown when all filters are opened."""
        return self._fields(self.MORE[len(self.NAMES) :])

    def _fields(self, names: Iterable[str]) -> list[forms.BoundField]:
        return [self.form[name] for name in names if name in self.form.fields]

    def chips(self) -> list[dict[str, Any]]:
        """Return every filter that is set: `label`, the chosen `words`, and the `query` of the list without it."""
        chips = []
        for field in self.form:
            value = self.form.cleaned_data.get(field.name) if self.is_bound and not field.errors else None
            if not value or field.name == "sort" or (field.name == "county" and field.is_hidden):
                continue
            words = dict(getattr(field.field, "choices", []))
            chosen = [
                str(words.get(one, one)).strip() for one in (value if isinstance(value, list) else [value])
            ]
            rest = self.data.copy()
            for place in ("page", "before", "after"):
                rest.pop(place, None)
            rest.pop(field.name)
            chips.append({"label": field.label, "words": chosen, "query": rest.urlencode()})
        return chips

    # The methods that the filters above name: each keeps of `rows` those that `value` asks for.

    def by_value(self, rows: QuerySet[Opinion], name: str, value: str) -> QuerySet[Opinion]:
        return rows.filter(**{name: value})

    def by_words(self, rows: QuerySet[Opinion], name: str, value: str) -> QuerySet[Opinion]:
        self.found = found_by(rows.model, value, self.user, self.counties)
        return rows  # narrowed in `rows` and `sought`

    def by_status(self, rows: QuerySet[Opinion], name: str, value: list[str]) -> QuerySet[Opinion]:
        return rows.filter(status__in=value) if value else rows

    def by_light(self, rows: QuerySet[Opinion], name: str, value: str) -> QuerySet[Opinion]:
        return rows.filter(light_q(value, timezone.localdate()))

    def by_township(self, rows: QuerySet[Opinion], name: str, value: str) -> QuerySet[Opinion]:
        # The county is in the code already; naming it lets the index on county and township serve.
        if self.data.get("followed"):
            units = Township.objects.filter(Q(pk=value) | Q(successor=value)).values("pk")
            return rows.filter(county=value[:6], township__in=units)
        return rows.filter(county=value[:6], township=value)

    def with_merged(self, rows: QuerySet[Opinion], name: str, value: str) -> QuerySet[Opinion]:
        return rows  # says how the township is meant

    def by_agency(self, rows: QuerySet[Opinion], name: str, value: Any) -> QuerySet[Opinion]:
        return rows.filter(lead_agency=value)

    def by_category(self, rows: QuerySet[Opinion], name: str, value: str) -> QuerySet[Opinion]:
        return rows.filter(category__code__startswith=value)

    def by_condition(self, rows: QuerySet[Opinion], name: str, value: str) -> QuerySet[Opinion]:
        return rows.filter(condition_q(value))

    def by_day(self, rows: QuerySet[Opinion], name: str, value: date) -> QuerySet[Opinion]:
        """Keep the rows of the period. Both days count: from the first moment of the first to the last of the last."""
        column, _sep, side = name.partition("_")
        if side == "after":
            return rows.filter(**{f"{column}_at__gte": first_moment(value)})
        return rows.filter(**{f"{column}_at__lt": first_moment(value + timedelta(days=1))})

    def by_sort(self, rows: QuerySet[Opinion], name: str, value: str) -> QuerySet[Opinion]:
        if value == "due":
            # Open ones have a last day, so the partial index over them gives the order.
            return rows.filter(status__in=OPEN).order_by("due_on", "id")
        return (
            rows.order_by("registered_at", "id") if value == "old" else rows.order_by("-registered_at", "-id")
        )
