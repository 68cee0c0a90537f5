"""The link by which a person sets the first password themselves: good once, and for three days at most.

Nobody else ever knows the password, and nothing is sent: who makes the account hands the link over. It ends with the
first login or the first change of the password (Django's tokens hold both).
"""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

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
