"""Text that people type: still searchable in the database, while the phone and ID numbers in it, and a name that is
to be kept secret, are encrypted in place (ADR 0030).

An encrypted piece is spelled in characters of Unicode's private plane 15, which nobody types and no search finds.
"""

import base64
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from common.text.single_line import LineFormField, one_line

from .crypto import cipher
from .numbers import numbers_in

FIRST = 0xF0000  # stands for the byte 0
END = chr(FIRST + 256)
SEALED = re.compile(f"([{chr(FIRST)}-{chr(FIRST + 255)}]+){END}")
# Typed by somebody: encrypted as well, so that it comes back as it was.
OURS = re.compile(f"[{chr(FIRST)}-{END}]+")


def encrypt_spans(text: str, names: Iterable[str] = ()) -> str:
    """Return `text` as it is stored: with the numbers and the `names` in it encrypted."""
    spans = [*numbers_in(text), *(found.span() for found in OURS.finditer(text))]
    for name in names:
        spans += [found.span() for found in re.finditer(re.escape(name), text)]
    if not spans:
        return text
    stored, done = [], 0
    for first, last in sorted(spans):
        if last > done:
            begin = max(first, done)
            stored += [text[done:begin], _encrypted(text[begin:last])]
            done = last
    return "".join([*stored, text[done:]])


def decrypt_spans(stored: str) -> str:
    """Return the text as it was typed."""
    return SEALED.sub(lambda found: _decrypted(found[1]), stored) if END in stored else stored


def _encrypted(piece: str) -> str:
    token = base64.urlsafe_b64decode(cipher().encrypt(piece.encode()))
    return "".join(chr(FIRST + byte) for byte in token) + END


def _decrypted(piece: str) -> str:
    token = bytes(ord(sign) - FIRST for sign in piece)
    return cipher().decrypt(base64.urlsafe_b64encode(token)).decode()


class _Named(str):
    """Text on its way to the database, with the names to be hidden in it."""

    names: tuple[str, ...] = ()


class PartlyEncryptedTextField(models.TextField):
    """Reads and writes text as it was typed. The names to be kept secret are in the property `secret_names` of the row,
    or of the one that the path `of` leads to. `one_line`: typed into a single line."""

    def __init__(self, *args: Any, one_line: bool = False, of: str = "", **kwargs: Any) -> None:
        self.one_line, self.of = one_line, of
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"one_line": True} if self.one_line else {})

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        return decrypt_spans(value) if value else value

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)
        if self.one_line and isinstance(value, str) and value != (value := one_line(value)):
            setattr(instance, self.attname, value)
        for name in self.of.split("__") if self.of else ():
            instance = getattr(instance, name)
        names = getattr(instance, "secret_names", ())
        if names and isinstance(value, str):
            value = _Named(value)
            value.names = tuple(names)
        return value

    def get_prep_value(self, value: Any) -> Any:
        names = getattr(value, "names", ())
        if self.one_line and isinstance(value, str):
            value = one_line(value)
        value = super().get_prep_value(value)
        return encrypt_spans(str(value), names) if value else value

    def formfield(self, **kwargs: Any) -> Any:
        if self.one_line:
            kwargs.setdefault("widget", forms.TextInput)
            kwargs.setdefault("form_class", LineFormField)
        return super().formfield(**kwargs)
