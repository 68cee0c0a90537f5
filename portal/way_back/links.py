"""The short address under which a citizen, or somebody they give it to, sees how far a matter is (ADR 0054).

It names no number: a row's key and a signature over it and the receipt. Another query code ends the address of the
former one.
"""

from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from opinions.models import Opinion, Receipt

SIGNED = 16  # characters of the signature, 96 bits
_signer = Signer(salt="portal.way_back")


def path_of(opinion: Opinion) -> str:
    """Return the path of the opinion's page; "" for one without a receipt."""
    receipt = Receipt.objects.filter(opinion=opinion).first()
    return reverse("follow", args=[_token(receipt)]) if receipt else ""


def key_in(token: str) -> int | None:
    """Return the key of the opinion that `token` opens; None for a token that is not ours, or no longer counts."""
    key, _dash, _signature = token.partition("-")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    receipt = Receipt.objects.filter(opinion=int(key)).first()
    return int(key) if receipt and constant_time_compare(token, _token(receipt)) else None


def _token(receipt: Receipt) -> str:
    key = receipt.opinion_id
    return f"{key}-{_signer.signature(f'{key} {receipt.lookup}')[:SIGNED]}"
