"""Attachment: a photo or PDF that came with an opinion or with an answer to it."""

import hashlib
import io
import uuid
from typing import Any

from django.core.files import File
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.security.encrypted_spans import PartlyEncryptedTextField
from common.security.uploads import Upload


def random_path(attachment: "Attachment", _name: str) -> str:
    """Return a path that nobody can guess and that holds no text of the uploader's choosing."""
    return f"attachments/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """`sequence` is the ledger row it came with, which holds the digest: a file that was exchanged is noticed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opinion = models.ForeignKey("opinions.Opinion", models.PROTECT, related_name="attachments")
    sequence = models.PositiveIntegerField()
    name = PartlyEncryptedTextField(_("file"), max_length=80, one_line=True, of="opinion")
    kind = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to=random_path, max_length=100)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["opinion", "sequence", "name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, upload: Upload, **to: Any) -> "Attachment":
        """Return the attachment of an upload, unsaved; `to` names the opinion and the ledger row."""
        digest = hashlib.sha256(upload.content).hexdigest()
        attachment = cls(name=upload.name, kind=upload.kind, size=len(upload.content), digest=digest, **to)
        attachment.file = File(io.BytesIO(upload.content), name=upload.name)
        return attachment

    @property
    def is_image(self) -> bool:
        """True for a photo, False for a PDF."""
        return self.kind.startswith("image/")
