"""The forms of the roll: an uploaded table on its way through the preview, and the change-over."""

from cryptography.fernet import InvalidToken
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.crypto import cipher
from deputies.models import Term

from .activity import DAY

MOST = 1 << 20  # bytes; ten thousand deputies
KEPT = 24 * 3600  # seconds that a preview stays good


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Roll as Excel workbook or CSV file"),
        help_text=_("At most 1 MB. Choose the file, or drag it onto the field."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv", "class": "form-control drop"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST:
            raise ValidationError(_("The file is larger than %d MB; divide it.") % (MOST >> 20))
        return file


def sealed(name: str, content: bytes) -> str:
    """The file as the preview carries it, encrypted: so nothing of it lies on a disk of ours in between."""
    return cipher().encrypt(name.encode() + b"\0" + content).decode()


def unsealed(token: str) -> tuple[str, bytes] | None:
    """(name, content) again; None for what is not of our making or too old."""
    try:
        name, _sep, content = cipher().decrypt(token.encode(), ttl=KEPT).partition(b"\0")
    except (InvalidToken, ValueError):
        return None
    return name.decode(), content


class TermForm(forms.Form):
    """Which term ends, and what begins."""

    term = forms.ModelChoiceField(
        label=_("Term that ends"), queryset=Term.objects.none(), empty_label=_("choose")
    )
    number = forms.IntegerField(label=_("Number of the new term"), min_value=1, max_value=99)
    starts_on = forms.DateField(label=_("The new term starts on"), widget=DAY)

    def __init__(self, data=None, *, terms, names):
        super().__init__(data)
        self.fields["term"].queryset = terms
        self.fields["term"].label_from_instance = lambda term: (
            f"{names.get(term.area_code, '')} {term}".strip()
        )
