"""How the directory of deputies and the list of activities are narrowed down."""

from datetime import date

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.requests import StaffRequest
from deputies.in_office import deputies_on, elected, sat_between
from deputies.models import Activity, Deputy, Kind, Level, Participation, State
from deputies.models.activities import COMING
from studios.directory.filters import (
    DirectoryFilter,
    FollowedFilter,
    TownshipFilter,
    counties_of,
    townships_of,
)
from studios.models import Studio


class DeputyFilter(DirectoryFilter):
    level = filters.ChoiceFilter(
        label=_("Congress"), choices=Level.choices, empty_label=_("all congresses"), method="sits_in"
    )
    active = filters.ChoiceFilter(
        label=_("In office"),
        choices=[
            ("true", _("in office")),
            ("elected", _("elected, not begun yet")),
            ("false", _("former")),
            ("sat", _("sat in the period")),
        ],
        empty_label=_("all deputies"),
        method="in_office",
    )
    took_part = filters.ChoiceFilter(
        label=_("Activities"),
        choices=[("yes", _("took part in one that was held")), ("no", _("took part in none"))],
        empty_label=_("Any"),
        method="by_part",
    )
    since = filters.DateFilter(
        method="in_period", label=_("from"), widget=forms.DateInput(attrs={"type": "date"})
    )
    until = filters.DateFilter(
        method="in_period", label=_("until"), widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = Deputy
        fields = ["county", "township", "level", "active", "took_part", "since", "until", "text"]

    def in_office(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the deputies in office, or the former ones; those who sat then are chosen by `filter_queryset`."""
        today = timezone.localdate()
        if value == "elected":
            return rows.filter(elected(today))
        if value == "false":
            return rows.filter(active=False).exclude(elected(today))
        return rows.filter(active=True) if value == "true" else rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Filter; of those who sat in a period, county and township are those of its last day."""
        chosen = self.form.cleaned_data
        if chosen.get("active") != "sat":
            return super().filter_queryset(queryset)
        today = timezone.localdate()
        last = min(chosen.get("until") or today, today)
        rows = deputies_on(last, self.request.user).filter(sat_between(chosen.get("since"), last))
        county, township = chosen.get("county"), chosen.get("township")
        if county:
            rows = rows.filter(Q(place__startswith=county.pk))
        if township:
            merged = [one.pk for one in township.predecessors.all()] if chosen.get("followed") else []
            rows = rows.filter(Q(place__in=[township.pk, *merged]))
        rows = rows.select_related("township__county", "studio")
        for name in chosen.keys() - {"county", "township"}:
            rows = self.filters[name].filter(rows, chosen[name])
        return rows

    def sits_in(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the deputies who sit in a congress of this level."""
        return rows.filter(mandates__term__level=value, mandates__ended_on=None).distinct()

    def in_period(self, rows: QuerySet, name: str, value: date) -> QuerySet:
        """Return the rows unchanged: the period is read together with `took_part`."""
        return rows  # read together with `took_part`

    def by_part(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the deputies who took part in something in the period, or those who did not."""
        chosen = self.form.cleaned_data
        taking = took_part(chosen.get("since"), chosen.get("until"))
        return rows.filter(pk__in=taking) if value == "yes" else rows.exclude(pk__in=taking)


def took_part(first: date | None = None, last: date | None = None) -> QuerySet:
    """Return the keys of deputies who were present at an activity that was held, as a subquery."""
    rows = Participation.objects.filter(
        attendance=Participation.Attendance.PRESENT, activity__state=State.HELD
    )
    if first:
        rows = rows.filter(activity__on__gte=first)
    if last:
        rows = rows.filter(activity__on__lte=last)
    return rows.values("deputy")


def studios_of(request: StaffRequest) -> QuerySet[Studio]:
    """Return the studios a person may choose among."""
    return Studio.objects.visible_to(request.user).filter(active=True).order_by("township_id", "name_pinyin")


def deputies_of(request: StaffRequest) -> QuerySet[Deputy]:
    """Return the deputies a person may choose among."""
    return Deputy.objects.visible_to(request.user).filter(active=True)


class ActivityFilter(filters.FilterSet):
    """Bind to request.GET and to rows already visible."""

    county = filters.ModelChoiceFilter(label=_("County"), queryset=counties_of, empty_label=_("all counties"))
    township = TownshipFilter(label=_("Township"), queryset=townships_of, empty_label=_("all townships"))
    followed = FollowedFilter()
    studio = filters.ModelChoiceFilter(
        label=_("Liaison studio"), queryset=studios_of, empty_label=_("all studios")
    )
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("all kinds"))


def due_q(today: date) -> Q:
    """Return the condition for activities that should have been held by now: held ones, and those whose day is over."""
    return Q(state=State.HELD) | (Q(on__lt=today) & ~Q(state=State.CANCELLED))


class ActivityListFilter(ActivityFilter):
    STATES = [
        ("coming", _("still to come")),
        ("not_cancelled", _("all but the cancelled")),
        ("due", _("due: held, or the day is over")),
        *State.choices,
    ]

    deputy = filters.ModelChoiceFilter(
        label=_("Deputy"), queryset=deputies_of, empty_label=_("all deputies"), method="of_deputy"
    )
    state = filters.ChoiceFilter(
        label=_("State"), choices=STATES, empty_label=_("all states"), method="by_state"
    )
    since = filters.DateFilter(
        field_name="on", lookup_expr="gte", label=_("from"), widget=forms.DateInput(attrs={"type": "date"})
    )
    until = filters.DateFilter(
        field_name="on", lookup_expr="lte", label=_("until"), widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = Activity
        fields = ["county", "township", "studio", "deputy", "kind", "state", "since", "until"]

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the activities in a state or a group of states."""
        if value == "coming":
            return rows.filter(state__in=COMING)
        if value == "due":
            return rows.filter(due_q(timezone.localdate()))
        return rows.exclude(state=State.CANCELLED) if value == "not_cancelled" else rows.filter(state=value)

    def of_deputy(self, rows: QuerySet, name: str, value: Deputy) -> QuerySet:
        """Keep the activities for which the deputy was named."""
        taking = Participation.objects.filter(deputy=value).exclude(attendance="released")
        return rows.filter(pk__in=taking.values("activity"))

    @property
    def active(self) -> int:
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0


class CalendarFilter(ActivityFilter):
    class Meta:
        model = Activity
        fields = ["county", "township", "studio", "kind"]

    active = ActivityListFilter.active
