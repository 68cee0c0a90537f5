"""The form of a plan by pattern. It decides nothing: `plan_request` goes to deputies.activities.planning."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.text.digits import number
from common.ui.fields import row_field
from deputies.activities.access import PLANNERS
from deputies.activities.pattern import LONGEST, Days, Pattern
from deputies.activities.planning import PlanRequest
from deputies.models import Deputy, Half, Kind, Room
from studios.models import Studio

from .activity import DAY, DeputyChoice

WEEKDAYS = [
    ("1", _("Monday")),
    ("2", _("Tuesday")),
    ("3", _("Wednesday")),
    ("4", _("Thursday")),
    ("5", _("Friday")),
    ("6", _("Saturday")),
    ("7", _("Sunday")),
]
MARKETS = [("1", "1、6"), ("2", "2、7"), ("3", "3、8"), ("4", "4、9"), ("5", "5、10")]


def market_digits(first: int) -> tuple[int, int]:
    """Return the digits on which market days end: a market is held every fifth day, on `first` and on `first` + 5."""
    return first, (first + 5) % 10


class PlanForm(forms.Form):
    studio = forms.ModelChoiceField(label=_("Liaison studio"), queryset=Studio.objects.none())
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.RECEPTION)
    first = forms.DateField(label=_("from"), widget=DAY)
    last = forms.DateField(label=_("until"), widget=DAY)
    days = forms.ChoiceField(
        label=_("Which days"), choices=Days.choices, widget=forms.RadioSelect, initial=Days.MONTHLY
    )
    month_days = forms.CharField(
        label=_("Days of the month"), required=False, initial="15", help_text=_("For example 15, or 5、20.")
    )
    market = forms.ChoiceField(label=_("Market days ending in"), choices=MARKETS, initial="2", required=False)
    lunar = forms.BooleanField(label=_("counted by the lunar calendar"), required=False, initial=True)
    weekdays = forms.MultipleChoiceField(
        label=_("Days of the week"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple, required=False
    )
    postpone = forms.BooleanField(
        label=_("Move from a day off to the next working day"),
        required=False,
        initial=True,
        help_text=_("A market is held on days off too: untick it for market days."),
    )
    half = forms.ChoiceField(label=_("time of day"), choices=Half.choices, initial=Half.MORNING)
    hours = forms.CharField(
        label=_("hours"), required=False, max_length=30, help_text=_("For example 9:00–11:30.")
    )
    room = forms.ChoiceField(
        label=_("room"), choices=[("", _("elsewhere")), *Room.choices], required=False, initial=Room.RECEPTION
    )
    place = forms.CharField(label=_("place"), required=False, max_length=100)
    deputies = DeputyChoice(label=_("Deputies who take turns"), queryset=Deputy.objects.none())
    each = forms.IntegerField(label=_("Deputies at each"), min_value=1, max_value=20, initial=1)
    at_least = forms.IntegerField(
        label=_("Each at least so many times a year"), min_value=0, max_value=60, initial=2
    )

    WHERE = ("studio", "kind", "room", "place")
    WHEN = ("first", "last", "half", "hours")
    WHO = ("each", "at_least")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, user: User, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        studios = (
            Studio.objects.visible_to(user, *PLANNERS).filter(active=True).select_related("township__county")
        )
        row_field(self, "studio").queryset = studios.order_by("township_id", "name_pinyin")
        chosen = self._chosen_studio(studios)
        rows = Deputy.objects.visible_to(user, *PLANNERS).filter(active=True).order_by("name_pinyin", "pk")
        offered = rows.filter(studio=chosen) if chosen else rows.none()
        row_field(self, "deputies").queryset = offered
        if chosen and "deputies" not in self.initial:
            self.initial["deputies"] = [deputy.pk for deputy in offered]

    def _chosen_studio(self, studios: QuerySet[Studio]) -> Studio | None:
        key = (self.data.get("studio") if self.is_bound else self.initial.get("studio")) or ""
        if (pk := number(key)) is not None:
            return studios.filter(pk=pk).first()
        only = list(studios[:2])
        if len(only) == 1 and not self.is_bound:
            self.initial["studio"] = only[0].pk
            return only[0]
        return None

    def clean_month_days(self) -> tuple[int, ...]:
        """Return the days in order; refuse what is no day of a month."""
        text = self.cleaned_data["month_days"]
        parts = [
            part for part in text.replace("、", ",").replace("，", ",").replace(" ", ",").split(",") if part
        ]
        days = {number(part) for part in parts}
        if not days <= set(range(1, 32)):
            raise forms.ValidationError(_("Write days from 1 to 31, with commas between them."))
        return tuple(sorted(day for day in days if day))

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        elif first and last and (last - first).days > LONGEST:
            self.add_error("last", _("A plan reaches over %d days at most.") % LONGEST)
        needed: str | None = {str(Days.MONTHLY): "month_days", str(Days.WEEKLY): "weekdays"}.get(
            data.get("days", "")
        )
        if needed and not data.get(needed) and needed not in self.errors:
            self.add_error(needed, _("Choose at least one day."))
        if data.get("days") == Days.SPREAD and not data.get("at_least"):
            self.add_error("at_least", _("Say how often, so that it can be reckoned how many are needed."))
        return data

    def plan_request(self) -> PlanRequest:
        """Return what the planner asks for."""
        data = self.cleaned_data
        numbers = {
            Days.MONTHLY: data["month_days"],
            Days.MARKET: market_digits(int(data["market"] or 2)),
            Days.WEEKLY: tuple(int(day) for day in data["weekdays"]),
            Days.SPREAD: (),
        }[data["days"]]
        pattern = Pattern(
            data["days"],
            data["first"],
            data["last"],
            numbers,
            lunar=data["lunar"] and data["days"] == Days.MARKET,
            postpone=data["postpone"],
        )
        names = ("studio", "kind", "half", "each", "at_least", "room", "place", "hours")
        return PlanRequest(
            pattern=pattern, deputies=list(data["deputies"]), **{name: data[name] for name in names}
        )
