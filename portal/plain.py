"""How every form of the public pages looks."""

from django import forms


class Plain(forms.Form):
    """Errors and help stand beside their field; nothing depends on a script."""

    required_css_class = "needed"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
