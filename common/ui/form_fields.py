"""Fields of a form by name, as the kind of field that the form declares under it.

`form.fields` holds plain fields, so that a type checker knows neither the choices of one nor the rows of another.
"""

from typing import cast

from django import forms
from django.forms.forms import BaseForm


def choice_field(form: BaseForm, name: str) -> forms.ChoiceField:
    """Return the field `name`, which has choices."""
    return cast(forms.ChoiceField, form.fields[name])


def row_field(form: BaseForm, name: str) -> forms.ModelChoiceField:
    """Return the field `name`, which offers the rows of its `queryset`."""
    return cast(forms.ModelChoiceField, form.fields[name])
