"""The forms in which a person logs in, chooses their own password and gives the second factor."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LoginForm(AuthenticationForm):
    """Django's form; a name longer than any account's is refused without being recorded as an attempt."""

    def clean(self) -> dict[str, Any]:
        longest = self.username_field.max_length
        if longest is not None and len(self.cleaned_data.get("username", "")) > longest:
            raise self.get_invalid_login_error()
        return super().clean()


def _other_than_present(form: Any) -> str:
    """Return the new password of `form`; refuse the present one."""
    password: str = form.cleaned_data["new_password1"]
    if form.user.check_password(password):
        raise ValidationError(_("Choose a password other than the present one."), code="same")
    return password


class CodeForm(forms.Form):
    """The code of the second factor, or a recovery code."""

    code = forms.CharField(label=pgettext_lazy("second factor", "Code"), max_length=40)


class NewPasswordForm(SetPasswordForm):
    """Django's form, for who comes by a login link; the present password is refused too."""

    clean_new_password1 = _other_than_present


class OwnPasswordForm(PasswordChangeForm):
    """Django's form, which also refuses the present password: a forced change must change something."""

    clean_new_password1 = _other_than_present
