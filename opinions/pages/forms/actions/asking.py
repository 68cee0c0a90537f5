"""Forms of the verb asking: the question to the citizen, and the answer that a clerk enters."""

from typing import Any

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from common.security.uploads import FilesField, numbered
from common.ui.fields import text_field
from opinions.privacy.masking import citizen_view_for

from .base import ActionForm
from .supervise import SuspensionForm


class AskCitizen(SuspensionForm):
    code = "ask_citizen"
    lead = _(
        "The citizen gets the question as a text message and on the progress page, and answers there or by calling the "
        "studio. The clock stands still until then."
    )
    submit = _("Send the question")
    field_order = ["version", "question", "until_on"]

    question = text_field(
        _("Question to the citizen"),
        help_text=_("In a few plain words; a short one stands in the text message itself."),
    )


class AnswerQuestion(ActionForm):
    code = "answer_question"
    submit = _("Save the answer; the clock runs again")

    words = text_field(_("What the citizen answers"))
    files = FilesField()  # type: ignore[assignment]  # Django moves fields out of the class

    @cached_property
    def lead(self) -> str | Promise:  # type: ignore[override]  # only ever read
        return _("The agency asks: %(question)s") % {
            "question": citizen_view_for(self.opinion).words(self.opinion.question)
        }

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return given | {"files": numbered(given["files"])}
