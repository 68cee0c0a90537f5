"""In a template `form.title` is the field called title, whatever else the form calls so: the amend panel's heading was
a second input box. No field hides an attribute of its form."""

from django import forms
from django.urls import get_resolver

PRODUCT = ("accounts", "common", "deputies", "letters", "notifications", "opinions", "portal", "reports", "studios",
           "workdays")  # fmt: skip


def forms_below(base):
    for form in base.__subclasses__():
        yield form
        yield from forms_below(form)


def product_forms():
    get_resolver().url_patterns  # noqa: B018 - loads every view, and with it every form
    found = {form for form in forms_below(forms.BaseForm) if form.__module__.split(".")[0] in PRODUCT}
    return sorted(found, key=lambda form: f"{form.__module__}.{form.__qualname__}")


def test_there_are_forms_to_look_at():
    assert len(product_forms()) > 50


def test_no_field_of_a_form_hides_an_attribute_of_the_form():
    hidden = [
        f"{form.__qualname__}.{name}"
        for form in product_forms()
        for name in getattr(form, "base_fields", {})
        if hasattr(form, name)
    ]
    assert hidden == []
