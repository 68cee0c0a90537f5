"""Forms of the verb supervise: more time, suspension, notices and replies, a deputies' proposal."""

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from common.ui.fields import date_field, radio_field, text_field
from opinions.lifecycle.statuses import Status
from opinions.models import EscalationLevel
from opinions.workflow import deadlines

from .base import ActionForm


class AskExtension(ActionForm):
    code = "ask_extension"
    lead = _("Once a round, before the deadline, at most half of the original limit. A supervisor decides.")
    submit = _("Ask for it")

    days = forms.IntegerField(label=_("More working days"), min_value=1)
    reason = text_field(_("Why more time is needed"))

    def prepare(self) -> None:
        most = (self.opinion.handling_days or 0) // 2
        self.fields["days"].help_text = _("At most %(days)d.") % {"days": most}


class ExtensionDecision(ActionForm):
    """Shows what the decision is about: the present day, the day it would become, and the agency's reason."""

    @cached_property
    def lead(self) -> str | Promise:  # type: ignore[override]  # only ever read
        opinion = self.opinion
        days, due = opinion.extension_days, opinion.handling_due_on
        if opinion.extension_state != "asked" or days is None or due is None:
            return ""
        asked = opinion.events.filter(action="ask_extension").select_related("words").last()
        return _(
            "To be answered by %(before)s; with %(days)d more working days by %(after)s. The agency: %(reason)s"
        ) % {
            "before": deadlines.date_text(due),
            "days": days,
            "after": deadlines.date_text(deadlines.due_with(opinion, days)),
            "reason": asked.words.text if asked else "—",
        }


class GrantExtension(ExtensionDecision):
    code = "grant_extension"
    submit = _("Grant it")

    note = text_field(_("Message to the agency"), required=False)


class RefuseExtension(ExtensionDecision):
    code = "refuse_extension"
    submit = _("Refuse it")
    danger = True

    reason = text_field(_("Why it is refused"))


class SuspensionForm(ActionForm):
    """Until when the clock may be suspended: the last day that the limit allows, or an earlier one."""

    until_on = date_field(_("Until"), required=False)

    @cached_property
    def last(self) -> date | None:
        """The last day that the limit allows."""
        return deadlines.last_suspension_day(self.opinion, timezone.localdate())

    def starting(self) -> dict[str, Any]:
        return {"until_on": self.last}

    def prepare(self) -> None:
        if not self.is_bound and self.last:
            facts = {"day": deadlines.date_text(self.last)}
            self.fields["until_on"].help_text = (
                _("At the latest %(day)s; then it runs again by itself.") % facts
            )


class Suspend(SuspensionForm):
    code = "suspend"
    lead = _(
        "For what neither the agency nor the citizen can do, such as an expert's report. If the citizen has to say or "
        "bring something, ask the citizen instead."
    )
    submit = _("Suspend it")
    field_order = ["version", "reason", "until_on"]

    reason = text_field(_("What is waited for"))


class Resume(ActionForm):
    code = "resume"
    lead = _("The clock runs again; the deadline moves by the working days it stood still.")
    submit = _("Resume it")

    note = text_field(_("What happened"), required=False)


class Notify(ActionForm):
    code = "notify"

    @property
    def lead(self) -> str | Promise:  # type: ignore[override]  # only ever read
        if self.opinion.status == Status.ANSWERED:
            return _(
                "The agency has answered: the notice goes to the studio that has yet to tell the citizen, and counts "
                "for no agency."
            )
        return _(
            "The agency and its head are told immediately. A supervision or circulated notice must be replied to "
            "within one working day."
        )

    submit = _("Send the notice")
    danger = True

    kind = radio_field(_("kind"), EscalationLevel.Kind.choices, initial=EscalationLevel.Kind.URGE)
    note = text_field(_("Text of the notice"), required=False)
    letter = forms.BooleanField(label=_("Send it as an official letter too"), required=False)

    def prepare(self) -> None:
        if self.opinion.status == Status.ANSWERED:  # no letter is written to a studio
            del self.fields["letter"]


class IssueSupervision(ActionForm):
    code = "issue_supervision"
    lead = _(
        "The escalation policy sent the notice after a standstill and left the letter to you. It takes the next "
        "number and names the step that is late."
    )
    submit = _("Issue the letter")

    words = text_field(_("What else is demanded"), required=False)


class SignOffLetter(ActionForm):
    code = "sign_off_letter"

    @property
    def lead(self) -> str | Promise:  # type: ignore[override]  # only ever read
        return format_html(
            '{} <a href="{}?about={}">{}</a>',
            _("Each takes the next number and leaves under your name. Read them first:"),
            reverse("opinions:letters_to_sign"),
            self.opinion.number,
            _("letters to be signed off"),
        )

    submit = _("Sign them off")


class Acknowledge(ActionForm):
    code = "acknowledge"

    @property
    def lead(self) -> str | Promise:  # type: ignore[override]  # only ever read
        if self.opinion.status == Status.ANSWERED:
            return _("Say how the matter stands and by which day the citizen will be told.")
        return _("Say how the matter stands and by which day it will be answered.")

    submit = _("Send the reply")

    reply = text_field(_("Reply"))
    promised_on = date_field(_("Promised for"))


class Escalate(ActionForm):
    code = "escalate"
    lead = _("The matter is taken up as a deputies' proposal; the opinion itself goes on.")
    submit = _("Take it up")

    reason = text_field(_("reason"))
