"""The forms in which a person chooses their own password and gives the second factor."""

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=40)


class OwnPasswordForm(PasswordChangeForm):
    """Django's form, which also refuses the present password: a forced change must change something."""

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("Choose a password other than the present one."), code="same")
        return password
