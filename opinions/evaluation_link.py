"""The link by which a citizen evaluates an answer: signed, so that it opens one round of one opinion and no other."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_signer = Signer(salt="evaluate")


def token_of(opinion) -> str:
    return _signer.sign(f"{opinion.number}.{opinion.round}")


def read(token: str) -> tuple[str, int] | None:
    """Number and round of a token; None for one that we did not make."""
    try:
        number, round_ = _signer.unsign(token).rsplit(".", 1)
    except BadSignature:
        return None
    return number, int(round_)


def link_of(opinion) -> str:
    """The whole address for a text message; empty where the office has not said under which name it is reached."""
    if not settings.PUBLIC_URL:
        return ""
    return settings.PUBLIC_URL.rstrip("/") + reverse("portal:evaluate", args=[token_of(opinion)])
