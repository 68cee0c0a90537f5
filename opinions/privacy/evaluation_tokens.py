"""The link by which a citizen evaluates an answer: signed, so that it opens one round of one opinion and no other."""

from datetime import timedelta

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from opinions.models import Opinion

_signer = Signer(salt="evaluate")


GOOD_FOR = timedelta(days=90)
SHORT = 12  # characters of the signature, 72 bits: the link goes by text message


def token_of(opinion: Opinion) -> str:
    """Return the signed token of the opinion's present round."""
    value = f"{opinion.number}.{opinion.round}"
    return f"{value}:{_signer.signature(value)[:SHORT]}"


def read(token: str) -> tuple[str, int] | None:
    """Return number and round of a token, with the short signature or the whole one; None for a token that we did not
    make."""
    value, _colon, given = token.rpartition(":")
    whole = _signer.signature(value)
    if not any(constant_time_compare(given, good) for good in (whole, whole[:SHORT])):
        return None
    number, round_ = value.rsplit(".", 1)
    return number, int(round_)


def expired(opinion: Opinion) -> bool:
    """Tell if the link of the opinion's present round has ended: it opens what the citizen was told, for a season."""
    told_at = opinion.reported_back_at
    return bool(told_at and timezone.now() - told_at > GOOD_FOR)


def link_of(opinion: Opinion) -> str:
    """Return the whole address for a text message; empty where the office has not set PUBLIC_URL."""
    if not settings.PUBLIC_URL:
        return ""
    return settings.PUBLIC_URL.rstrip("/") + reverse("portal:evaluate", args=[token_of(opinion)])
