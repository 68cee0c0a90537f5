"""An uploaded register on its way through the preview."""

from typing import Any

from cryptography.fernet import InvalidToken
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.security.crypto import cipher

MOST = 1 << 20  # bytes; ten thousand rows
KEPT = 24 * 3600  # seconds that a preview stays good


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Excel workbook or CSV file"),
        help_text=_("At most 1 MB. Choose the file, or drag it onto the field."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv", "class": "form-control drop"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large."""
        file = self.cleaned_data["file"]
        if file.size > MOST:
            raise ValidationError(_("The file is larger than %d MB; divide it.") % (MOST >> 20))
        return file


def encrypt_upload(name: str, content: bytes) -> str:
    """The file as the preview carries it, encrypted: so nothing of it lies on a disk of ours in between."""
    return cipher().encrypt(name.encode() + b"\0" + content).decode()


def decrypt_upload(token: str) -> tuple[str, bytes] | None:
    """(name, content) again; None for what is not of our making or too old."""
    try:
        name, _sep, content = cipher().decrypt(token.encode(), ttl=KEPT).partition(b"\0")
    except (InvalidToken, ValueError):
        return None
    return name.decode(), content
