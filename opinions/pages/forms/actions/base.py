"""What every form of an action has: the version the person saw, and the arguments its workflow function takes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.ui.forms import LiaisonFormHelper
from opinions.lifecycle.transitions import ACTIONS
from opinions.models import Category
from opinions.workflow import (
    asking,
    joint,
    leaving,
    merging,
    notes,
    personal_data,
    register,
    reopen,
    report_back,
    supervision,
    triage,
)
from studios.models import Agency

VERBS = {
    "register": register,
    "triage": triage,
    "joint": joint,
    "leaving": leaving,
    "supervision": supervision,
    "report_back": report_back,
    "reopen": reopen,
    "notes": notes,
    "asking": asking,
    "merging": merging,
    "personal_data": personal_data,
}


class ActionForm(forms.Form):
    """Fields carry the names of the workflow function's keywords. `opinion` comes with its roles (`with_roles`)."""

    code = ""
    heading = ""  # what the button that opens it says; left empty, the action's label
    lead = ""  # what happens when it is sent, in one sentence; one that takes a query is a property
    submit = ""  # the button's text; empty: the action's label
    danger = False
    then = ""  # the page to go to when it is done; empty: the opinion's
    beforehand = ""  # a template that stands before the form: a search for what it is about

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.code and "heading" not in vars(cls):
            cls.heading = ACTIONS[cls.code].label

    def __init__(self, *args, opinion, user, **kwargs):
        self.opinion, self.user = opinion, user
        self.asked = kwargs.pop("initial", None) or {}
        sent = args and args[0] is not None
        initial = {"version": opinion.version, **({} if sent else self.starting()), **self.asked}
        super().__init__(*args, initial=initial, **kwargs)
        self.prepare()
        self.helper = LiaisonFormHelper(self, form_tag=False)

    def starting(self) -> dict:
        """What the fields hold before anybody has typed."""
        return {}

    def prepare(self) -> None:
        """Narrow the choices to the opinion at hand."""

    @property
    def action(self):
        return ACTIONS[self.code]

    @property
    def function(self):
        return getattr(VERBS[self.action.verb], self.code)

    def arguments(self) -> dict:
        """Keywords for the workflow function, without `by` and `version`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def typed(self) -> list[tuple[str, str]]:
        """(label, text) of what was written by hand, so that it can be copied when the action is too late."""
        written = [
            f for f in self.visible_fields() if isinstance(f.field.widget, forms.TextInput | forms.Textarea)
        ]
        return [(field.label, field.value()) for field in written if field.value()]


class CategoryField(forms.ModelChoiceField):
    """The tree of categories in use, each level moved in."""

    def __init__(self, *, required=True, **kwargs):
        queryset = Category.objects.filter(active=True)
        super().__init__(
            queryset=queryset, label=_("category"), required=required, empty_label=_("choose…"), **kwargs
        )

    def label_from_instance(self, category):
        return "　" * (category.level - 1) + category.name


class AgencyField(forms.ModelChoiceField):
    """One of those that may be given the opinion; a form fills it with `agencies_of`."""

    default_error_messages = {
        "invalid_choice": _("Nobody at this agency can act, or it is of another county."),
    }

    def __init__(self, **kwargs):
        said = _("Agencies in use that have somebody with an account.")
        super().__init__(queryset=Agency.objects.none(), help_text=said, **kwargs)


def agencies_of(opinion):
    """The agencies that may be given the opinion: those of its county where somebody can act. Elsewhere it would wait
    for nobody, with a letter to nobody."""
    return Agency.objects.able_to_act().filter(county=opinion.county_id)
