"""Forms of the verb report back: the answer, telling the citizen, calling back, both evaluations."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from common.security.uploads import FilesField
from common.ui.fields import choice_field, radio_field, text_field
from opinions.lifecycle.reasons import HowRated, HowTold, Satisfaction
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.models.choices import Outcome
from opinions.workflow import report_back
from opinions.workflow.answer_sms import answer_room
from opinions.workflow.joint import outstanding

from .base import ActionForm


class Answer(ActionForm):
    code = "answer"
    heading = _("give the answer")
    submit = _("Send the answer")

    outcome = radio_field(_("outcome"), Outcome.choices)
    answer = text_field(_("answer"), rows=8)
    files = FilesField()  # type: ignore[assignment]  # Django moves fields out of the class

    def prepare(self) -> None:
        if not self.is_bound:
            self._show_text_message_room()

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if not valid:  # it is shown again; what is sent without a fault needs no query for this
            self._show_text_message_room()
        return valid

    def _show_text_message_room(self) -> None:
        """Add to the answer how much of it the text message to the citizen holds."""
        if not self.opinion.citizen_phone:
            return
        field, room = self.fields["answer"], answer_room(self.opinion)
        field.help_text = _(
            "The text message to the citizen holds the first %(room)d characters; the rest stands on the page. "
            "Begin with what was done."
        ) % {"room": room}
        counter = _("Text message: {count} of {room} characters")
        field.widget.attrs |= {"data-sms-room": room, "data-sms-said": counter}

    @cached_property
    def lead(self) -> str | Promise:  # type: ignore[override]  # only ever read
        if without := outstanding(self.opinion):
            names = {"names": _(", ").join(without)}
            return (
                _("Not yet in: the joint part of %(names)s. You may answer without it; that is noted.")
                % names
            )
        return _("The citizen reads these words. Say what was done, what will be done and by when.")


class ReportBack(ActionForm):
    code = "report_back"
    lead = _("Tell the citizen the answer, then note how. A text message is sent by the system.")
    submit = _("Note that the citizen was told")

    how = radio_field(_("How the citizen was told"), HowTold.choices)
    note = text_field(_("What the citizen said"), required=False)


class IssueReply(ActionForm):
    code = "issue_reply"
    lead = _("It takes the next number and gives the citizen the answer on paper, in the organ's name.")
    submit = _("Issue the letter")


class CallBack(ActionForm):
    code = "call_back"
    submit = _("Note the call")

    reached = forms.TypedChoiceField(
        label=_("Was the citizen reached?"),
        choices=[("yes", _("reached")), ("no", _("not reached"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = text_field(_("What the citizen said"), required=False)

    def prepare(self) -> None:
        if self.opinion.status == Status.ANSWERED:  # a call that reaches the citizen tells the answer first
            choice_field(self, "reached").choices = [("no", _("not reached"))]
            self.initial["reached"] = "no"


class Call(ActionForm):
    """One call from the list of calls: telling the answer, calling back and the evaluation in one."""

    code = "call_back"
    # The evaluation says too that the citizen was reached.
    RESULTS = [
        *Satisfaction.choices,
        ("reached", _("reached, gave no evaluation")),
        ("unreached", _("not reached, call again later")),
    ]

    result = radio_field(_("How the call ended"), RESULTS)
    words = text_field(
        _("What the citizen said"),
        required=False,
        help_text=_("Needed when not satisfied: the matter is then reopened with these words."),
    )

    @property
    def function(self) -> Callable[..., Opinion]:
        return report_back.call_citizen

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if given.get("result") == Satisfaction.NOT and not given.get("words"):
            self.add_error("words", _("Say why the citizen is not satisfied."))
        return given

    def arguments(self) -> dict[str, Any]:
        result = self.cleaned_data["result"]
        rated = result if result in Satisfaction.values else ""
        reached = result != "unreached"
        return {"reached": reached, "satisfaction": rated, "words": self.cleaned_data["words"]}


class Evaluate(ActionForm):
    code = "evaluate"
    lead = _(
        "The citizen's own evaluation, in their own words. Not satisfied, with a reason: it is reopened."
    )
    submit = _("Note the evaluation")

    satisfaction = radio_field(_("The citizen is"), Satisfaction.choices)
    how = radio_field(_("Taken by"), HowRated.choices)
    reason = text_field(_("What the citizen said"), required=False, help_text=_("Needed when not satisfied."))


class Rate(ActionForm):
    code = "rate"
    lead = _("Your own evaluation of the handling; it stands beside the citizen's.")
    submit = _("Save the evaluation")

    rating = radio_field(_("deputy's evaluation"), Satisfaction.choices)
    note = text_field(_("In words"), required=False)
