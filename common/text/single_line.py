"""Text of one line: names, titles, places. A line break in one would break what is made of it (the subject of an
e-mail, a row of a file), so the columns here remove it on saving, whichever way it came in."""

import re
from typing import Any

from django import forms
from django.db import models

from .visible import visible

BREAK = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+\s*")


def one_line(text: str) -> str:
    """Return `text` with every line break and tab, and the blanks around it, as one blank; without blanks at its ends
    and characters that nobody sees."""
    return visible(BREAK.sub(" ", text))


def one_lined(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """Return `values` (name of a field of `model` → value), those of one line as they will be stored."""
    columns = {field.name for field in model._meta.concrete_fields if getattr(field, "one_line", False)}
    return {
        name: one_line(value) if name in columns and isinstance(value, str) else value
        for name, value in values.items()
    }


class LineFormField(forms.CharField):
    """The form field of `OneLine` columns: its value is one line."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


class OneLine(models.Field):
    """Of a text column: what is saved is one line, by `save`, `bulk_create` and `update` all the same.

    For migrations it is the plain column `STORED`: nothing changes in the database.
    """

    one_line = True
    STORED = ""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, self.STORED, args, kwargs

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)
        if isinstance(value, str) and value != (value := one_line(value)):
            setattr(instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(one_line(value) if isinstance(value, str) else value)

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", LineFormField)
        kwargs.setdefault("widget", forms.TextInput)
        return super().formfield(**kwargs)


class LineField(OneLine, models.CharField):
    """A name, a title, an address: see `OneLine`."""

    STORED = "django.db.models.CharField"
