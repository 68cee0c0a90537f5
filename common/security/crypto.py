"""Personal data at rest: encrypted text columns, the keyed index that finds them again, and masks for the eye."""

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from common.text.phone_numbers import digits
from common.text.single_line import OneLine


def derived_key(purpose: str) -> bytes:
    """Derive a key of 32 bytes for one purpose from SECRET_KEY: knowing one says nothing about another."""
    return _derived(settings.SECRET_KEY, purpose)


@lru_cache(maxsize=16)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """Return the cipher of the columns: the first key of FIELD_ENCRYPTION_KEYS encrypts, every key decrypts, last the
    one derived from SECRET_KEY that serves where no key is set; so keys can be rotated
    (common/security/key_rotation.py). Raises ValueError for a malformed key."""
    derived = base64.urlsafe_b64encode(derived_key("fields")).decode()
    return _cipher((*settings.FIELD_ENCRYPTION_KEYS, derived))


def keyed_hash(text: str) -> str:
    """Return a 64-digit index of `text` that cannot be reversed without the key: finds a phone without storing it."""
    key = settings.PHONE_INDEX_KEY.encode() or derived_key("phone index")
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database and clear in Python. Empty stays empty. Cannot be filtered by."""

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        return cipher().decrypt(value.encode()).decode() if value else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return cipher().encrypt(value.encode()).decode() if value else value


class EncryptedLineField(OneLine, EncryptedTextField):
    """An encrypted name or number."""

    STORED = "common.security.crypto.EncryptedTextField"


def phone_index(phone: str) -> str:
    """Return the index by which a phone number is found, however it is written; "" for none."""
    return keyed_hash(digits(phone)) if phone else ""


TAIL = 4  # digits that stay readable in a masked number, and that people say to find it again


def tail_index(phone: str) -> str:
    """Return the index of the numbers that end as this one does: a hundred of a million, so a name is needed too."""
    tail = digits(phone)[-TAIL:]
    return keyed_hash(f"tail {tail}")[:16] if len(tail) == TAIL else ""


def mask_phone(phone: str) -> str:
    """Mask a number as 138****1234; anything too short to hide its middle is hidden whole."""
    if len(phone) < 8:
        return "*" * len(phone)
    return f"{phone[:3]}****{phone[-4:]}"


def mask_name(name: str) -> str:
    """Mask a name as 张**: the family name stays, so that a clerk can greet the person."""
    return name[:1] + "*" * max(len(name) - 1, 0)
