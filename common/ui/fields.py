"""Form fields that many forms share, and the fields of a form by name as the kind that the form declares.

`form.fields` holds plain fields, so that a type checker knows neither the choices of one nor the rows of another.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.forms import BaseForm
from django.utils.translation import gettext_lazy as _

from common.text import phone_numbers
from common.text.visible import name as person_name

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PhoneField(forms.CharField):
    """One telephone number in its one form (common.text.phone_numbers); "" for a word that says there is none."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "text": _(
            "This is no whole phone number: a mobile has 11 digits, a landline its area code and 7 or 8."
        ),
        "identity": _("This is the number of an identity card; none is wanted here."),
        "masked": _("This number is masked; enter it whole or leave it empty."),
        "several": _("Enter one number; others can go into the text."),
    }

    def to_python(self, value: Any) -> str:
        try:
            found = phone_numbers.numbers(super().to_python(value) or "")
        except phone_numbers.NoNumber as no:
            raise ValidationError(self.error_messages[no.kind], code=no.kind) from no
        if len(found) > 1:
            raise ValidationError(self.error_messages["several"], code="several")
        return found[0] if found else ""


class PersonNameField(forms.CharField):
    """A person's name in its one form (common.text.visible); "" for a word that says there is none."""

    def to_python(self, value: Any) -> str:
        return person_name(super().to_python(value) or "")


def text_field(
    label: "StrOrPromise", *, required: bool = True, rows: int = 3, help_text: "StrOrPromise" = ""
) -> forms.CharField:
    """Return a field for the text that goes with an action."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=required, max_length=5000, widget=widget, help_text=help_text
    )


def date_field(label: "StrOrPromise", **more: Any) -> forms.DateField:
    """Return a field for a date, with the browser's own picker."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def radio_field(
    label: "StrOrPromise", choices: Iterable[tuple[str, "StrOrPromise"]], **more: Any
) -> forms.ChoiceField:
    """Return a field for a few choices, all of them visible."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **more)


def choice_field(form: BaseForm, name: str) -> forms.ChoiceField:
    """Return the field `name`, which has choices."""
    return cast(forms.ChoiceField, form.fields[name])


def row_field(form: BaseForm, name: str) -> forms.ModelChoiceField:
    """Return the field `name`, which offers the rows of its `queryset`."""
    return cast(forms.ModelChoiceField, form.fields[name])
