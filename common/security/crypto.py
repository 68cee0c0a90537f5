"""Personal data at rest: encrypted text columns, the keyed index that finds them again, and masks for the eye."""

import base64
import hashlib
import hmac
import re
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models

from common.text.single_line import OneLine


def derived_key(purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from SECRET_KEY: what is known of one says nothing of another."""
    return _derived(settings.SECRET_KEY, purpose)


@lru_cache(maxsize=16)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The first key of FIELD_ENCRYPTION_KEYS encrypts, every key decrypts, last the one derived from SECRET_KEY that
    serves where no key is set; so keys can be rotated (common/security/key_rotation.py)."""
    derived = base64.urlsafe_b64encode(derived_key("fields")).decode()
    return _cipher((*settings.FIELD_ENCRYPTION_KEYS, derived))


def keyed_hash(text: str) -> str:
    """A 64-digit index of `text` that cannot be reversed without the key: finds a phone without storing it."""
    key = settings.PHONE_INDEX_KEY.encode() or derived_key("phone index")
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database and clear in Python. Empty stays empty. Cannot be filtered by."""

    def from_db_value(self, value, expression, connection):
        return cipher().decrypt(value.encode()).decode() if value else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return cipher().encrypt(value.encode()).decode() if value else value


class EncryptedLineField(OneLine, EncryptedTextField):
    """An encrypted name or number."""

    STORED = "common.security.crypto.EncryptedTextField"


def digits(phone: str) -> str:
    """A phone number as it is indexed: digits only, without the country code."""
    only = re.sub(r"\D", "", phone)
    return only[2:] if len(only) == 13 and only.startswith("86") else only


def phone_index(phone: str) -> str:
    return keyed_hash(digits(phone)) if phone else ""


TAIL = 4  # digits that stay readable in a masked number, and that people say to find it again


def tail_index(phone: str) -> str:
    """Finds the numbers that end as this one does: some hundred of a million, so a name is needed too."""
    tail = digits(phone)[-TAIL:]
    return keyed_hash(f"tail {tail}")[:16] if len(tail) == TAIL else ""


def mask_phone(phone: str) -> str:
    """138****1234; anything too short to hide its middle is hidden whole."""
    if len(phone) < 8:
        return "*" * len(phone)
    return f"{phone[:3]}****{phone[-4:]}"


def mask_name(name: str) -> str:
    """张**: the family name stays, so that a clerk can greet the person."""
    return name[:1] + "*" * max(len(name) - 1, 0)
