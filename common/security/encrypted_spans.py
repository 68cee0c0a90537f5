"""Text that people type: still searchable in the database, while the phone and ID numbers in it, and all that gives
away somebody who is to be kept secret, are encrypted in place (ADR 0030).

An encrypted piece is spelled in characters of Unicode's private plane 15, which nobody types and no search finds.
"""

import base64
import re
from collections.abc import Callable
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
# Returns where in a text the pieces to be hidden begin and end.
Finder = Callable[[str], list[tuple[int, int]]]


def encrypt_spans(text: str, find: Finder | None = None) -> str:
    """Return `text` as it is stored: with the numbers in it, and what else `find` finds, encrypted."""
    spans = [
        *numbers_in(text),
        *(found.span() for found in OURS.finditer(text)),
        *(find(text) if find else ()),
    ]
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


class _Secret(str):
    """Text on its way to the database, with what finds the pieces to be hidden in it."""

    finder: Finder


class PartlyEncryptedTextField(models.TextField):
    """Reads and writes text as it was typed. What is to be kept secret in it is found by the property `secret_spans` of
    the row, or of the one that the path `of` leads to: a Finder, or None where nothing is. `one_line`: typed into a
    single line."""

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
        find = getattr(instance, "secret_spans", None)
        if find and isinstance(value, str):
            value = _Secret(value)
            value.finder = find
        return value

    def get_prep_value(self, value: Any) -> Any:
        find = value.finder if isinstance(value, _Secret) else None
        if self.one_line and isinstance(value, str):
            value = one_line(value)
        value = super().get_prep_value(value)
        return encrypt_spans(str(value), find) if value else value

    def formfield(self, **kwargs: Any) -> Any:
        if self.one_line:
            kwargs.setdefault("widget", forms.TextInput)
            kwargs.setdefault("form_class", LineFormField)
        return super().formfield(**kwargs)
