"""Text that stands in one line: names, titles, places. A line break in one would break what is made of it (the subject
of an e-mail, a row of a file), so whoever stores one takes it out, whichever door it came by."""

import re

from django import forms
from django.db import models

BREAK = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+\s*")


def one_line(text: str) -> str:
    """`text` with every line break and tab, and the blanks around it, as one blank; without blanks at its ends."""
    return BREAK.sub(" ", text).strip()


def one_lined(model, values: dict) -> dict:
    """`values` by the names of `model`'s fields, those of one line as they will be stored."""
    columns = {field.name for field in model._meta.concrete_fields if getattr(field, "one_line", False)}
    return {
        name: one_line(value) if name in columns and isinstance(value, str) else value
        for name, value in values.items()
    }


class LineFormField(forms.CharField):
    """What `OneLine` columns are typed into."""

    def to_python(self, value):
        return one_line(super().to_python(value))


class OneLine:
    """Of a text column: what is saved is one line, by `save`, `bulk_create` and `update` all the same.

    For migrations it is the plain column `STORED`: nothing changes in the database.
    """

    one_line = True
    STORED = ""

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, self.STORED, args, kwargs

    def pre_save(self, instance, add):
        value = super().pre_save(instance, add)
        if isinstance(value, str) and value != (value := one_line(value)):
            setattr(instance, self.attname, value)
        return value

    def get_prep_value(self, value):
        return super().get_prep_value(one_line(value) if isinstance(value, str) else value)

    def formfield(self, **kwargs):
        kwargs.setdefault("form_class", LineFormField)
        kwargs.setdefault("widget", forms.TextInput)
        return super().formfield(**kwargs)


class LineField(OneLine, models.CharField):
    """A name, a title, an address: see `OneLine`."""

    STORED = "django.db.models.CharField"
