"""Files from outside: what they really are, whether we accept them, and a copy in which nothing else is hidden.

The content decides, never the name or the browser's claim. Images are redrawn, so that position, device and all other
metadata are gone; a PDF stays as it is, and is only ever served to be downloaded (ADR 0027).
"""

import re
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from . import photos, storage, virus_scan

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
MOST_TOGETHER_MB = 50
MOST_TOGETHER = (
    MOST_TOGETHER_MB * MEGABYTE
)  # the proxy takes a little more in one request (deploy/nginx.conf)
MOST_FILES = 5
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
SUFFIX = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
NOT_TAKEN = _("“%(name)s” is no photo (JPEG, PNG, WebP) and no PDF that we can read.")
HEIC = _(
    "“%(name)s” is a photo in the HEIC format, which we cannot read. Take a screenshot of the photo and send that; "
    "or set the phone's camera to “Most Compatible” (JPEG) and take it again."
)
# ISO 14496-12: what a file of this family begins with names its kind; these are the phones' photos (ISO 23008-12).
HEIC_KINDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
# What we could not keep as it is: what is wrong, and what the person can do about it.
WRONG_PICTURE = {
    "pixels": _(
        "“%(name)s” has %(pixels)d million pixels; we can keep 25 million. Set the camera to a lower resolution and "
        "take it again, or open the photo, take a screenshot of it, and send that."
    ),
    "moving": _(
        "“%(name)s” is a moving picture, of which we could keep only the first frame. Send screenshots of what matters."
    ),
    "heavy": _("“%(name)s” is too large to be kept without loss. Save it as JPEG and send that."),
    "busy": _("Many photos are being sent just now. Send “%(name)s” again in a minute."),
}
LOCKED_PDF = re.compile(
    rb"/Encrypt\s*(<<|\d+\s+\d+\s+R)"
)  # ISO 32000-1, 7.6: in the trailer, never compressed
LOCKED = _(
    "“%(name)s” is a PDF protected by a password, which those who work on it could not open. Save it without "
    "protection (print it to a PDF, for example), or send photos of its pages."
)
TOO_LARGE = _("“%(name)s” is larger than 20 MB.")
EMPTY = _("“%(name)s” is empty.")
TOO_MANY = _("At most 5 files.")
TOO_MUCH = _("Together at most 50 MB; send fewer or smaller files.")


@dataclass(frozen=True)
class Upload:
    """A file as we keep it."""

    name: str
    kind: str
    content: bytes

    def stored(self) -> ContentFile:
        """Return it for a FileField, under a name that nobody guesses and that holds nothing a stranger typed."""
        return ContentFile(self.content, name=f"{uuid.uuid4().hex}{SUFFIX[self.kind]}")


def examine(file: File, *, side: int = 0) -> Upload:
    """Return the file as we keep it; `side` as in `photos.redraw`. Raises ValidationError, worded for the person
    who sent it, when we do not keep it."""
    shown = {"name": safe_name(file.name or "", "")}
    if file.size > MOST_BYTES:
        raise ValidationError(TOO_LARGE, params=shown)
    content = file.read()
    if content.startswith(b"%PDF-"):
        kind = PDF
        if LOCKED_PDF.search(content):
            raise ValidationError(LOCKED, params=shown)
    else:
        kind, content = _redrawn(content, shown, side)
    try:
        virus_scan.scan(content)
    except virus_scan.Found:
        raise ValidationError(_("“%(name)s” holds harmful code and is not taken."), params=shown) from None
    except virus_scan.NotScanned:
        raise ValidationError(
            _("“%(name)s” could not be checked just now. Send it later, or go on without it."), params=shown
        ) from None
    try:
        storage.ask()
    except storage.StorageDown:
        raise ValidationError(
            _("“%(name)s” cannot be stored just now. Send it later, or go on without it."), params=shown
        ) from None
    return Upload(safe_name(file.name or "", SUFFIX[kind]), kind, content)


