"""The form of the redaction step: what the agency will read of an opinion whose citizen is to be kept secret."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.security.giveaways import Person
from common.ui.fields import text_field
from opinions.models.redaction import Redaction

from .base import ActionForm

SHOWN = {"title": _("title"), "body": _("the citizen's own words"), "place": _("place")}


class Redact(ActionForm):
    """Tick what stays hidden of that which was found by its form; add words. Before it stands what the agency will
    read with the marks as they are in the form."""

    code = "redact"
    lead = _(
        "The citizen is to be kept secret. Hide whatever could say who it is: names of relatives, the house, the job. "
        "What you mark is hidden from the agency everywhere, in letters, messages and files too."
    )
    submit = _("This is what the agency may read")
    preview = _("Show what the agency will read")
    beforehand = "opinions/_redaction.html"

    hidden = forms.MultipleChoiceField(
        label=_("Found by its form"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Take the tick away from what says nothing about the citizen. Name and numbers on record stay hidden."
        ),
    )
    hide = text_field(
        _("Hide these words too"), required=False, help_text=_("One on each line, spelled as in the text.")
    )

    def starting(self) -> dict[str, Any]:
        marked = Redaction.of(self.opinion)
        return {
            "hidden": [word for word in self._found() if word not in marked.show],
            "hide": "\n".join(marked.hide),
        }

    def prepare(self) -> None:
        self.fields["hidden"].choices = [(word, word) for word in self._found()]  # type: ignore[attr-defined]
        if not self._found():
            del self.fields["hidden"]

    def _found(self) -> list[str]:
        """Return the distinct words that were found by their form, in the order of the text."""
        person = self._person(Redaction())
        words = [
            text[piece.start : piece.end]
            for text in self._texts()
            for piece in person.giveaways(text)
            if not piece.sure
        ]
        return list(dict.fromkeys(" ".join(word.split()) for word in words))

    def _person(self, marked: Redaction) -> Person:
        return Person(self.opinion.citizen_name, self.opinion.citizen_phone, *marked)

    def _texts(self) -> list[str]:
        return [getattr(self.opinion, name) for name in SHOWN]

    @property
    def marked(self) -> Redaction:
        """The marks as they are in the form; those of the opinion where it was not sent, or not rightly."""
        if not (self.is_bound and self.is_valid()):
            return Redaction.of(self.opinion)
        given = self.arguments()
        return Redaction(tuple(given["hide"]), tuple(given["show"]))

    def read(self) -> list[dict[str, Any]]:
        """Return for title, text and place: `label`, `pieces` as the officer reads them, (text, whether hidden), and
        `agency`, exactly what the agency will read."""
        person = self._person(self.marked)
        return [
            {"label": label, "pieces": list(_pieces(person, text)), "agency": person.hidden(text)}
            for label, text in zip(SHOWN.values(), self._texts(), strict=True)
            if text
        ]

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        kept = set(given.get("hidden", ()))
        return {
            "hide": given["hide"].splitlines(),
            "show": [word for word in self._found() if word not in kept],
        }


def _pieces(person: Person, text: str) -> Iterator[tuple[str, bool]]:
    done = 0
    for piece in person.giveaways(text):
        yield text[done : piece.start], False
        yield text[piece.start : piece.end], True
        done = piece.end
    yield text[done:], False
