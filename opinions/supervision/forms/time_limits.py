"""Forms for setting a time limit: the address names the limit, the person says how long and why."""

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.ui.fields import row_field
from opinions.lifecycle.statuses import Clock
from opinions.models import TimeLimit
from studios.models import County


class LimitChoice(forms.Form):
    """The limit that the address of a page names. Without a county: everywhere; without a matter: any."""

    county = forms.ModelChoiceField(County.objects.none(), required=False)
    clock = forms.ChoiceField(choices=Clock.choices)
    matter = forms.ChoiceField(choices=TimeLimit.MATTERS, required=False)

    def __init__(self, data: QueryDict, *, counties: QuerySet[County]) -> None:
        super().__init__(data)
        row_field(self, "county").queryset = counties


class LimitForm(forms.Form):
    """The days (none: no limit of its own) and the reason; `seen` is the value that the person saw."""

    days = forms.IntegerField(
        label=_("working days"),
        min_value=1,
        max_value=250,
        required=False,
        help_text=_("Empty: nothing of its own is set here, and the limit above it holds again."),
    )
    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the history for everybody to read: the document or decision behind it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
