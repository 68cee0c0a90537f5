"""How every form of the public pages behaves."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from common.ui.forms import VisibleText

from .context import FIELD

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TOO_LONG = _("This is too long: at most %(limit_value)d characters; you wrote %(show_value)d.")


class PublicForm(VisibleText, forms.Form):
    """Errors and help are next to their field; nothing depends on a script. Each error is a sentence of its own,
    because the summary above the form repeats it without the label."""

    required_css_class = "needed"
    MISSING: ClassVar[dict[str, Any]] = {}  # field → the error where it is empty and must not be

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.error_messages["max_length"] = TOO_LONG
            if name in self.MISSING:
                field.error_messages["required"] = self.MISSING[name]

    def full_clean(self) -> None:
        """Validate the form, unless it was sent by a display button (portal/public_view.py): it is then shown again as
        it is, not valid and without an error."""
        if FIELD not in self.data:
            super().full_clean()
        else:
            self._errors, self.cleaned_data = ErrorDict(), {}

    def is_valid(self) -> bool:
        """Return whether it can be acted on."""
        return FIELD not in self.data and super().is_valid()


class ActionForm(PublicForm):
    """Something a citizen does about their own matter: the action `code`. `done` is the message after the action
    `action_taken`, `submit` the text of the button."""

    code: ClassVar[str]
    submit: ClassVar["StrOrPromise"]
    done: ClassVar["StrOrPromise"]

    @property
    def action_taken(self) -> str:
        """The code of the action that was taken."""
        return self.code

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the workflow's function, by name."""
        return self.cleaned_data
