"""The upload of a calendar file; its content is checked by workdays.services."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CalendarForm(forms.Form):
    """One CSV file."""

    file = forms.FileField(
        label=_("Calendar of one year as a CSV file"),
        help_text=_(
            "Columns: date, kind (holiday or workday, 休 or 班), name. UTF-8 or as Chinese Excel saves it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv", "class": "form-control drop"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )
