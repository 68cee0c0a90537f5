"""The form by which an opinion is registered at the desk. It decides nothing: `written` goes to `register`."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.security.uploads import FilesField, numbered
from common.ui.fields import PersonNameField, PhoneField, choice_field, date_field, row_field
from common.ui.forms import VisibleText
from deputies.models import Activity, Kind, Participation
from opinions.models import Channel, Opinion
from opinions.models.choices import MatterType
from opinions.workflow.register import BACK, received_refusal
from studios.models import Township

from .actions.base import CategoryField
from .entry_choices import Desk

TOWNSHIP_CHANGED = {
    "hx-get": reverse_lazy("opinions:new"),
    "hx-trigger": "change",
    "hx-target": "#box_studio",
    "hx-select": "#box_studio",
    "hx-select-oob": "#box_deputy",
    "hx-swap": "outerHTML",
}
# `input` and not `keyup`: a paste, an input method and a voice count too. `look` asks after a draft came back.
HINT = {"hx-trigger": "input changed delay:400ms, look", "hx-sync": "this:replace"}
ALIKE = {
    "hx-get": reverse_lazy("opinions:alike"),
    "hx-target": "#alike",
    "hx-include": "[name=township]",
    "autocomplete": "off",
}
EARLIER = {
    "hx-get": reverse_lazy("opinions:earlier"),
    "hx-target": "#earlier",
    "type": "tel",
    "inputmode": "tel",
    "autocomplete": "off",
}


CHANNEL_OF: dict[str, Channel] = {
    Kind.RECEPTION: Channel.RECEPTION,
    Kind.VISIT: Channel.VISIT,
    Kind.SYMPOSIUM: Channel.SYMPOSIUM,
    Kind.INSPECTION: Channel.INSPECTION,
}


def told_at(activity: Activity) -> dict[str, Any]:
    """Return what the form knows beforehand of an opinion that is told at `activity`."""
    facts = {"activity": activity.pk, "township": activity.township_id, "studio": activity.studio_id}
    today = timezone.localdate()
    if activity.on < today and not received_refusal(activity.on, today):
        facts["received_on"] = activity.on
    if activity.kind in CHANNEL_OF:
        facts["channel"] = CHANNEL_OF[activity.kind]
    there = activity.participations.exclude(attendance__in=Participation.FREE).values_list(
        "deputy", flat=True
    )[:2]
    if len(there) == 1:
        facts["deputy"] = there[0]
    return facts


class OfferedField(forms.ModelChoiceField):
    """A choice among the rows that `ask()` returns, a list or a queryset: called only to draw the choices, or when one
    of them was chosen."""

    ask: Callable[[], Iterable[Any]]

    def offer(self, ask: Callable[[], Iterable[Any]]) -> None:
        """Take the choices from `ask`."""
        self.ask = ask
        self.choices = self._drawn

    def _drawn(self) -> list[tuple[Any, Any]]:
        return [("", self.empty_label), *((row.pk, self.label_from_instance(row)) for row in self.ask())]

    def to_python(self, value: Any) -> Any:
        """Return the chosen row; None for an empty value. Raises ValidationError for what is not offered."""
        if value in self.empty_values:
            return None
        found = next((row for row in self.ask() if str(row.pk) == str(value)), None)
        if found is None:
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
            )
        return found


def offered_field(form: forms.BaseForm, name: str) -> OfferedField:
    """Return the field `name` of a form in which it is an OfferedField."""
    return cast(OfferedField, form.fields[name])


class EntryForm(VisibleText, forms.ModelForm):
    """`save` is never called: the one write path is opinions.workflow.register."""

    # Made with the form: a second submit of the same one gives the same opinion. A text box that is not shown,
    # not a hidden one: so the browser's draft keeps it, and a save whose answer got lost is not repeated.
    submission_key = forms.UUIDField(
        label=_("form key"),
        widget=forms.TextInput(attrs={"hidden": True, "tabindex": -1, "autocomplete": "off"}),
    )

    category = CategoryField(required=False)
    files = FilesField()  # type: ignore[assignment]  # Django moves fields out of the class
    received_on = date_field(
        _("Told on"),
        required=False,
        help_text=_("Only for what was on paper until now: the day on which it was told. Empty: today."),
    )

    class Meta:
        model = Opinion
        fields = (
            "township",
            "studio",
            "deputy",
            "activity",
            "channel",
            "matter_type",
            "title",
            "body",
            "place",
            "citizen_phone",
            "citizen_name",
            "keep_secret",
            "category",
            "outside_number",
            "recorded_for",
        )
        field_classes = dict.fromkeys(("township", "studio", "deputy"), OfferedField) | {
            "citizen_phone": PhoneField,
            "citizen_name": PersonNameField,
        }
        widgets = {
            "activity": forms.HiddenInput,
            "township": forms.Select(attrs=TOWNSHIP_CHANGED),
            "title": forms.TextInput(attrs=ALIKE | HINT),
            "body": forms.Textarea(attrs={"rows": 5}),
            "citizen_phone": forms.TextInput(attrs=EARLIER | HINT),
            "citizen_name": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        help_texts = {
            "citizen_phone": _(
                "Optional. Used only to handle this matter and to tell the citizen the answer; "
                "stored encrypted and erased after the retention time."
            ),
            "keep_secret": _("The agency that handles it will see neither name nor number."),
        }

    NEEDED = ("township", "studio", "channel", "matter_type", "title", "body")
    MORE = ("received_on", "deputy", "category", "outside_number", "recorded_for")

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        user: User,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.desk = Desk(user)
        super().__init__(data, files, initial={"submission_key": uuid.uuid4(), **(initial or {})})
        # Only the one at hand: it comes with the address of the session's page and is never chosen from a list.
        self.activity = self.desk.activity(
            data.get("activity") if data is not None else self.initial.get("activity")
        )
        row_field(self, "activity").queryset = Activity.objects.none()
        if self.activity:
            row_field(self, "activity").queryset = self.desk.activities().filter(pk=self.activity.pk)
            self.initial = {**self.initial, **told_at(self.activity)}
        self._offer_places()
        choice_field(self, "channel").choices = [
            ("", _("choose")),
            *Channel.choices,
        ]
        # None is chosen beforehand: it decides the deadline.
        choice_field(self, "matter_type").choices = [("", _("choose")), *MatterType.choices]
        self.fields["matter_type"].initial = ""
        today = timezone.localdate()
        self.fields["received_on"].widget.attrs |= {"min": str(today - BACK), "max": str(today)}
        for name, length in (("citizen_name", 50), ("citizen_phone", 40)):
            self.fields[name].validators.append(MaxLengthValidator(length))
        for name in ("title", "body", "place", "outside_number", "recorded_for"):
            # Browsers cut a paste at maxlength without a word; the server names the field instead.
            self.fields[name].widget.attrs.pop("maxlength", None)
        if data is None and (first := self._first_empty()):
            self.fields[first].widget.attrs["autofocus"] = True

    def _offer_places(self) -> None:
        chosen = self.data.get("township") if self.is_bound else self.initial.get("township")
        self.offered = list(self.desk.townships)
        offered_field(self, "township").offer(lambda: self.offered)
        offered_field(self, "township").empty_label = _("choose")
        township = next((t for t in self.offered if t.pk == chosen), None)
        if len(self.offered) == 1:
            self.fields["township"].widget = forms.HiddenInput()
            self.fixed_township = township = self.offered[0]
        self.initial["township"] = township and township.pk
        offered_field(self, "studio").offer(lambda: self.desk.studios(township))
        offered_field(self, "deputy").offer(lambda: self.desk.deputies(township))
        if township and self.desk.as_deputy_only(township):
            del self.fields["deputy"]
        if not self.is_bound and township:
            self._only_studio(township)

    def _only_studio(self, township: Township) -> None:
        """Choose the one studio there is to choose, or a deputy's own; another can be chosen."""
        offered = list(self.desk.studios(township)[:2])
        own = self.desk.own_deputy()
        if len(offered) == 1:
            self.initial.setdefault("studio", offered[0].pk)
        elif own and own.studio_id:
            self.initial.setdefault("studio", own.studio_id)
        self.fields["studio"].required = self.desk.studio_required(township)

    def _first_empty(self) -> str | None:
        """Return the first field that is filled in every time and holds nothing yet."""
        for name in self.NEEDED:
            field = self.fields[name]
            if name == "studio" and not field.required:
                continue
            if not self.initial.get(name) and not isinstance(field.widget, forms.HiddenInput):
                return name
        return None

    def _post_clean(self) -> None:
        """Do nothing: no Opinion is made here, so none is checked. Each field has checked its own value, all rows
        within the scope."""

    def clean_received_on(self) -> date | None:
        day = self.cleaned_data["received_on"]
        if day and (reason := received_refusal(day, timezone.localdate())):
            raise ValidationError(reason)
        return day

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if township := cleaned.get("township"):
            if (
                self.desk.studio_required(township)
                and not cleaned.get("studio")
                and "studio" not in self.errors
            ):
                self.add_error("studio", _("Choose the studio at which the opinion was told."))
            if self.desk.as_deputy_only(township):
                self._by_the_deputy(cleaned)
        return cleaned

    def _by_the_deputy(self, cleaned: dict[str, Any]) -> None:
        """Set the deputy to the person, who registers what was told to themselves and so sees how it ends."""
        cleaned["deputy"] = self.desk.own_deputy()
        if cleaned["deputy"] is None:
            self.add_error(None, _("Your account is not linked to a deputy yet. Ask the administrator."))

    @property
    def more_open(self) -> bool:
        """True when one of the rarely used fields needs to be seen."""
        names = [name for name in self.MORE if name in self.fields]
        return any(name in self.errors or self[name].value() for name in names)

    def written(self) -> dict[str, Any]:
        """Return the arguments for `register`, by name."""
        return {**self.cleaned_data, "files": numbered(self.cleaned_data["files"])}
