"""How every form of the public pages behaves."""

from typing import ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from .context import FIELD

TOO_LONG = _("This is too long: at most %(limit_value)d characters; you wrote %(show_value)d.")


class Plain(forms.Form):
    """Errors and help stand beside their field; nothing depends on a script. Each error is a sentence of its own,
    because the summary above the form repeats it without the label."""

    required_css_class = "needed"
    MISSING: ClassVar[dict] = {}  # what is said where a field is empty that must not be

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.error_messages["max_length"] = TOO_LONG
            if name in self.MISSING:
                field.error_messages["required"] = self.MISSING[name]

    def full_clean(self):
        """Sent by a display button (portal/public_view.py), a form is shown again as it is: not valid, and
        nothing wrong."""
        if FIELD not in self.data:
            return super().full_clean()
        self._errors, self.cleaned_data = ErrorDict(), {}

    def is_valid(self):
        return FIELD not in self.data and super().is_valid()


class Take(Plain):
    """Something a citizen does about their own matter. `done` says afterwards what was taken: the action `took`."""

    @property
    def took(self):
        return self.code

    def arguments(self):
        return self.cleaned_data
