"""What an administrator types to merge, rename or split townships. The county is chosen first, on the page before."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ui.fields import choice_field
from studios.areas.changes import Decree, NewUnit
from studios.areas.undoing import founded
from studios.models import AreaChange, Membership, Studio, Township, Village

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ChangeForm(forms.Form):
    """What every change has. `county` is the county's code."""

    on = forms.DateField(label=_("In force from"), widget=DATE)
    decree = forms.CharField(
        label=_("Decree number"), max_length=60, help_text=_("For example 湘民行发〔2015〕95号.")
    )

    def __init__(self, *args: Any, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county
        current = Township.objects.filter(county=county, counted=True).current().order_by("code")
        self.units = [(unit.pk, f"{unit.name} ({unit.pk})") for unit in current]

    def clean_on(self) -> date:
        """Refuse a day in the future."""
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("A change is entered once it is in force; this day lies in the future."))
        return day

    def decree_by(self, by: User) -> Decree:
        """Return the decree as `by` enters it."""
        return Decree(self.cleaned_data["decree"], self.cleaned_data["on"], by)


class MergeForm(ChangeForm):
    away = forms.MultipleChoiceField(
        label=_("Townships that end"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one township that ends.")},
    )
    to = forms.ChoiceField(
        label=_("Successor"), required=False, help_text=_("Or give the code and name of a new unit below.")
    )
    code = forms.CharField(label=_("Code of a new unit"), required=False, max_length=9)
    name = forms.CharField(label=_("Name of a new unit"), required=False, max_length=50)
    field_order = ["away", "to", "code", "name", "on", "decree"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "away").choices = self.units
        choice_field(self, "to").choices = [("", _("a new unit")), *self.units]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        new = data.get("code") or data.get("name")
        if data.get("to") and new:
            self.add_error("to", _("Either a township that exists or a new unit, not both."))
        elif not data.get("to") and not (data.get("code") and data.get("name")):
            self.add_error("to", _("Choose the successor, or give code and name of a new unit."))
        return data

    def arguments(self) -> dict[str, Any]:
        """Return the keywords of changes.merge."""
        data = self.cleaned_data
        return {
            "county": self.county,
            "away": data["away"],
            "to": data["to"] or NewUnit(data["code"].strip(), data["name"].strip()),
        }


class RenameForm(ChangeForm):
    township = forms.ChoiceField(label=_("Township"))
    name = forms.CharField(label=_("New name"), max_length=50)
    field_order = ["township", "name", "on", "decree"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "township").choices = [("", "—"), *self.units]

    def arguments(self) -> dict[str, Any]:
        """Return the keywords of changes.rename."""
        data = self.cleaned_data
        return {"county": self.county, "township": data["township"], "name": data["name"]}


class SplitForm(ChangeForm):
    """The township is chosen before, because what may go depends on it."""

    township = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(label=_("Code of the new unit"), max_length=9)
    name = forms.CharField(label=_("Name of the new unit"), max_length=50)
    studios = forms.MultipleChoiceField(
        label=_("Studios and homes that go there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With their deputies and open opinions; homes linked to a studio go with it."),
    )
    villages = forms.MultipleChoiceField(
        label=_("Villages that go there"), required=False, widget=forms.CheckboxSelectMultiple
    )
    accounts = forms.MultipleChoiceField(
        label=_("Accounts that work for both from now on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["township", "code", "name", "studios", "villages", "accounts", "on", "decree"]

    def __init__(self, *args: Any, township: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].initial = township
        studios = Studio.objects.filter(township=township).order_by("name_pinyin")
        villages = Village.objects.filter(township=township).order_by("code")
        members = Membership.objects.filter(area_code=township).values("user")
        users = User.objects.filter(pk__in=members).order_by("username")
        offered: list[tuple[str, QuerySet]] = [
            ("studios", studios),
            ("villages", villages),
            ("accounts", users),
        ]
        for field, rows in offered:
            choice_field(self, field).choices = [(str(row.pk), str(row)) for row in rows]
            if not rows:
                del self.fields[field]

    def arguments(self) -> dict[str, Any]:
        """Return the keywords of changes.split."""
        data = self.cleaned_data
        numbers = {name: [int(pk) for pk in data.get(name, [])] for name in ("studios", "accounts")}
        new = NewUnit(data["code"].strip(), data["name"].strip())
        villages = data.get("villages", [])
        return {
            "county": self.county, "township": data["township"], "new": new, "villages": villages, **numbers
        }  # fmt: skip


class UndoForm(forms.Form):
    """Why a merger is undone, and who takes over what was entered since in a successor that ends with it."""

    rest = forms.ChoiceField(
        label=_("What was entered since goes to"),
        help_text=_(
            "The unit that the merger made ends; deputies, studios and open opinions entered in it since move there."
        ),
    )
    reason = forms.CharField(
        label=_("Reason, or the number of the paper"),
        max_length=60,
        help_text=_("It stays on record with the change and in the history of the opinions."),
    )

    def __init__(self, *args: Any, change: AreaChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not founded(change):
            del self.fields["rest"]
            return
        ended = change.after[0]["code"]
        units = [(unit["code"], unit["name"]) for unit in change.before if unit["code"] != ended]
        choice_field(self, "rest").choices = [("", "—"), *units]

    def arguments(self) -> dict[str, Any]:
        """Return the keywords of undoing.undo."""
        return {"reason": self.cleaned_data["reason"], "rest": self.cleaned_data.get("rest", "")}
