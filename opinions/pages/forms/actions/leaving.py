"""Forms for what waits at agencies where nobody can act any more."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.ui.fields import row_field, text_field
from opinions.models import JointPart
from studios.models import Agency

from .base import ActionForm, agencies_of


class HandOn(ActionForm):
    code = "hand_on"
    lead = _("Nobody at the agency can act any more. It goes back to triage; letters to the agency are void.")
    submit = _("Take it back to triage")
    danger = True

    reason = text_field(_("reason"))


class HandOnPart(ActionForm):
    code = "hand_on_part"
    lead = _(
        "Nobody at the joint agency can act any more. Another agency takes its part over by the same day, or none."
    )
    submit = _("Take the part from it")
    danger = True

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("joint agency"), empty_label=None)
    successor = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency that takes over"),
        required=False,
        empty_label=_("none: the opinion goes on without this part"),
    )
    reason = text_field(_("reason"))

    def prepare(self) -> None:
        parts = JointPart.objects.filter(opinion=self.opinion)
        row_field(self, "agency").queryset = Agency.objects.filter(pk__in=parts.stranded().values("agency"))
        others = agencies_of(self.opinion).exclude(pk__in=parts.values("agency"))
        row_field(self, "successor").queryset = others.exclude(pk__in=[self.opinion.lead_agency_id or 0])
