"""The self-check, the inspection and the small forms of an assessment. They decide nothing."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.ui.forms import LiaisonFormHelper
from studios.models import Assessment, Photo
from studios.models.assessment_states import ACTIONS, Action
from studios.models.criteria import Criterion

DATE = {"type": "date"}
FINDINGS_AT_ONCE = 5


def _date() -> forms.DateInput:
    return forms.DateInput(attrs=DATE, format="%Y-%m-%d")


class ActionForm(forms.Form):
    """The version the person saw; `arguments` are the service's keywords."""

    code = ""
    helper: LiaisonFormHelper
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        self.fields["version"].initial = assessment.version

    @property
    def action(self) -> Action:
        return ACTIONS[self.code]

    def arguments(self) -> dict[str, Any]:
        """Return the service's keywords."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NoteForm(ActionForm):
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class PublishForm(NoteForm):
    """What does not meet all criteria is published with the reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.assessment.meets_all:
            self.fields["note"].label = _("Why it does not meet all criteria")
            self.fields["note"].required = True


class ReasonForm(ActionForm):
    reason = forms.CharField(
        label=_("What is to be put right"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class CheckForm(ActionForm):
    """One row for each item: there or not, and if one likes evidence, a photo, and a day to look again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checks = list(self.assessment.checks.all())
        photos = Photo.objects.filter(studio=self.assessment.studio_id)
        for row in self.checks:
            self.fields[f"met_{row.pk}"] = forms.BooleanField(label=row.text, required=False, initial=row.met)
            self.fields[f"evidence_{row.pk}"] = forms.CharField(
                label=_("Evidence"), required=False, max_length=200, initial=row.evidence
            )
            if photos:
                self.fields[f"photo_{row.pk}"] = forms.ModelChoiceField(
                    label=_("Photo"), queryset=photos, required=False, initial=row.photo_id, empty_label="—"
                )
            self.fields[f"review_{row.pk}"] = forms.DateField(
                label=_("Look again on"), required=False, widget=_date(), initial=row.review_on
            )
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = (
                    "form-select form-select-sm"
                    if isinstance(field, forms.ModelChoiceField)
                    else "form-control"
                )

    def groups(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield (criterion's label, its rows); a row is the check and its bound fields."""
        names = ("met", "evidence", "photo", "review")
        for have, label in Criterion.choices:
            rows = [
                {"check": row} | {n: self[f"{n}_{row.pk}"] for n in names if f"{n}_{row.pk}" in self.fields}
                for row in self.checks
                if row.have == have
            ]
            if rows:
                yield str(label), rows

    def arguments(self) -> dict[str, Any]:
        """Return the service's `ticks`."""
        data = self.cleaned_data
        return {
            "ticks": {
                row.pk: {
                    "met": data[f"met_{row.pk}"],
                    "evidence": data[f"evidence_{row.pk}"],
                    "photo": data.get(f"photo_{row.pk}"),
                    "review_on": data[f"review_{row.pk}"],
                }
                for row in self.checks
            }
        }


class InspectForm(NoteForm):
    """What was found wanting, a row each; empty rows are nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("What was looked at")
        for n in range(FINDINGS_AT_ONCE):
            self.fields[f"have_{n}"] = forms.ChoiceField(
                label=_("Have"), required=False, choices=[("", "—"), *Criterion.choices]
            )
            self.fields[f"text_{n}"] = forms.CharField(
                label=_("What was found"), required=False, max_length=300
            )
            self.fields[f"mend_by_on_{n}"] = forms.DateField(
                label=_("To be corrected by"), required=False, widget=_date()
            )

    def rows(self) -> list[list[BoundField]]:
        """Return the fields of each finding that can be entered."""
        return [
            [self[f"{name}_{n}"] for name in ("have", "text", "mend_by_on")] for n in range(FINDINGS_AT_ONCE)
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        self.findings = []
        for n in range(FINDINGS_AT_ONCE):
            row = {name: data.get(f"{name}_{n}") for name in ("have", "text", "mend_by_on")}
            if not any(row.values()):
                continue
            for name, value in row.items():
                if not value and f"{name}_{n}" not in self.errors:
                    self.add_error(f"{name}_{n}", _("A finding has a have, words, and a day."))
            day = row["mend_by_on"]
            if day and day <= timezone.localdate():
                self.add_error(f"mend_by_on_{n}", _("Give a day in the future to correct it by."))
            self.findings.append(row)
        return data

    def arguments(self) -> dict[str, Any]:
        """Return the note and the findings that were filled in."""
        return {"note": self.cleaned_data["note"], "findings": self.findings}


class MendForm(forms.Form):
    helper: LiaisonFormHelper
    note = forms.CharField(label=_("What was done"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def arguments(self) -> dict[str, Any]:
        """Return the service's keywords."""
        return self.cleaned_data


class SettleForm(forms.Form):
    helper: LiaisonFormHelper
    accepted = forms.ChoiceField(
        label=_("What you found"),
        choices=[("yes", _("corrected, accepted")), ("no", _("not corrected, another day"))],
        widget=forms.RadioSelect,
    )
    mend_by_on = forms.DateField(label=_("To be corrected by"), required=False, widget=_date())

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        day = data.get("mend_by_on")
        if data.get("accepted") == "no" and (not day or day <= timezone.localdate()):
            self.add_error("mend_by_on", ValidationError(_("Give a day in the future to correct it by.")))
        return data

    def arguments(self) -> dict[str, Any]:
        """Return the service's keywords."""
        data = self.cleaned_data
        return {"accepted": data["accepted"] == "yes", "mend_by_on": data["mend_by_on"]}


FORMS = {
    "check": CheckForm,
    "submit": NoteForm,
    "confirm": NoteForm,
    "inspect": InspectForm,
    "publish": PublishForm,
    "correct": NoteForm,
    "send_back": ReasonForm,
}


def form_for(code: str) -> type[ActionForm]:
    """Return the form class of an action, which knows its code."""
    return type(f"{FORMS[code].__name__}For{code.title()}", (FORMS[code],), {"code": code})
