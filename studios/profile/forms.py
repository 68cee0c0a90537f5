"""A studio's facts, its weekly opening times, funding and photos, as staff type them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.security.uploads import PhotoField
from common.ui.fields import PersonNameField, PhoneField, row_field
from common.ui.forms import LiaisonFormHelper, VisibleText
from studios.models import Funding, OpeningTime, Studio, Village, opening_hours
from studios.profile.services import WRITTEN

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FactsForm(VisibleText, forms.ModelForm):
    """`save` is never called: studios.profile.services writes."""

    helper: LiaisonFormHelper
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Studio
        fields = WRITTEN
        field_classes = {"phone": PhoneField, "in_charge": PersonNameField}
        widgets = {
            "established_on": DATE,
            "phone": forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        studio, fields = self.instance, self.fields
        fields["version"].initial = studio.version
        row_field(self, "village").queryset = Village.objects.filter(township=studio.township_id).order_by(
            "code"
        )
        if studio.is_home:
            same = Studio.objects.filter(township=studio.township_id, kind=Studio.Kind.STUDIO, active=True)
            row_field(self, "belongs_to").queryset = same.order_by("name_pinyin")
            for name in ("has_activity_room", "has_office"):
                del fields[name]
        else:
            del fields["belongs_to"]
        by_day: dict[int, list[OpeningTime]] = {}
        for one in studio.times.all() if studio.pk else []:
            by_day.setdefault(one.weekday, []).append(one)
        for day, label in enumerate(opening_hours.WEEKDAYS):
            fields[f"day_{day}"] = forms.CharField(
                label=label,
                required=False,
                max_length=60,
                initial=opening_hours.format_day(by_day.get(day, [])),
            )
        fields["day_0"].help_text = _("For example 8:30-12:00 14:30-17:30; empty where the doors are closed.")

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        for day in range(7):
            name = f"day_{day}"
            try:
                data[name] = opening_hours.parse_day(data.get(name) or "")
            except ValueError as error:
                self.add_error(name, str(error))
        return data

    def clean_established_on(self) -> date | None:
        """Refuse a day in the future."""
        day = self.cleaned_data["established_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day lies in the future."))
        return day

    def days(self) -> list[BoundField]:
        """Return the seven fields of the weekly opening times, Monday first."""
        return [self[f"day_{day}"] for day in range(7)]

    def facts(self) -> dict[str, Any]:
        """Return the keywords for studios.profile.services.update_studio."""
        data = self.cleaned_data
        written = {name: data[name] for name in WRITTEN if name in data}
        return {"times": {day: data[f"day_{day}"] for day in range(7)}, **written}


class FundingForm(forms.Form):
    helper: LiaisonFormHelper
    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2100)
    source = forms.ChoiceField(label=_("Source"), choices=Funding.Source.choices)
    amount = forms.DecimalField(
        label=_("Amount (yuan)"),
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        help_text=_("Replaces the amount of this year and source; 0 removes it."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class PhotoForm(forms.Form):
    helper: LiaisonFormHelper
    file = PhotoField()
    caption = forms.CharField(label=_("What it shows"), max_length=80)
