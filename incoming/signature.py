"""The signature by which a call of the gateway is known to be its own (docs/sms-gateway.md)."""

import hashlib
import hmac
import time

from django.utils.crypto import constant_time_compare

# Seconds by which the gateway's clock may differ; an older call cannot be played again.
GOOD_FOR = 300


def signature(key: str, timestamp: str, body: bytes) -> str:
    """Return the signature of `body` sent at `timestamp` (Unix time as text): hex of an HMAC with SHA-256."""
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(key: str, timestamp: str, body: bytes, given: str) -> bool:
    """Return whether `given` is the signature of this call, and the call is no older than GOOD_FOR."""
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(time.time() - int(timestamp[:12])) > GOOD_FOR:
        return False
    return constant_time_compare(signature(key, timestamp, body), given.lower())
