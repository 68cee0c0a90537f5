"""How every form looks: the crispy helper that forms assign to `self.helper`; and choices written in one go."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.forms import BaseForm, CharField, CheckboxSelectMultiple, PasswordInput, Select
from django.forms.utils import flatatt
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from common.text.visible import visible

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SAVE = _("Save")


class LiaisonFormHelper(FormHelper):
    """A POST form: labels above, error summary on top, errors beside the fields, one main button.

    `submit` is the button's text ("" or `form_tag=False`: the page's template writes its own buttons).
    `draft` keeps what is typed in the browser under that key, until a page after saving says `draft:KEY`
    in a message's extra tags. `cancel_url` adds a quiet way back beside the button.
    """

    layout: Layout

    def __init__(
        self,
        form: BaseForm | None = None,
        *,
        submit: "StrOrPromise" = SAVE,
        form_tag: bool = True,
        draft: str = "",
        action: str = "",
        cancel_url: str = "",
    ) -> None:
        super().__init__(form)
        self.as_it_comes = self.layout
        self.form_method = "post"
        self.form_tag = form_tag
        self.form_action = action
        self.form_class = "liaison-form"
        self.attrs = {"novalidate": True} | ({"data-draft-key": draft} if draft else {})
        # Read by templates/bootstrap5/inputs.html.
        self.submit_text = submit if form_tag else ""
        self.cancel_url = cancel_url

    def render_layout(self, form: BaseForm, context: Any, template_pack: Any = None) -> SafeString:
        """Render the layout; a form without one of its own shows the fields it has now, for some may have been removed
        after the helper was made."""
        if self.layout is self.as_it_comes:
            self.layout = self.as_it_comes = self.build_default_layout(form)
        return super().render_layout(form, context, template_pack)


class LongSelect(Select):
    """The same as Django's select of choices without groups, written without a template for each option: of
    some hundred options that was a third of the opinion list's time."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value))
        options = "".join(_options(self.choices, chosen))
        attributes = flatatt(self.build_attrs(self.attrs, attrs))
        return mark_safe(f'<select name="{escape(name)}"{attributes}>{options}</select>')  # noqa: S308 - escaped


class VisibleText(BaseForm):
    """A form whose texts are without the characters that nobody sees: what is required must be visible."""

    def full_clean(self) -> None:
        """Validate the texts as they are seen; the form shows them so again."""
        if self.is_bound:
            self.data = self._seen(self.data)
        super().full_clean()

    def _seen(self, data: Any) -> Any:
        names = [
            self.add_prefix(name)
            for name, field in self.fields.items()
            if isinstance(field, CharField) and not isinstance(field.widget, PasswordInput)
        ]
        changed = {
            name: seen
            for name in names
            if isinstance(typed := data.get(name), str)
            and (seen := visible(typed)) != typed
            and (seen or typed.strip())
        }
        if not changed:
            return data
        data = data.copy()
        for name, seen in changed.items():
            data[name] = seen
        return data


def _options(choices: Iterable[tuple[Any, Any]], chosen: set[str]) -> Iterator[str]:
    for value, label in choices:
        selected = " selected" if str(value) in chosen else ""
        yield f'<option value="{escape(value)}"{selected}>{escape(label)}</option>'


class CheckBoxes(CheckboxSelectMultiple):
    """The same as crispy's check boxes, likewise without a template for each."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen, box_id = set(self.format_value(value)), (attrs or {}).get("id", f"id_{name}")
        boxes = (
            (box_id, place, name, code, mark_safe(" checked") if str(code) in chosen else "", label)
            for place, (code, label) in enumerate(self.choices)
        )
        return format_html(
            "<div>{}</div>",
            format_html_join(
                "",
                '<div class="form-check"><input type="checkbox" class="form-check-input" id="{0}_{1}" name="{2}" '
                'value="{3}"{4}><label for="{0}_{1}" class="form-check-label">{5}</label></div>',
                boxes,
            ),
        )
