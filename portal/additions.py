"""The forms by which a citizen adds something while the matter is being dealt with."""

from django.utils.translation import gettext_lazy as _

from common.security.uploads import FilesField
from common.ui.fields import text_field

from .plain import ActionForm


class AnswerQuestion(ActionForm):
    """The answer to an agency's question."""

    code = "answer_question"
    submit = _("Send your reply")
    done = _("Thank you. The agency has your answer and goes on.")

    words = text_field(_("Your answer to the agency's question"))
    files = FilesField(label=_("Photos"))  # type: ignore[assignment]  # the metaclass moves it to `fields`


class Supplement(ActionForm):
    """Something added to the matter."""

    code = "supplement"
    heading = _("I want to add something")
    submit = _("Add it")
    done = _("Added. Those who deal with it have got a message.")

    words = text_field(_("What do you want to add?"))
    files = FilesField(label=_("Photos"))  # type: ignore[assignment]  # the metaclass moves it to `fields`
