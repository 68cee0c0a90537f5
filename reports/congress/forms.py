"""Which days the congress report is about."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.ui.fields import date_field

EARLIEST = date(2004, 1, 1)


class SpanForm(forms.Form):
    first = date_field(_("from"))
    last = date_field(_("until"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and first < EARLIEST:
            self.add_error("first", _("Before 2004 there are no records."))
        if last and last > timezone.localdate():
            self.add_error("last", _("This day lies in the future."))
        if first and last and first > last:
            self.add_error("last", _("The last day lies before the first."))
        return data
