"""Forms of joint handling: an agency signs for its part and answers it, or returns it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.ui.fields import row_field, text_field
from opinions.models import JointPart
from studios.models import Agency

from .base import ActionForm


class JointForm(ActionForm):
    """The base of joint handling. The agency is asked for only of a person who works for several that join."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("joint agency"), empty_label=None)

    def prepare(self) -> None:
        parts = JointPart.objects.visible_to(self.user, "joint_handler").filter(opinion=self.opinion)
        field = row_field(self, "agency")
        own = Agency.objects.filter(pk__in=parts.values("agency"))
        field.queryset = own
        mine = list(own[:2])
        if len(mine) == 1:
            field.widget, field.initial = forms.HiddenInput(), mine[0].pk


class JointSign(JointForm):
    code = "joint_sign"
    lead = _("You take your agency's part on. The lead agency answers the citizen for all.")
    submit = _("Sign for the part")


class JointAnswer(JointForm):
    code = "joint_answer"
    lead = _(
        "The lead agency reads this and answers the citizen for all. Say what your agency did or will do."
    )
    submit = _("Send the part")

    answer = text_field(_("your part of the answer"), rows=6)


class JointReturn(JointForm):
    code = "joint_return"
    lead = _("It is not your agency's matter: the lead agency and triage are told, and your part falls away.")
    submit = _("Return the part")
    danger = True

    reason = text_field(_("Why it is not your agency's matter"))
