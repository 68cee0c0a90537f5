"""An escalation policy as a form: one level a line, and why it is changed."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from opinions.models import EscalationLevel
from opinions.models.escalation import Recipient
from opinions.supervision.escalation import MOST


class LevelForm(forms.Form):
    """One level; a line left empty is none."""

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
    remove = forms.BooleanField(label=_("remove this level"), required=False)

    @property
    def level(self) -> dict[str, Any] | None:
        """The level as opinions.supervision.escalation takes it; None for a line that is empty or removed."""
        facts = getattr(self, "cleaned_data", None)
        if not facts or facts["remove"]:
            return None
        return {name: value for name, value in facts.items() if name != "remove"}


class LevelFormSet(forms.BaseFormSet):
    """The levels of a policy."""

    @property
    def levels(self) -> list[tuple[int, dict[str, Any]]]:
        """(place among the forms, level) in order."""
        return [(place, form.level) for place, form in enumerate(self.forms) if form.level]


# formset_factory makes a subclass of LevelFormSet, of which it says only that it is a form set.
PolicyFormSet = cast(
    "type[LevelFormSet]", forms.formset_factory(LevelForm, formset=LevelFormSet, extra=2, max_num=MOST)
)


class ChangeForm(forms.Form):
    """Why the policy is changed, and the last change that the person saw (0: none)."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why it is changed"),
        max_length=200,
        help_text=_("Shown in the history next to your name."),
    )
