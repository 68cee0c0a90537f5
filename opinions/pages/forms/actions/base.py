"""The base of every form of an action: the version the person saw, and the arguments of its workflow function."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ui.forms import LiaisonFormHelper, VisibleText
from opinions.lifecycle.transitions import ACTIONS, Action
from opinions.models import Category, Opinion
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
    secrecy,
    signing,
    supervision,
    triage,
)
from studios.models import Agency

VERBS = {
    "register": register,
    "triage": triage,
    "secrecy": secrecy,
    "joint": joint,
    "leaving": leaving,
    "supervision": supervision,
    "report_back": report_back,
    "reopen": reopen,
    "notes": notes,
    "asking": asking,
    "merging": merging,
    "personal_data": personal_data,
    "signing": signing,
}


class ActionForm(VisibleText, forms.Form):
    """Fields carry the names of the workflow function's keywords. `opinion` comes with its roles (`with_roles`)."""

    code: str = ""
    heading: str | Promise = ""  # the text of the button that opens it; left empty, the action's label
    lead: str | Promise = (
        ""  # what happens when it is sent, in one sentence; one that takes a query is a property
    )
    submit: str | Promise = ""  # the button's text; empty: the action's label
    danger = False
    then: str = ""  # the page to go to when it is done; empty: the opinion's
    beforehand: str = ""  # a template shown before the form: a search for what it is about
    preview: str | Promise = ""  # the text of a button that shows what would be done, and does nothing

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.code and "heading" not in vars(cls):
            cls.heading = ACTIONS[cls.code].label

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        opinion: Opinion,
        user: User,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.opinion, self.user = opinion, user
        self.asked = dict(initial or {})
        values = {"version": opinion.version, **({} if data is not None else self.starting()), **self.asked}
        super().__init__(data, files, initial=values)
        self.prepare()
        self.helper = LiaisonFormHelper(self, form_tag=False)

    def starting(self) -> dict[str, Any]:
        """Return what the fields hold before anybody has typed."""
        return {}

    def prepare(self) -> None:
        """Narrow the choices to the opinion at hand."""

    @property
    def action(self) -> Action:
        """The row of the lifecycle for this action."""
        return ACTIONS[self.code]

    @property
    def function(self) -> Callable[..., Opinion]:
        """The workflow function that takes the action."""
        return getattr(VERBS[self.action.verb], self.code)

    def arguments(self) -> dict[str, Any]:
        """Return the keywords for the workflow function, without `by` and `version`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def typed(self) -> list[tuple[str | Promise, str]]:
        """Return (label, text) of what was written by hand, so that it can be copied when the action is too late."""
        written = [
            f for f in self.visible_fields() if isinstance(f.field.widget, forms.TextInput | forms.Textarea)
        ]
        return [(field.label, field.value()) for field in written if field.value()]


class CategoryField(forms.ModelChoiceField):
    """The tree of categories in use, each level indented."""

    def __init__(self, *, required: bool = True, **kwargs: Any) -> None:
        queryset = Category.objects.filter(active=True)
        super().__init__(
            queryset=queryset, label=_("category"), required=required, empty_label=_("choose…"), **kwargs
        )

    def label_from_instance(self, category: Any) -> str:
        return "　" * (category.level - 1) + category.name


class AgencyField(forms.ModelChoiceField):
    """One of the agencies that may be given the opinion; a form fills it with `agencies_of`."""

    default_error_messages = {
        "invalid_choice": _("Nobody at this agency can act, or it is of another county."),
    }

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("Agencies in use that have somebody with an account.")
        super().__init__(queryset=Agency.objects.none(), help_text=help_text, **kwargs)


def agencies_of(opinion: Opinion) -> QuerySet[Agency]:
    """Return the agencies that may be given the opinion: those of its county where somebody can act. Elsewhere it would
    wait for nobody, with a letter to nobody."""
    return Agency.objects.able_to_act().filter(county=opinion.county_id)
