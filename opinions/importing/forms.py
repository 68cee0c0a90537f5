"""The upload of a ledger. Its content is read later; here only that there is a file, and not too large."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from common.excel.tables import BROWSER


class UploadForm(forms.Form):
    """One ledger file."""

    file = forms.FileField(
        label=_("Ledger as Excel workbook or CSV file"),
        help_text=_("At most 20 MB and 50,000 rows. Choose the file, or drag it onto the field."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv", "class": "form-control drop"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )

    source = forms.CharField(
        label=_("Where the table comes from"),
        max_length=60,
        required=False,
        help_text=_("For example the hot line. What you decide about its columns is kept for its next file."),
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > BROWSER.bytes:
            raise ValidationError(_("The file is larger than %d MB; divide it.") % (BROWSER.bytes >> 20))
        return file
