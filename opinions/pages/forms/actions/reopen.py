"""Form of the verb reopen."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.ui.fields import text_field

from .base import ActionForm


class Reopen(ActionForm):
    code = "reopen"
    lead = _("A new round begins with a new deadline, for the same agency. The supervisor is told.")
    submit = _("Reopen it")
    danger = True

    reason = text_field(_("What is still wrong"))
    ask_triage = forms.BooleanField(
        label=_("Back to triage"), required=False, help_text=_("If another agency should have it this time.")
    )
