"""The office's password rule, letters and digits together (等保 2.0, identity authentication), and secrets by it."""

import secrets

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

# Without letters and digits that are mistaken for each other when read out or written on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"


def readable_secret() -> str:
    """Make a password or recovery code to be shown once: four groups of three letters and a digit, over 60 bits, valid
    by the rules."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(3)) + secrets.choice(DIGITS) for _ in range(4)]
    return "-".join(groups)


class MixedCharactersValidator:
    """Refuses a password that has no letter or no digit."""

    def validate(self, password: str, user: User | None = None) -> None:
        if not (any(c.isalpha() for c in password) and any(c.isdigit() for c in password)):
            raise ValidationError(_("The password must contain both letters and digits."), code="not_mixed")

    def get_help_text(self) -> str:
        return _("Your password must contain both letters and digits.")
