"""Forms of the verb triage: what the matter is, whose it is, and what the agency does first."""

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from common.templatetags.liaison import localdate_short
from common.typed import bare, folded
from opinions.classify import classify
from opinions.masking import list_title
from opinions.merging import candidates
from opinions.models import Category, Opinion
from opinions.models.words import MatterType, Urgency
from opinions.routing import Routing
from opinions.suggest import advised_by, after_return, back_of
from opinions.workflow import merging, triage
from opinions.workflow.reasons import DeclineReason, door_for
from opinions.workflow.table import TOLD
from studios.models import Agency
from studios.scope import roles_over

from .base import ActionForm, AgencyField, CategoryField, agencies_of, one_of, words

CLASSIFICATION = ("category", "matter_type", "urgency", "is_complex")


class Classify(ActionForm):
    code = "classify"
    submit = _("Save the classification")

    category = CategoryField()
    matter_type = one_of(_("matter type"), MatterType.choices)
    urgency = one_of(_("urgency"), Urgency.choices)
    is_complex = forms.BooleanField(label=_("complex matter (longer limit)"), required=False)

    def starting(self):
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
    lead = _("The agency is told at once; its time runs from today.")
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
    instructions = words(_("Instructions to the agency"), required=False)

    def starting(self):
        opinion = self.opinion
        given = super().starting()
        code = self.asked.get("category") or given["category"]
        came_back = back_of([opinion]).get(opinion.pk)
        advised = advised_by([came_back] if came_back else [])
        category = Category.objects.filter(pk=code).first() if code else None
        way = Routing([opinion.county_id]).way(opinion, category)
        agency = after_return(way.agency, came_back, advised)
        return given | {"lead_agency": agency.pk if agency else None}

    def prepare(self):
        for name in ("lead_agency", "joint_agencies"):
            self.fields[name].queryset = agencies_of(self.opinion)
        if "triage_officer" not in roles_over(self.opinion):
            for name in CLASSIFICATION:  # a supervisor routes what came back twice, and does not classify it
                del self.fields[name]
        self.order_fields(["version", "lead_agency", "category", "matter_type", "urgency", "is_complex"])

    @property
    def function(self):
        return triage.triage_and_route

    def arguments(self):
        given = super().arguments()
        given["joint_agencies"] = list(given["joint_agencies"])
        said = {name: given.pop(name) for name in CLASSIFICATION if name in given}
        return given | {"classification": said or None}


class Recall(ActionForm):
    code = "recall"
    lead = _(
        "Possible until the agency has signed for it. It comes back to triage; the agency gets a message, and a "
        "hand-over letter that went with it becomes void."
    )
    submit = _("Take it back")

    reason = words(_("Why it is taken back"), required=False)


class Decline(ActionForm):
    code = "decline"
    lead = _("This belongs elsewhere. The citizen is told the reason in a whole sentence, and where to turn.")
    submit = _("Decline it")
    danger = True

    reason = one_of(_("Why it is not accepted"), DeclineReason.choices)
    right_door = forms.CharField(
        label=_("Where to turn"),
        max_length=200,
        required=False,
        help_text=_("Empty: the place that belongs to the reason."),
    )
    note = words(_("What else the citizen is told"), required=False)

    def prepare(self):
        self.fields["reason"].choices = [
            (code, " → ".join(filter(None, [str(label), door_for(code, self.opinion.county)])))
            for code, label in DeclineReason.choices
        ]

    def clean(self):
        given = super().clean()
        if given.get("reason") and not given.get("right_door"):
            given["right_door"] = door_for(given["reason"], self.opinion.county)
        return given


class Candidates(forms.ChoiceField):
    """Choices to be drawn; what may be chosen is the workflow's to say, for a number may be typed as well."""

    widget = forms.RadioSelect

    def validate(self, value):
        forms.Field.validate(self, value)


