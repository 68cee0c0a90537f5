"""Form fields that many forms share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms

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
