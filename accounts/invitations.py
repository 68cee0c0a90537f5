"""The links by which a person sets a password themselves: the first one, good once and for three days at most; and one
for who is kept locked out, good once and for half an hour.

Nobody else ever knows the password, and nothing is sent: who makes the account hands the link over. It ends with the
first login or the first change of the password (Django's tokens hold both).
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import base36_to_int, urlsafe_base64_encode

from accounts.models import User


def office_address() -> str:
    """Return the address under which staff reach this installation, without a slash at its end: PUBLIC_URL, else the
    first of ALLOWED_HOSTS."""
    if settings.PUBLIC_URL:
        return settings.PUBLIC_URL.rstrip("/")
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host.lstrip(".") not in ("", "*")]
    return f"{'https' if settings.HTTPS else 'http'}://{named[0] if named else 'localhost'}"


def link_for(user: User) -> str:
    """Return the whole address at which `user` sets the first password."""
    whose = urlsafe_base64_encode(force_bytes(user.pk))
    return office_address() + reverse("welcome", args=[whose, default_token_generator.make_token(user)])


class LoginLinkTokens(PasswordResetTokenGenerator):
    """Django's tokens, of a kind of their own and good for half an hour."""

    key_salt = "accounts.login_link"
    GOOD_FOR = 30 * 60  # seconds

    def check_token(self, user: Any, token: str | None) -> bool:
        """Return whether `token` is one for `user`, not used and not too old."""
        if not super().check_token(user, token):
            return False
        made = base36_to_int(str(token).partition("-")[0])
        return self._num_seconds(self._now()) - made <= self.GOOD_FOR


login_link_tokens = LoginLinkTokens()


def login_link_for(user: User) -> str:
    """Return the whole address at which `user` chooses a password and is logged in."""
    whose = urlsafe_base64_encode(force_bytes(user.pk))
    return office_address() + reverse("login_link", args=[whose, login_link_tokens.make_token(user)])