def _redrawn(content: bytes, shown: dict[str, str], side: int) -> tuple[str, bytes]:
    try:
        kind, made = photos.redraw(content, side=side)
    except photos.NotKept as refused:
        text = WRONG_PICTURE.get(refused.why, NOT_TAKEN)
        if content[4:8] == b"ftyp" and content[8:12] in HEIC_KINDS:
            text = HEIC
        raise ValidationError(text, params={**shown, "pixels": refused.number}) from None
    return (JPEG if kind == "JPEG" else PNG), made


def safe_name(name: str, suffix: str) -> str:
    """Return a name to be shown and downloaded under: no path, no control or direction marks, ending in `suffix`, by
    its content; with an empty `suffix` the name's own ending stays."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    clean = "".join(
        c for c in last if unicodedata.category(c)[0] not in "CZ" and c not in '"<>:|?*\\/%;'
    ).strip(".")
    stem = clean.rsplit(".", 1)[0] if "." in clean else clean
    return f"{(stem or 'file')[:60]}{suffix or clean[len(stem) :][:10]}"


def numbered(uploads: Iterable[Upload]) -> list[Upload]:
    """Return `uploads` under names of ours, 1.jpg, 2.pdf: what a citizen's file is called may be a person's name."""
    return [replace(upload, name=f"{n}{SUFFIX[upload.kind]}") for n, upload in enumerate(uploads, 1)]


class PhotoInput(forms.FileInput):
    """Tells static/js/photos.js what to refuse before it is sent, and how small to make a large photo."""

    limits = {"data-file-bytes": MOST_BYTES}
    says = {"kind": NOT_TAKEN, "heic": HEIC, "large": TOO_LARGE, "empty": EMPTY}

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        side = {"data-photo-side": settings.PHOTO_SIDE, "data-photo-quality": settings.PHOTO_QUALITY / 100}
        side["data-photo-readable"] = photos.READABLE_SIDE
        errors = {f"data-say-{name}": str(text) % {"name": "%s"} for name, text in self.says.items()}
        return super().build_attrs(base_attrs | side | self.limits | errors, extra_attrs)


class PhotoField(forms.FileField):
    """One photo that is only shown, of a studio or a person; its value is an Upload."""

    widget = PhotoInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("photo"))
        kwargs.setdefault(
            "help_text", _("JPEG, PNG or WebP, at most 20 MB. Where and when it was taken is removed.")
        )
        wrong = {"required": _("Choose a photo first."), "empty": _("The file is empty.")}
        super().__init__(error_messages=wrong, **kwargs)
        self.widget.attrs["accept"] = "image/jpeg,image/png,image/webp"

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        file = super().clean(data, initial)
        if not file:
            return None
        upload = examine(file, side=photos.SHOWN_SIDE)
        if upload.kind == PDF:
            raise ValidationError(_("“%(name)s” is no photo."), params={"name": upload.name})
        return upload


class FilesInput(PhotoInput):
    """Of FilesField: also tells the script how many files and how much together may be sent."""

    allow_multiple_selected = True
    limits = PhotoInput.limits | {"data-file-count": MOST_FILES, "data-all-bytes": MOST_TOGETHER}
    says = PhotoInput.says | {"count": TOO_MANY, "together": TOO_MUCH}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Several files; its value is a list of Upload."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("photos or PDF files"))
        kwargs.setdefault(
            "help_text",
            _("At most 5 files, 20 MB each and 50 MB together. Where and when a photo was taken is removed."),
        )
        super().__init__(required=False, **kwargs)
        self.widget.attrs["accept"] = "image/jpeg,image/png,image/webp,application/pdf"

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        files = [file for file in (data or []) if file]
        if len(files) > MOST_FILES:
            raise ValidationError(TOO_MANY)
        if sum(file.size for file in files) > MOST_TOGETHER:
            raise ValidationError(TOO_MUCH)
        wrong, accepted = [], []
        for file in files:
            try:
                if not file.size:
                    raise ValidationError(EMPTY, params={"name": safe_name(file.name, "")})
                accepted.append(examine(file))
            except ValidationError as error:
                wrong.append(error)
        if wrong:
            raise ValidationError(wrong)
        return accepted
