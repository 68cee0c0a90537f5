"""Typed access to the fields of a form, whose `fields` know only that each is some field."""

from django import forms


def choice_field(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """Return the field `name`, whose choices depend on the request; raises TypeError if it has none."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no field of choices")
    return field


def model_field(form: forms.BaseForm, name: str) -> forms.ModelChoiceField:
    """Return the field `name`, whose rows depend on the request; raises TypeError if it has none."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} is no field of rows")
    return field
