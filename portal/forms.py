"""What a citizen types. No form decides anything: `written` and `arguments` go to the workflow's functions."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from common.uploads import FilesField
from deputies.models import Deputy
from opinions import codes, phones
from opinions.forms.actions.base import one_of, words
from opinions.models import Opinion
from opinions.models.words import MatterType, Satisfaction
from opinions.workflow.reasons import HowRated

from .additions import AnswerQuestion, Supplement
from .plain import Plain

FORM_GOOD_FOR = 24 * 3600
TITLE_FROM_BODY = 30
_key_signer = TimestampSigner(salt="portal.form")


def fresh_key() -> str:
    return _key_signer.sign(str(uuid.uuid4()))


class SubmissionForm(Plain, forms.ModelForm):
    """`save` is never called: the one write path is opinions.workflow.register."""

    MATTERS = [
        (MatterType.COMPLAINT, _("Something is wrong")),
        (MatterType.PROPOSAL, _("I have a proposal")),
        (MatterType.HELP, _("I need help")),
        (MatterType.ENQUIRY, _("I want to know something")),
    ]

    # Made and signed with the page: a second submit of the same one gives the same receipt.
    submission_key = forms.CharField(max_length=200, widget=forms.HiddenInput)
    matter_type = one_of(_("What is it?"), MATTERS, initial=MatterType.COMPLAINT)
    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label=_("To which deputy"), required=False, empty_label=_("to any of them")
    )
    anonymous = forms.BooleanField(
        label=_("I do not want to say who I am"),
        required=False,
        help_text=_(
            "Then leave name and phone empty. You can still look up the answer with your query code."
        ),
    )
    consent = forms.BooleanField(
        label=_("I have read what my details are used for, and agree"),
        error_messages={"required": _("Tick this box, so that we may keep what you write.")},
    )
    files = FilesField(label=_("Photos"))
    # For programs that fill in every field; people do not see it.
    website = forms.CharField(label=_("Leave this empty"), required=False)

    class Meta:
        model = Opinion
        fields = (
            "title", "body", "place", "matter_type", "deputy", "citizen_name", "citizen_phone", "keep_secret",
        )  # fmt: skip
        labels = {
            "title": _("In a few words"),
            "body": _("What do you want to tell the deputies?"),
            "place": _("Where is it?"),
            "citizen_name": _("Your name"),
            "citizen_phone": _("Your phone number"),
            "keep_secret": _("Do not tell the agency who I am"),
        }
        help_texts = {
            "title": _("Not needed. For example: the street lamp at the bridge is broken."),
            "body": _("Where, since when, what happened, what should be done."),
            "place": _("Not needed."),
            "citizen_name": _("Not needed."),
            "citizen_phone": _("Not needed. If you give it, the answer comes to you as a text message."),
            "keep_secret": _("Whoever deals with it sees neither your name nor your number."),
        }
        widgets = {
            "body": forms.Textarea(attrs={"rows": 7}),
            "citizen_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "citizen_phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, data=None, files=None, *, studio):
        super().__init__(data, files, initial={"submission_key": fresh_key()})
        self.fields["title"].required = False
        self.fields["deputy"].queryset = studio.deputies.filter(active=True).order_by("name_pinyin", "id")
        for name, length in (("citizen_name", 50), ("citizen_phone", 40)):
            self.fields[name].validators.append(MaxLengthValidator(length))
        for name in ("title", "body", "place"):
            # Browsers cut a paste at maxlength without a word; the server names the field instead.
            self.fields[name].widget.attrs.pop("maxlength", None)

    def renewed(self):
        """The same words in a form that was not sent yet."""
        data = self.data.copy()
        data["submission_key"] = fresh_key()
        return data

    def clean_submission_key(self):
        try:
            return uuid.UUID(_key_signer.unsign(self.cleaned_data["submission_key"], max_age=FORM_GOOD_FOR))
        except (BadSignature, ValueError):
            raise ValidationError(
                _("This page is too old. What you wrote is still here: send it again.")
            ) from None

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this field empty."))

    def clean_citizen_phone(self):
        typed = self.cleaned_data["citizen_phone"].strip()
        if typed and not phones.normal(typed):
            raise ValidationError(
                _(
                    "This is no whole phone number: a mobile has 11 digits, a landline its area code and 7 or 8."
                )
            )
        return phones.normal(typed)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("anonymous"):
            for name in ("citizen_name", "citizen_phone"):
                if cleaned.get(name):
                    self.add_error(name, _("You do not want to say who you are: then leave this empty."))
        if not cleaned.get("title") and cleaned.get("body"):
            cleaned["title"] = " ".join(cleaned["body"].split())[:TITLE_FROM_BODY]
        return cleaned

    def written(self) -> dict:
        """What `services.submit` takes, by name."""
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "submission_key", "files")}


class TrackForm(Plain):
    code = forms.CharField(
        label=_("Query code"),
        max_length=60,
        help_text=_("The 16 digits on your receipt."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    tail = forms.CharField(
        label=_("Last four digits of your phone number"),
        required=False,
        max_length=20,
        help_text=_("If you gave no phone number, leave this empty."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_code(self):
        code = codes.typed_digits(self.cleaned_data["code"])
        if len(code) != codes.LENGTH:
            raise ValidationError(_("The query code has 16 digits."))
        return code

    def clean_tail(self):
        typed = self.cleaned_data["tail"]
        tail = codes.typed_digits(typed)
        if typed and len(tail) != codes.TAIL:
            raise ValidationError(_("Four digits, please."))
        return tail


class Evaluate(Plain):
    code = "evaluate"
    submit = _("Send")

    satisfaction = one_of(_("Are you satisfied with the answer?"), Satisfaction.choices)
    reason = words(
        _("Why?"),
        required=False,
        help_text=_("Needed if you are not satisfied: the matter is then taken up again."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("satisfaction") == Satisfaction.NOT and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Please say why, so that it can be done better."))
        return cleaned

    def arguments(self):
        return {**self.cleaned_data, "how": HowRated.WEB}

    @property
    def done(self):
        unhappy = self.cleaned_data["satisfaction"] == Satisfaction.NOT
        return Reopen.done if unhappy else _("Thank you. Your word counts.")


class Reopen(Plain):
    code = "reopen"
    heading = _("It is not settled after all")
    submit = _("Ask to take it up again")
    done = _("Your matter is taken up again.")

    reason = words(_("What is still wrong?"))

    def arguments(self):
        return self.cleaned_data


class Withdraw(Plain):
    code = "withdraw"
    heading = _("I want to take it back")
    submit = _("Take it back")
    done = _("You have taken it back. Nothing more will be done about it.")

    reason = words(_("Why?"))

    def arguments(self):
        return self.cleaned_data


TAKES = {form.code: form for form in (Evaluate, AnswerQuestion, Supplement, Reopen, Withdraw)}
