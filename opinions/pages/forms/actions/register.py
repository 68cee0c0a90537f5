"""Forms of the verb register: correct the record, withdraw it for the citizen."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.ui.fields import PersonNameField, PhoneField, row_field, text_field
from deputies.models import Deputy
from opinions.models import Opinion
from opinions.models.choices import Channel, MatterType, Urgency
from opinions.privacy.query_codes import TAIL, typed_digits
from studios import approvals
from studios.models import Approval, Studio, Township

from .base import ActionForm, CategoryField


def _column(name: str) -> Any:
    return Opinion._meta.get_field(name)


def _text(name: str, **more: Any) -> forms.CharField:
    column = _column(name)
    return forms.CharField(label=column.verbose_name, max_length=column.max_length, **more)


def _choice(name: str, choices: Iterable[tuple[str, str | Promise]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_column(name).verbose_name, choices=choices)


class Erase(ActionForm):
    code = "erase"
    lead = _(
        "At the citizen's request. What was said, name, number, photos and messages are erased for good; numbers, "
        "dates and agencies stay, so that every figure stays as it is."
    )
    submit = _("Erase for good")
    danger = True

    reason = text_field(_("Who asked for it, and when"))

    def clean(self) -> dict[str, Any]:
        """Nobody erases alone, where the office has said so (TWO_PEOPLE)."""
        super().clean()
        number = self.opinion.number
        if not self.errors:
            try:
                words = _("Erase words and personal data of %s") % number
                held = approvals.ask(
                    Approval.Kind.ERASE,
                    about=number,
                    words=words,
                    area_code=self.opinion.county_id,
                    by=self.user,
                )
                approvals.use(held)
            except approvals.NotApproved as error:
                self.add_error(None, str(error))
        return self.cleaned_data


class GiveCopy(ActionForm):
    code = "give_copy"
    lead = _(
        "The citizen may ask what is kept about them. After this step the copy can be printed from the opinion's page; "
        "that it was given, and to whom, stays in the timeline."
    )
    submit = _("Make the copy")

    reason = text_field(_("Who asked for it, and how it was made sure that it is this person"))


class ReissueCode(ActionForm):
    code = "reissue_code"
    lead = _(
        "For a citizen who lost the query code or never had one. Ask who it is first; the former code is void, and the "
        "slip with the other one can be printed for a day. That you issued it stays in the timeline."
    )
    submit = _("Issue another code")
    then = "opinions:slip"

    tail = forms.CharField(
        label=_("Last four digits of the phone, as the citizen says them"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Or the full name, as the citizen says it"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = text_field(
        _("Where neither is known: how you made sure that it is this person"), required=False, rows=2
    )

    def clean_tail(self) -> str:
        typed = self.cleaned_data["tail"]
        tail = typed_digits(typed)
        if typed and len(tail) != TAIL:
            raise forms.ValidationError(_("Enter the last four digits."))
        return tail

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip()


class Amend(ActionForm):
    code = "amend"
    lead = _("Possible until an agency has signed for it. The former words stay in the timeline.")
    submit = _("Save the corrections")

    # Shown empty: a form must not be a way round the reveal, which asks for a reason and is logged.
    UNSEEN = ("citizen_name", "citizen_phone")

    title = _text("title")
    body = _text("body", widget=forms.Textarea(attrs={"rows": 8}))
    channel = _choice("channel", Channel.choices)
    matter_type = _choice("matter_type", MatterType.choices)
    urgency = _choice("urgency", Urgency.choices)
    category = CategoryField(required=False)
    township = forms.ModelChoiceField(Township.objects.none(), label=_("township"))
    studio = forms.ModelChoiceField(Studio.objects.none(), label=_("liaison studio"), required=False)
    deputy = forms.ModelChoiceField(Deputy.objects.none(), label=_("deputy"), required=False)
    place = _text("place", required=False)
    outside_number = _text("outside_number", required=False)
    recorded_for = _text("recorded_for", required=False)
    citizen_name = PersonNameField(label=_("citizen's name"), max_length=50, required=False)
    citizen_phone = PhoneField(label=_("phone"), max_length=40, required=False)
    keep_secret = forms.BooleanField(label=_column("keep_secret").verbose_name, required=False)

    def starting(self) -> dict[str, Any]:
        seen = [name for name in self.base_fields if name not in ("version", *self.UNSEEN)]
        return {name: getattr(self.opinion, _column(name).attname) for name in seen}

    def prepare(self) -> None:
        opinion, user = self.opinion, self.user
        row_field(self, "township").queryset = Township.objects.visible_to(user, "clerk").filter(
            county=opinion.county_id
        )
        row_field(self, "studio").queryset = Studio.objects.visible_to(user).filter(
            township__county=opinion.county_id
        )
        row_field(self, "deputy").queryset = Deputy.objects.visible_to(user).filter(
            township__county=opinion.county_id
        )
        for name, shown in zip(self.UNSEEN, (opinion.shown_name, opinion.shown_phone), strict=True):
            self.fields[name].help_text = _("Now: %(value)s. Leave it empty to keep it.") % {
                "value": shown or "—"
            }

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return {name: value for name, value in given.items() if value or name not in self.UNSEEN}


class Withdraw(ActionForm):
    code = "withdraw"
    lead = _("The citizen takes the opinion back. It can be reconsidered later.")
    submit = _("Withdraw it for the citizen")
    danger = True

    reason = text_field(_("What the citizen said"))
