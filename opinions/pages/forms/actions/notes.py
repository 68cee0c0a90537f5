"""Forms of the verb notes: more from the citizen, how far the handling has come, a note among the staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.security.uploads import FilesField, numbered
from common.ui.fields import text_field

from .base import ActionForm


class Supplement(ActionForm):
    code = "supplement"
    lead = _("What the citizen said or brought later. Those who deal with the opinion now get a message.")
    submit = _("Add it")

    words = text_field(_("What the citizen adds"))
    files = FilesField()  # type: ignore[assignment]  # Django moves fields out of the class

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return given | {"files": numbered(given["files"])}


class Explain(ActionForm):
    code = "explain"
    lead = _(
        "Your own words to the citizen: explain what happens now. They read it on their progress page and in a text "
        "message. The agency deals with the matter; promise nothing for it."
    )
    submit = _("Tell the citizen")

    words = text_field(_("Your word to the citizen"))


class NoteProgress(ActionForm):
    code = "note_progress"
    submit = _("Save the note")

    words = text_field(_("How far it has come"))
    shown = forms.BooleanField(
        label=_("Show it to the citizen"),
        required=False,
        help_text=_("The words then stand on the citizen's progress page."),
    )


class NoteInternally(ActionForm):
    code = "note_internally"
    lead = _("For the staff alone, the agency's included: the citizen never sees it.")
    submit = _("Save the note")

    words = text_field(_("Note"))
