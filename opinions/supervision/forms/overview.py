"""The filter of the supervision page, and the notices sent from it in one go."""

import re
import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from common.ui.fields import text_field
from opinions.lifecycle.statuses import OPEN, WITH_AGENCY, Status
from opinions.models import EscalationLevel, Opinion
from opinions.supervision import bulk_notices
from opinions.supervision.figures import AGES, age_q
from studios.models import Agency, County, Role

MOST = 5000
CHOSEN = re.compile(r"(\d{6}-\d{4}-\d{6}):(\d{1,6})")
OVERSEEING = (Role.SUPERVISOR, Role.COUNTY_OFFICIAL)
LIGHTS = [("", _("all")), ("red", _("red")), ("yellow", _("yellow")), ("green", _("green"))]


class SupervisionFilter(forms.Form):
    """GET form. What is no choice of the person's own finds nothing, and says so beside the field."""

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

    def __init__(self, data, *, user, counties):
        super().__init__(data, auto_id="filter_%s")
        self.fields["county"].queryset = counties
        agencies = Agency.objects.visible_to(user, *OVERSEEING)
        if data.get("county"):
            agencies = agencies.filter(county=data["county"])
        self.fields["agency"].queryset = agencies
        self.fields["status"].choices = [("", _("all")), *((code, Status(code).label) for code in OPEN)]

    def narrow(self, rows, today):
        """`rows` with the filters that are set."""
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
        """How many filters are set."""
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

    def __init__(self, *args, user, rows, **kwargs):
        """`rows`: the filter's, as far as the person may send notices."""
        super().__init__(*args, initial={"key": uuid.uuid4()}, auto_id="bulk_%s", **kwargs)
        self.user, self.rows = user, rows
        named = self.data.getlist("opinions") if self.is_bound else []
        self.fields["opinions"].choices = [(text, text) for text in named if CHOSEN.fullmatch(text)]

    def clean(self):
        """`targets`: (primary key, version) of each."""
        cleaned = super().clean()
        if cleaned.get("letter") and cleaned.get("kind") != EscalationLevel.Kind.SUPERVISE:
            self.add_error("letter", _("Only a supervision notice goes out as a letter."))
        cleaned["targets"] = self._targets(cleaned)
        if not cleaned["targets"] and not self.errors:
            self.add_error("opinions", _("Choose at least one opinion."))
        if len(cleaned["targets"]) > MOST:
            self.add_error(None, _("At most %d at a time: narrow the filter.") % MOST)
        return cleaned

    def _targets(self, cleaned) -> list[tuple[int, int]]:
        if cleaned.get("scope") == "all":
            return list(self.rows.order_by("due_on", "id").values_list("pk", "version")[: MOST + 1])
        seen = dict(text.split(":") for text in cleaned.get("opinions", []))
        mine = Opinion.objects.visible_to(self.user, Role.SUPERVISOR).filter(number__in=seen)
        return [(pk, int(seen[number])) for pk, number in mine.order_by("id").values_list("pk", "number")]

    @property
    def chosen(self) -> set[str]:
        """The numbers that are ticked, so that nothing chosen is lost with an error."""
        named = self.data.getlist("opinions") if self.is_bound else []
        return {text.partition(":")[0] for text in named}
