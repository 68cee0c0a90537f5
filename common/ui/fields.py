"""Form fields that many forms share."""

from django import forms


def text_field(label, *, required=True, rows=3, help_text="") -> forms.CharField:
    """A field for what is said with an action."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=required, max_length=5000, widget=widget, help_text=help_text
    )


def date_field(label, **more) -> forms.DateField:
    """A date with the browser's own picker."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def radio_field(label, choices, **more) -> forms.ChoiceField:
    """Few choices, all of them to be seen at once."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **more)
