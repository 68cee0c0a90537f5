"""The reason that is asked for before a citizen's name and number are shown or printed."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from opinions.models import Paper

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


class PaperForm(forms.Form):
    """Which paper is wanted, and why with the full name, if so. Without `may_name` it is not asked; the survey form
    needs an answer."""

    kind = forms.ChoiceField(label=_("Paper"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why with the full name and number"),
        help_text=_(
            "Left empty: name and number are masked. Otherwise the reason is kept in the audit trail."
        ),
        max_length=200,
        min_length=4,
        required=False,
    )

    def __init__(self, *args: Any, may_name: bool, answered: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = [Paper.Kind.FORM, Paper.Kind.SURVEY, Paper.Kind.CASE]
        offered = [(one.value, one.label) for one in kinds if answered or one != Paper.Kind.SURVEY]
        cast(forms.ChoiceField, self.fields["kind"]).choices = offered
        self.fields["kind"].initial = Paper.Kind.FORM
        if not may_name:
            del self.fields["reason"]
