"""The form of the change-over."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deputies.activities.forms.activity import DAY
from deputies.models import Term


class TermForm(forms.Form):
    """Which term ends, and what begins."""

    term = forms.ModelChoiceField(
        label=_("Term that ends"), queryset=Term.objects.none(), empty_label=_("choose")
    )
    number = forms.IntegerField(label=_("Number of the new term"), min_value=1, max_value=99)
    starts_on = forms.DateField(label=_("The new term starts on"), widget=DAY)

    def __init__(self, data=None, *, terms, names):
        super().__init__(data)
        self.fields["term"].queryset = terms
        self.fields["term"].label_from_instance = lambda term: (
            f"{names.get(term.area_code, '')} {term}".strip()
        )
