"""Forms of the verb merging: the opinion that another one follows, and the way back."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.templatetags.liaison import localdate_short
from common.text.search_text import bare, folded
from common.ui.fields import choice_field, text_field
from opinions.lifecycle.statuses import TOLD
from opinions.models import Opinion
from opinions.models.choices import Urgency
from opinions.triage.merge_candidates import candidates
from opinions.workflow import merging

from .base import ActionForm


class Candidates(forms.ChoiceField):
    """Choices to be drawn; the workflow decides what may be chosen, because a number may be typed as well."""

    widget = forms.RadioSelect

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


class Merge(ActionForm):
    code = "merge"
    submit = _("Merge it")
    beforehand = "opinions/_merge_search.html"

    candidate = Candidates(label=_("The same matter"), required=False)
    into = forms.CharField(
        label=_("Or the number of the other opinion"),
        max_length=20,
        required=False,
        help_text=_("For example 433101-2026-000123; in the same county."),
    )
    answered = forms.ChoiceField(
        label=_("That one has been answered already"),
        choices=[
            (merging.COPY, _("It is one and the same: the citizen gets that answer, and may evaluate it")),
            (
                merging.REOPEN,
                _("It is not settled after all: that one is reopened, and both get the new answer"),
            ),
        ],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("If neither fits, do not merge: route this one."),
    )
    urgent_seen = forms.BooleanField(
        label=_("It is urgent; I have read both, and they are one matter at one place"), required=False
    )

    @cached_property
    def lead(self) -> str | Promise:  # type: ignore[override]  # only ever read
        text: str | Promise = _(
            "The same matter as another opinion: it follows that one, and its citizen gets that answer."
        )
        if other := self.other:
            facts = {
                "title": other.list_title,
                "place": other.township,
                "status": other.get_status_display(),
            }
            text = text + _("The other: “%(title)s”, %(place)s, %(status)s.") % facts
        return text

    @cached_property
    def other(self) -> Opinion | None:
        """The opinion whose number was offered or typed, if the person sees it."""
        given = [*(self.data.get(name) for name in ("into", "candidate")), self.asked.get("into")]
        number = next((str(value).strip().replace("\0", "") for value in given if value), "")
        rows = Opinion.objects.visible_to(self.user).select_related("township")
        return rows.filter(number=number, county=self.opinion.county_id).first() if number else None

    def prepare(self) -> None:
        if self.other and self.other.status not in TOLD:
            del self.fields["answered"]
        if self.opinion.urgency != Urgency.URGENT:
            del self.fields["urgent_seen"]
        self._offer_candidates()

    def _offer_candidates(self) -> None:
        self.sought = self.asked.pop("find", "")
        if offered := self.asked.get("into"):  # from the triage desk's list
            self.initial = {**self.initial, "candidate": offered, "into": ""}
        choice_field(self, "candidate").choices = self._offered

    def _offered(self) -> list[tuple[str, SafeString]]:
        """Return what was searched for, else what is similar; and what is chosen already."""
        chosen = (self.data.get("candidate") if self.is_bound else self.initial.get("candidate")) or ""
        found = candidates(self.opinion, self.user, self.sought, chosen)
        return [(row.number, _candidate(row)) for row in found]

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        given["into"] = bare(folded(given.get("into", ""))) or given.pop("candidate", "")
        given.pop("candidate", None)
        if not given["into"] and "into" not in self.errors:
            self.add_error("into", _("Choose an opinion, or give its number."))
        return given


def _candidate(row: Opinion) -> SafeString:
    facts = f"{row.number} · {row.get_status_display()} · {localdate_short(timezone.localdate(row.registered_at))}"
    return format_html('{} <span class="row-sub">{}</span>', row.list_title, facts)


class Unmerge(ActionForm):
    code = "unmerge"
    lead = _("It was another matter after all: back to triage.")

    reason = text_field(_("reason"), required=False)