class Merge(ActionForm):
    code = "merge"
    submit = _("Merge it")
    beforehand = "opinions/_merge_search.html"

    candidate = Candidates(label=_("The same matter"), required=False)
    into = forms.CharField(
        label=_("Or the number of the other opinion"),
        max_length=20,
        required=False,
        help_text=_("For example 433101-2026-000123; in the same county."),
    )
    answered = forms.ChoiceField(
        label=_("That one has been answered already"),
        choices=[
            (merging.COPY, _("It is one and the same: the citizen gets that answer, and may evaluate it")),
            (
                merging.REOPEN,
                _("It is not settled after all: that one is reopened, and both get the new answer"),
            ),
        ],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("If neither fits, do not merge: route this one."),
    )
    urgent_seen = forms.BooleanField(
        label=_("It is urgent; I have read both, and they are one matter at one place"), required=False
    )

    @cached_property
    def lead(self):
        said = _("The same matter as another opinion: it follows that one, and its citizen gets that answer.")
        if other := self.other:
            facts = {
                "title": list_title(other),
                "place": other.township,
                "status": other.get_status_display(),
            }
            said = said + _("The other: “%(title)s”, %(place)s, %(status)s.") % facts
        return said

    @cached_property
    def other(self):
        """The opinion whose number was offered or typed, if the person sees it."""
        given = [*(self.data.get(name) for name in ("into", "candidate")), self.asked.get("into")]
        number = next((str(value).strip().replace("\0", "") for value in given if value), "")
        rows = Opinion.objects.visible_to(self.user).select_related("township")
        return rows.filter(number=number, county=self.opinion.county_id).first() if number else None

    def prepare(self):
        if self.other and self.other.status not in TOLD:
            del self.fields["answered"]
        if self.opinion.urgency != Urgency.URGENT:
            del self.fields["urgent_seen"]
        self._offer_candidates()

    def _offer_candidates(self):
        self.sought = self.asked.pop("find", "")
        if offered := self.asked.get("into"):  # from the triage desk's list
            self.initial |= {"candidate": offered, "into": ""}
        self.fields["candidate"].choices = self._offered

    def _offered(self):
        """What was looked for, else what is much alike; and what is chosen already."""
        chosen = (self.data.get("candidate") if self.is_bound else self.initial.get("candidate")) or ""
        found = candidates(self.opinion, self.user, self.sought, chosen)
        return [(row.number, _candidate(row)) for row in found]

    def clean(self):
        given = super().clean()
        given["into"] = bare(folded(given.get("into", ""))) or given.pop("candidate", "")
        given.pop("candidate", None)
        if not given["into"] and "into" not in self.errors:
            self.add_error("into", _("Choose an opinion, or give its number."))
        return given


def _candidate(row):
    facts = f"{row.number} · {row.get_status_display()} · {localdate_short(timezone.localdate(row.registered_at))}"
    return format_html('{} <span class="row-sub">{}</span>', list_title(row), facts)


class Unmerge(ActionForm):
    code = "unmerge"
    lead = _("It was another matter after all: back to triage.")

    reason = words(_("reason"), required=False)


class Reconsider(ActionForm):
    code = "reconsider"
    lead = _("It goes back to triage.")

    reason = words(_("Why it is looked at again"))


class IssueHandover(ActionForm):
    code = "issue_handover"
    lead = _("It takes the next number and says what the opinion says now. The agency signs for it here.")
    submit = _("Issue the letter")

    words = words(_("Instructions in the letter"), required=False)

    def starting(self):
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

    reason = words(_("Why it is not your agency's matter"))
    suggested_agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency you suggest"), required=False, empty_label=_("no suggestion")
    )

    def prepare(self):
        others = agencies_of(self.opinion).exclude(pk=self.opinion.lead_agency_id)
        self.fields["suggested_agency"].queryset = others


class HandOn(ActionForm):
    code = "hand_on"
    lead = _("Nobody at the agency can act any more. It goes back to triage; letters to the agency are void.")
    submit = _("Take it back to triage")
    danger = True

    reason = words(_("reason"))
