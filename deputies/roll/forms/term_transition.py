"""The form of the term transition."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.ui.fields import row_field
from deputies.activities.forms.activity import DAY
from deputies.models import Term


class TermForm(forms.Form):
    """Which term ends, and what begins."""

    term = forms.ModelChoiceField(
        label=_("Term that ends"), queryset=Term.objects.none(), empty_label=_("choose")
    )
    number = forms.IntegerField(label=_("Number of the new term"), min_value=1, max_value=99)
    starts_on = forms.DateField(label=_("The new term starts on"), widget=DAY)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, terms: QuerySet[Term], names: dict[str, str]
    ) -> None:
        super().__init__(data)
        row_field(self, "term").queryset = terms
        # Assigned, for a class of its own would have one use.
        row_field(self, "term").label_from_instance = lambda obj: (  # type: ignore[method-assign]
            f"{names.get(obj.area_code, '')} {obj}".strip()
        )
