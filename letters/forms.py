"""The forms about letters: the reason of a cancellation, and an office's own template."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from common.ui.forms import LiaisonFormHelper

from .upload import MOST_BYTES


class CancelForm(forms.Form):
    """The reason why a letter is cancelled."""

    reason = forms.CharField(
        label=_("Why the letter is cancelled"),
        min_length=4,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It keeps its number and is shown as void, with your name and this reason."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = LiaisonFormHelper(self, form_tag=False)


class DropForm(forms.Form):
    """The reason why a draft is dropped."""

    reason = forms.CharField(label=_("Why the draft is dropped"), min_length=4, max_length=300)


class FileForm(forms.Form):
    """The number under which a letter lies in the archive."""

    number = forms.CharField(
        label=_("Archive number"), required=False, max_length=40, help_text=_("Empty if there is none yet.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = LiaisonFormHelper(self, form_tag=False)


class TemplateForm(forms.Form):
    """An office's own template."""

    file = forms.FileField(
        label=_("Word document (.docx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        help_text=_("At most 1 MB, without macros. It is tested before it is used."),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )
    note = forms.CharField(label=_("What is new in it"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = LiaisonFormHelper(self, submit=_("Try it out and use it"))

    def clean_file(self) -> UploadedFile:
        """Refuse a file of more than 1 MB."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 1 MB."))
        return file
