"""The reason that is asked for before a citizen's name and number are shown or printed."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def reason(label: "StrOrPromise", help_text: "StrOrPromise") -> forms.CharField:
    """Return a field for a reason, as long as a row of the audit trail holds."""
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, min_length=4, max_length=200, widget=widget, help_text=help_text)


class RevealForm(forms.Form):
    """The reason for a reveal."""

    reason = reason(
        _("Why you need the name and the number"),
        _("At least four characters; kept in the audit trail with your name."),
    )
