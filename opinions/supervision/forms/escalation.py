"""The supervision ladder as a form: one rung a line, and why it is changed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from opinions.models import EscalationLevel
from opinions.models.escalation import Recipient
from opinions.supervision.escalation import MOST


class RungForm(forms.Form):
    """A line left empty is no rung."""

    kind = forms.ChoiceField(label=_("kind"), choices=[("", "—"), *EscalationLevel.Kind.choices])
    anchor = forms.ChoiceField(
        label=_("counted from"),
        choices=EscalationLevel.Anchor.choices,
        initial=EscalationLevel.Anchor.WARNING,
    )
    days = forms.IntegerField(label=_("working days after"), min_value=0, max_value=250, initial=0)
    acknowledge_within = forms.IntegerField(
        label=_("reply within (working days)"), required=False, min_value=1, max_value=30
    )
    recipients = forms.MultipleChoiceField(
        label=_("recipients"),
        choices=Recipient.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    letter = forms.BooleanField(label=_("as an official letter"), required=False)
    remove = forms.BooleanField(label=_("remove this rung"), required=False)

    @property
    def rung(self) -> dict | None:
        """What opinions.supervision.escalation takes; None for a line that is none or is removed."""
        facts = getattr(self, "cleaned_data", None)
        if not facts or facts["remove"]:
            return None
        return {name: value for name, value in facts.items() if name != "remove"}


class RungFormSet(forms.BaseFormSet):
    @property
    def rungs(self) -> list[tuple[int, dict]]:
        """(place among the forms, rung) in order."""
        return [(place, form.rung) for place, form in enumerate(self.forms) if form.rung]


LadderFormSet = forms.formset_factory(RungForm, formset=RungFormSet, extra=2, max_num=MOST)


class ChangeForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why it is changed"),
        max_length=200,
        help_text=_("Stands in the history beside your name."),
    )
