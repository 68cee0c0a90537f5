"""The signed address of a file, for a visitor who was shown the opinion in the last hours."""

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from opinions.models import Attachment

GOOD_FOR = 6 * 3600
_signer = TimestampSigner(salt="portal.file")


def link_to(attachment: Attachment) -> str:
    """Return the signed address of `attachment`, good for six hours."""
    return reverse("portal:file", args=[_signer.sign(str(attachment.pk))])


def key_in(token: str) -> str:
    """Return the attachment's key; "" for a token that is too old, or not ours."""
    try:
        return _signer.unsign(token, max_age=GOOD_FOR)
    except BadSignature:
        return ""
