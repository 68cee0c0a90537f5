"""The forms that a citizen fills in. No form decides anything: `written` and `arguments` go to the workflow's
functions."""

import re
import uuid
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, TimestampSigner
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from common.security.giveaways import Person
from common.security.numbers import mask_numbers
from common.security.uploads import FilesField
from common.text.excerpts import cut
from common.ui.fields import PersonNameField, PhoneField, radio_field, text_field
from deputies.models import Deputy
from opinions.lifecycle.reasons import HowRated, Satisfaction
from opinions.models import Opinion
from opinions.models.choices import MatterType
from opinions.privacy import query_codes
from studios.models import Studio

from .additions import AnswerQuestion, Supplement
from .kept import FORM
from .plain import ActionForm, PublicForm

TITLE_FROM_BODY = 30
_key_signer = TimestampSigner(salt="portal.form")


LEAVES_NOTHING = _("You ticked that you leave no name and no phone number: please leave this empty.")


def fresh_key() -> str:
    """Return the key of a form that was not sent yet."""
    return str(uuid.uuid4())


class SubmissionForm(PublicForm, forms.ModelForm):
    """A citizen's opinion. `save` is never called: the one write path is opinions.workflow.register."""

    MATTERS = [
        (MatterType.COMPLAINT, _("Report a problem")),
        (MatterType.PROPOSAL, _("Make a proposal")),
        (MatterType.HELP, _("Ask for help")),
        (MatterType.ENQUIRY, _("Ask a question")),
    ]

    MISSING: ClassVar = {
        "body": _("Please write what you want to tell us."),
        "matter_type": _("Please choose what it is about."),
        "consent": _("Please tick the box “I have read the notice above, and agree”."),
    }

    # Signed into the page: a second submit of the same one gives the same receipt.
    submission_key = forms.CharField(max_length=200, widget=forms.HiddenInput)
    matter_type = radio_field(_("What is it about?"), MATTERS, initial=MatterType.COMPLAINT)
    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label=_("To which deputy"), required=False, empty_label=_("to any of them")
    )
    anonymous = forms.BooleanField(
        label=_("I leave no name and no phone number"),
        required=False,
        help_text=_(
            "Leave the two fields above empty. You can still look up the answer with your query code."
        ),
    )
    consent = forms.BooleanField(
        label=_("I have read the notice above, and agree"),
    )
    files = FilesField(label=_("Photos"))  # type: ignore[assignment]  # the metaclass moves it to `fields`
    # For programs that fill in every field; people do not see it.
    website = forms.CharField(label=_("Leave this empty"), required=False)

    class Meta:
        model = Opinion
        fields = (
            "title", "body", "place", "matter_type", "deputy", "citizen_name", "citizen_phone", "keep_secret",
        )  # fmt: skip
        field_classes: ClassVar[dict[str, Any]] = {
            "citizen_phone": PhoneField,
            "citizen_name": PersonNameField,
        }
        labels = {
            "title": _("In a few words"),
            "body": _("What do you want to tell us?"),
            "place": _("Where is it?"),
            "citizen_name": _("Your name"),
            "citizen_phone": _("Your phone number"),
            "keep_secret": _("Do not tell the agency my name and phone number"),
        }
        help_texts = {
            "title": _("Not needed. For example: the street lamp at the bridge is broken."),
            "body": _("Say where, since when, and what should be done."),
            "place": _("Not needed."),
            "citizen_name": _("Not needed."),
            "citizen_phone": _("Not needed. If you give it, you get a text message when there is an answer."),
            "keep_secret": "",
        }
        widgets = {
            "body": forms.Textarea(attrs={"rows": 7}),
            "citizen_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "citizen_phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        }

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        studio: Studio,
        key: str = "",
    ) -> None:
        super().__init__(data, files, initial={"submission_key": _key_signer.sign(key)})
        self.fields["title"].required = False
        self.fields["citizen_phone"].error_messages["text"] = _(
            "The phone number is not complete: a mobile has 11 digits, a landline its area code and 7 or 8."
        )
        deputy = cast(forms.ModelChoiceField, self.fields["deputy"])
        deputy.queryset = studio.deputies.filter(active=True).order_by("name_pinyin", "id")
        for name, length in (("citizen_name", 50), ("citizen_phone", 40)):
            self.fields[name].validators.append(MaxLengthValidator(length))
        for name in ("title", "body", "place"):
            # Browsers cut a paste at maxlength without a word; the server names the field instead.
            self.fields[name].widget.attrs.pop("maxlength", None)

    def renew(self, key: str) -> None:
        """Make it a form that was not sent yet, with the same text."""
        data = cast(QueryDict, self.data).copy()
        data["submission_key"] = _key_signer.sign(key)
        self.data = data

    def clean_submission_key(self) -> uuid.UUID:
        """Return the key; an address that was open for too long is refused, and so is a key that is not ours."""
        try:
            return uuid.UUID(_key_signer.unsign(self.cleaned_data["submission_key"], max_age=FORM.seconds))
        except (BadSignature, ValueError):
            raise ValidationError(
                _("This page was open for too long. What you wrote is still here: send it again.")
            ) from None

    def clean_website(self) -> None:
        """Refuse what a program filled in."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this field empty."))

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("anonymous"):
            for name in ("citizen_name", "citizen_phone"):
                if cleaned.get(name):
                    self.add_error(
                        name,
                        _("You ticked that you leave no name and no phone number: please leave this empty."),
                    )
        if not cleaned.get("title") and cleaned.get("body"):
            cleaned["title"] = self._title_from(cleaned["body"])
        return cleaned

    def _title_from(self, body: str) -> str:
        """Return the beginning of the text as a title that anybody may read: never a piece of a number, and of one who
        is to be kept secret neither name nor number."""
        line, cleaned = " ".join(body.split()), self.cleaned_data
        person = Person(cleaned.get("citizen_name", ""), cleaned.get("citizen_phone", ""))
        return cut(person.hidden(line) if cleaned.get("keep_secret") else mask_numbers(line), TITLE_FROM_BODY)

    def written(self) -> dict[str, Any]:
        """Return the arguments of `services.submit`, by name."""
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "submission_key", "files")}


NOT_SIXTEEN = _("The query code has 16 digits. Please check it.")


class TrackForm(PublicForm):
    """The query code and the last digits of the phone number, by which a citizen finds their opinion."""

    MISSING: ClassVar = {"code": NOT_SIXTEEN}

    code = forms.CharField(
        label=_("Query code"),
        max_length=60,
        help_text=_("The 16 digits you were given when you sent it."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    tail = forms.CharField(
        label=_("Last four digits of your phone number"),
        required=False,
        max_length=20,
        help_text=_("If you gave no phone number, leave this empty."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        """Return the digits of the code; refuse any other number of them."""
        code = query_codes.typed_digits(self.cleaned_data["code"])
        if len(code) != query_codes.LENGTH:
            raise ValidationError(NOT_SIXTEEN)
        return code

    def clean_tail(self) -> str:
        """Return the last digits, or "" for none; refuse any other number of them."""
        typed = self.cleaned_data["tail"]
        tail = query_codes.typed_digits(typed)
        if typed and len(tail) != query_codes.TAIL:
            raise ValidationError(_("Enter the last four digits of your phone number."))
        return tail

    def missed(self) -> None:
        """Add the error that nothing was found. The number of an opinion has sixteen digits too, and is recognised by
        how it is built; whether there is one of this number plays no part."""
        if MATTER_NUMBER.fullmatch(self.cleaned_data["code"]):
            self.add_error("code", IS_A_NUMBER)
        else:
            self.add_error(None, FOUND_NOTHING)


# County, year and serial: 433101-2026-000123.
MATTER_NUMBER = re.compile(r"[1-6]\d{5}20[2-9]\d0\d{5}")
IS_A_NUMBER = _(
    "This is the number of your matter, not its query code. The query code is the other one with 16 digits; it was "
    "shown when you sent it."
)
FOUND_NOTHING = _(
    "Nothing was found. Please check the 16 digits and the last four digits of your phone number; if you gave no "
    "number, leave that field empty. If it still cannot be found, call the studio or come by."
)


class Evaluate(ActionForm):
    """How satisfied the citizen is with an answer."""

    code = "evaluate"
    submit = _("Send")
    done = _("Thank you. Your evaluation has been recorded.")
    MISSING: ClassVar = {"satisfaction": _("Please choose how satisfied you are.")}

    satisfaction = radio_field(_("Are you satisfied with the answer?"), Satisfaction.choices)
    reason = text_field(
        _("Why?"),
        required=False,
        help_text=_("If you are not satisfied, please say why in a sentence or two: we take it up again."),
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("satisfaction") == Satisfaction.NOT and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Please say why, so that it can be done better."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return {**self.cleaned_data, "how": HowRated.WEB}

    @property
    def action_taken(self) -> str:
        return Reopen.code if self.cleaned_data["satisfaction"] == Satisfaction.NOT else self.code


class Reopen(ActionForm):
    """The request to take the matter up again."""

    code = "reopen"
    heading = _("It is not settled yet")
    submit = _("Ask to take it up again")
    done = _("It has been taken up again; you will be told the new answer.")
    MISSING: ClassVar = {"reason": _("Please write what is not settled yet.")}

    reason = text_field(_("What is not settled yet? Please write it clearly."))


class Withdraw(ActionForm):
    """The withdrawal of the matter."""

    code = "withdraw"
    heading = _("I want to withdraw this matter")
    submit = _("Withdraw it")
    done = _("You have withdrawn it; it is not dealt with any further. You can always tell us again.")

    reason = text_field(_("Why?"), required=False, help_text=_("Not needed."))


ACTION_FORMS = {form.code: form for form in (Evaluate, AnswerQuestion, Supplement, Reopen, Withdraw)}
