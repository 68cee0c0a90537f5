"""The filter of the supervision page, and the notices sent from it in one go."""

import re
import uuid
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ui.fields import choice_field, row_field, text_field
from opinions.lifecycle.statuses import OPEN, WITH_AGENCY, Status
from opinions.models import EscalationLevel, Opinion
from opinions.models.conditions import OpinionQuerySet
from opinions.supervision import bulk_notices
from opinions.supervision.figures import AGES, age_q
from studios.models import Agency, County, Role

MOST = 5000
CHOSEN = re.compile(r"(\d{6}-\d{4}-\d{6}):(\d{1,6})")
OVERSEEING = (Role.SUPERVISOR, Role.COUNTY_OFFICIAL)
LIGHTS = [("", _("all")), ("red", _("red")), ("yellow", _("yellow")), ("green", _("green"))]


class SupervisionFilter(forms.Form):
    """The filter, sent by GET. A value that is not among the person's own choices finds nothing, with an error at its
    field."""

    show = forms.CharField(widget=forms.HiddenInput, required=False)
    by = forms.CharField(widget=forms.HiddenInput, required=False)
    county = forms.ModelChoiceField(
        County.objects.none(), label=_("county"), required=False, empty_label=_("all")
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("lead agency"), required=False, empty_label=_("all")
    )
    status = forms.ChoiceField(label=_("status"), required=False)
    age = forms.ChoiceField(
        label=_("age"),
        required=False,
        choices=[("", _("all")), *((code, label) for code, (label, _least, _most) in AGES.items())],
    )
    NARROWING = ("county", "agency", "status", "age")

    def __init__(self, data: QueryDict, *, user: User, counties: QuerySet[County]) -> None:
        super().__init__(data, auto_id="filter_%s")
        row_field(self, "county").queryset = counties
        agencies = Agency.objects.visible_to(user, *OVERSEEING)
        if county := data.get("county"):
            agencies = agencies.filter(county=str(county))
        row_field(self, "agency").queryset = agencies
        choice_field(self, "status").choices = [
            ("", _("all")),
            *((code, Status(code).label) for code in OPEN),
        ]

    def narrow(self, rows: OpinionQuerySet, today: date) -> OpinionQuerySet:
        """Return `rows` under the filters that are set; none while one is invalid."""
        if not self.is_valid():
            return rows.none()
        names = {"county": "county", "agency": "lead_agency", "status": "status"}
        chosen = self.cleaned_data
        rows = rows.filter(**{names[name]: chosen[name] for name in names if chosen[name]})
        if chosen["agency"]:  # what it has answered is the studio's to report back
            rows = rows.filter(status__in=WITH_AGENCY)
        return rows.filter(age_q(chosen["age"], today)) if chosen["age"] else rows

    @property
    def active(self) -> int:
        """Number of filters that are set."""
        return sum(bool(self.data.get(name)) for name in self.NARROWING)


class BulkForm(forms.Form):
    """One notice for many. `opinions` names them as `number:version`, as the page showed them."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[(kind.value, kind.label) for kind in bulk_notices.KINDS],
        initial=EscalationLevel.Kind.URGE,
    )
    note = text_field(_("Text of the notice"), required=False, rows=2)
    letter = forms.BooleanField(label=_("Send it as an official letter too"), required=False)
    scope = forms.ChoiceField(choices=[("chosen", ""), ("all", "")])
    opinions = forms.MultipleChoiceField(required=False)

    def __init__(self, data: QueryDict | None = None, *, user: User, rows: OpinionQuerySet | None) -> None:
        """Take `rows`, those under the filter that the person may send notices about (None: only to draw the form)."""
        super().__init__(data, initial={"key": uuid.uuid4()}, auto_id="bulk_%s")
        self.user, self.rows = user, Opinion.objects.none() if rows is None else rows
        choice_field(self, "opinions").choices = [
            (text, text) for text in self._numbers() if CHOSEN.fullmatch(text)
        ]

    def clean(self) -> dict[str, Any]:
        """Add `targets`: (primary key, version) of each opinion."""
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("letter") and cleaned.get("kind") != EscalationLevel.Kind.SUPERVISE:
            self.add_error("letter", _("Only a supervision notice goes out as a letter."))
        cleaned["targets"] = self._targets(cleaned)
        if not cleaned["targets"] and not self.errors:
            self.add_error("opinions", _("Choose at least one opinion."))
        if len(cleaned["targets"]) > MOST:
            self.add_error(None, _("At most %d at a time: narrow the filter.") % MOST)
        return cleaned

    def _targets(self, cleaned: dict[str, Any]) -> list[tuple[int, int]]:
        if cleaned.get("scope") == "all":
            return list(self.rows.order_by("due_on", "id").values_list("pk", "version")[: MOST + 1])
        seen = dict(text.split(":") for text in cleaned.get("opinions", []))
        mine = Opinion.objects.visible_to(self.user, Role.SUPERVISOR).filter(number__in=seen)
        return [(pk, int(seen[number])) for pk, number in mine.order_by("id").values_list("pk", "number")]

    @property
    def chosen(self) -> set[str]:
        """The numbers that are ticked, so that the choice survives an error."""
        return {text.partition(":")[0] for text in self._numbers()}

    def _numbers(self) -> list[str]:
        return self.data.getlist("opinions") if isinstance(self.data, QueryDict) else []
