"""The line of an anchor: made, signed by Ed25519 with a key that is never in the database, and read again."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from common.security.crypto import derived_key

PURPOSE = "congress-liaison anchor "  # what is signed begins so: the signature means nothing else
SIGNED = ("at", "key", "previous", "root", "size")


@dataclass(frozen=True)
class Line:
    """An anchor as it stands in the file. `previous`: the SHA-256 of the line before, empty in the first."""

    at: datetime
    key: str
    previous: str
    root: str
    size: int
    signature: str


def signing_key() -> Ed25519PrivateKey:
    """Return the key of ANCHOR_KEY (64 hex digits), or one derived from SECRET_KEY; raises ValueError for another."""
    given = settings.ANCHOR_KEY
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(given) if given else derived_key("anchors"))


def public_key() -> str:
    """Return the public half of the key in hex, by which anybody can check an anchor."""
    return signing_key().public_key().public_bytes_raw().hex()


def make_line(*, size: int, root: bytes, at: datetime, previous: str) -> str:
    """Return the signed line of an anchor; `previous` is the line before it, empty for the first."""
    content: dict[str, Any] = {
        "at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "key": public_key(),
        "previous": hashlib.sha256(previous.encode()).hexdigest() if previous else "",
        "root": root.hex(),
        "size": size,
    }
    content["signature"] = signing_key().sign(_message(content)).hex()
    return json.dumps(content, sort_keys=True)


def read_line(line: str) -> Line:
    """Return what a line says; raises ValueError when it is none, or not signed by a key of ours."""
    try:
        content = json.loads(line)
        known = {public_key(), *settings.ANCHOR_FORMER_KEYS}
        if content["key"] not in known:
            raise ValueError("signed with another key")
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(content["key"]))
        key.verify(bytes.fromhex(content["signature"]), _message(content))
        return Line(**content | {"at": datetime.fromisoformat(content["at"])})
    except (InvalidSignature, KeyError, TypeError) as error:
        raise ValueError(str(error) or "the signature does not hold") from error


def _message(content: dict[str, Any]) -> bytes:
    return (PURPOSE + json.dumps({name: content[name] for name in SIGNED}, sort_keys=True)).encode()
