"""Setting a time limit: which one is said by the address, how long and why by the person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.statuses import Clock
from opinions.models import TimeLimit
from studios.models import County


class LimitChoice(forms.Form):
    """Which limit: from the address of a page. Without a county: everywhere; without a matter: any."""

    county = forms.ModelChoiceField(County.objects.none(), required=False)
    clock = forms.ChoiceField(choices=Clock.choices)
    matter = forms.ChoiceField(choices=TimeLimit.MATTERS, required=False)

    def __init__(self, data, *, counties):
        super().__init__(data)
        self.fields["county"].queryset = counties


class LimitForm(forms.Form):
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
