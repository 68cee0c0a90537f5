"""The office's password rule: letters and digits together (等保 2.0, identity authentication)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class MixedCharactersValidator:
    """Refuses a password that has no letter or no digit."""

    def validate(self, password, user=None):
        if not (any(c.isalpha() for c in password) and any(c.isdigit() for c in password)):
            raise ValidationError(_("The password must contain both letters and digits."), code="not_mixed")

    def get_help_text(self):
        return _("Your password must contain both letters and digits.")
