"""Forms of the verb triage: what the matter is, whose it is, and what the agency does first."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.ui.fields import choice_field, radio_field, row_field, text_field
from opinions.lifecycle.reasons import DeclineReason, door_for
from opinions.models import Category, Opinion
from opinions.models.choices import MatterType, Urgency
from opinions.triage.classification import classify
from opinions.triage.routing import Routing
from opinions.triage.suggestions import advised_by, after_return, back_of
from opinions.workflow import triage
from studios.models import Agency
from studios.permissions.scope import roles_over

from .base import ActionForm, AgencyField, CategoryField, agencies_of

CLASSIFICATION = ("category", "matter_type", "urgency", "is_complex")


class Classify(ActionForm):
    code = "classify"
    submit = _("Save the classification")

    category = CategoryField()
    matter_type = radio_field(_("matter type"), MatterType.choices)
    urgency = radio_field(_("urgency"), Urgency.choices)
    is_complex = forms.BooleanField(label=_("complex matter (longer limit)"), required=False)

    def starting(self) -> dict[str, Any]:
        opinion = self.opinion
        category = opinion.category or classify(opinion).category
        return {
            "category": category.pk if category else None,
            "matter_type": opinion.matter_type,
            "urgency": opinion.urgency,
            "is_complex": opinion.is_complex,
        }


class Route(Classify):
    code = "route"
    lead = _("The agency is told immediately; its time runs from today.")
    submit = _("Route it")

    lead_agency = AgencyField(label=_("lead agency"), empty_label=_("choose…"))
    joint_agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=_("joint agencies"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    joint_days = forms.IntegerField(
        label=_("Days for the joint parts (working days)"),
        min_value=1,
        max_value=250,
        required=False,
        help_text=_("Empty: the limit of the matter type; never later than the lead agency."),
    )
    handling_days = forms.IntegerField(
        label=_("Days to answer (working days)"),
        min_value=1,
        max_value=250,
        required=False,
        help_text=_("Empty: the limit of the matter type."),
    )
    designated = forms.BooleanField(
        label=_("Designate the agency"), required=False, help_text=_("It cannot return the opinion then.")
    )
    instructions = text_field(_("Instructions to the agency"), required=False)

    def starting(self) -> dict[str, Any]:
        opinion = self.opinion
        given = super().starting()
        code = self.asked.get("category") or given["category"]
        came_back = back_of([opinion]).get(opinion.pk)
        advised = advised_by([came_back] if came_back else [])
        category = Category.objects.filter(pk=code).first() if code else None
        decision = Routing([opinion.county_id]).route_for(opinion, category)
        agency = after_return(decision.agency, came_back, advised)
        return given | {"lead_agency": agency.pk if agency else None}

    def prepare(self) -> None:
        for name in ("lead_agency", "joint_agencies"):
            row_field(self, name).queryset = agencies_of(self.opinion)
        if "triage_officer" not in roles_over(self.opinion):
            for name in CLASSIFICATION:  # a supervisor routes what came back twice, and does not classify it
                del self.fields[name]
        self.order_fields(["version", "lead_agency", "category", "matter_type", "urgency", "is_complex"])

    @property
    def function(self) -> Callable[..., Opinion]:
        return triage.triage_and_route

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        given["joint_agencies"] = list(given["joint_agencies"])
        classification = {name: given.pop(name) for name in CLASSIFICATION if name in given}
        return given | {"classification": classification or None}


class Recall(ActionForm):
    code = "recall"
    lead = _(
        "Possible until the agency has signed for it. It comes back to triage; the agency gets a message, and a "
        "hand-over letter that went with it becomes void."
    )
    submit = _("Take it back")

    reason = text_field(_("Why it is taken back"), required=False)


class Decline(ActionForm):
    code = "decline"
    lead = _("This belongs elsewhere. The citizen is told the reason in a whole sentence, and where to turn.")
    submit = _("Decline it")
    danger = True

    reason = radio_field(_("Why it is not accepted"), DeclineReason.choices)
    right_door = forms.CharField(
        label=_("Where to turn"),
        max_length=200,
        required=False,
        help_text=_("Empty: the place that belongs to the reason."),
    )
    note = text_field(_("What else the citizen is told"), required=False)

    def prepare(self) -> None:
        choice_field(self, "reason").choices = [
            (code, " → ".join(filter(None, [str(label), door_for(code, self.opinion.county)])))
            for code, label in DeclineReason.choices
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if given.get("reason") and not given.get("right_door"):
            given["right_door"] = door_for(given["reason"], self.opinion.county)
        return given


class Reconsider(ActionForm):
    code = "reconsider"
    lead = _("It goes back to triage.")

    reason = text_field(_("Why it is looked at again"))


class IssueHandover(ActionForm):
    code = "issue_handover"
    lead = _("It takes the next number and says what the opinion says now. The agency signs for it here.")
    submit = _("Issue the letter")

    words = text_field(_("Instructions in the letter"), required=False)

    def starting(self) -> dict[str, Any]:
        routing = (
            self.opinion.events.filter(action="route").select_related("words").order_by("sequence").last()
        )
        return {"words": routing.words.text if routing and hasattr(routing, "words") else ""}


class Sign(ActionForm):
    code = "sign"
    lead = _("You take the opinion on for your agency. Answer it by the day shown above.")
    submit = _("Sign for it")


class ReturnIt(ActionForm):
    code = "return_it"
    lead = _("It is not your agency's matter: back to triage, with your reason and the agency you suggest.")
    submit = _("Return it to triage")
    danger = True

    reason = text_field(_("Why it is not your agency's matter"))
    suggested_agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency you suggest"), required=False, empty_label=_("no suggestion")
    )

    def prepare(self) -> None:
        others = agencies_of(self.opinion)
        if self.opinion.lead_agency_id is not None:
            others = others.exclude(pk=self.opinion.lead_agency_id)
        row_field(self, "suggested_agency").queryset = others
