"""Form fields that many forms share, and the fields of a form by name as the kind that the form declares.

`form.fields` holds plain fields, so that a type checker knows neither the choices of one nor the rows of another.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.forms import BaseForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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
