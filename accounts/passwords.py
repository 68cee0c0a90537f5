"""The office's password rule, letters and digits together (等保 2.0, identity authentication), and secrets by it."""

import hashlib
import secrets
from collections.abc import Callable, Sequence

from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

# Without letters and digits that are mistaken for each other when read out or written on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"
FORMER = 5  # passwords that are remembered, so that a forced change does not go round in a circle


class SecretHasher(PBKDF2PasswordHasher):
    """For passwords that `readable_secret` made: nobody guesses one of them, however quick a guess is, and an import
    makes hundreds. The first login stores it as any other password; it has to be changed then anyway."""

    algorithm = "pbkdf2_secret"
    iterations = 1000


def readable_secret(draw: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Make a password or recovery code to be shown once: four groups of three letters and a digit, over 60 bits, valid
    by the rules. `draw` chooses a character."""
    groups = ["".join(draw(LETTERS) for _ in range(3)) + draw(DIGITS) for _ in range(4)]
    return "-".join(groups)


def secret_of(seed: str, username: str) -> str:
    """Return the `readable_secret` of one account among many: always the same of a secret `seed`, so that a page can
    show a hundred passwords again while the browser keeps nothing but the seed."""
    stream = hashlib.sha512(f"{seed} {username}".encode()).digest()
    parts = iter([int.from_bytes(stream[n : n + 4]) for n in range(0, len(stream), 4)])
    return readable_secret(lambda signs: signs[next(parts) % len(signs)])


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
