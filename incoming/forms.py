"""What a clerk fills in about a message that waits."""

from django import forms
from django.utils.translation import gettext_lazy as _

from opinions.models import Opinion


class AttachForm(forms.Form):
    """The opinion that the message is about."""

    number = forms.CharField(
        label=_("Number of the opinion"),
        max_length=20,
        error_messages={"required": _("Enter the number of the opinion.")},
    )


class RegisterForm(forms.Form):
    """The title of a new opinion; the words are the message's own."""

    title = forms.CharField(
        label=_("In a few words"),
        max_length=Opinion._meta.get_field("title").max_length,
        error_messages={"required": _("Say in a few words what it is about.")},
    )
