"""The office's password rule, letters and digits together (等保 2.0, identity authentication), and secrets by it."""

import secrets

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

# Without letters and digits that are mistaken for each other when read out or written on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"
FORMER = 5  # passwords that are remembered, so that a forced change does not go round in a circle


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


class FormerPasswordValidator:
    """Refuses the present password of an account and the last ones before it."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or not user.pk:
            return
        former = user.former_passwords.values_list("password", flat=True)[:FORMER]
        if any(check_password(password, one) for one in former):
            raise ValidationError(
                _("You have had this password before. Choose another one."), code="former_password"
            )

    def get_help_text(self) -> str:
        return _("Your password must be none of the last %d that you had.") % FORMER
