"""The reason that is asked for before a citizen's name and number are shown."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you need the name and the number"),
        min_length=4,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("At least four characters; kept in the audit trail with your name."),
    )
