"""Uploads in a bucket of an S3-compatible store, loaded only where MEDIA_STORAGE=s3 (settings.py).

A store that does not answer is a refusal in words, not an error: asked before a form with files is taken, so that its
words stand beside the field and nothing typed is lost (common/security/uploads.py); and `StorageDown` for what happens
between that question and the writing (portal/errors.py).
"""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

from .encrypted_files import EncryptedFiles
from .storage import StorageDown

NO_SUCH_THING = ("404", "NoSuchKey")


class Bucket(EncryptedFiles, S3Storage):
    """django-storages' own, with limits on how long it waits, which says that the store is down."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault(
            "client_config",
            Config(
                s3={"addressing_style": settings.get("addressing_style") or "auto"},
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 2},
            ),
        )
        super().__init__(**settings)

    def _save(self, name: str, content: File) -> str:
        try:
            return super()._save(name, content)
        except (BotoCoreError, ClientError, OSError) as error:
            raise StorageDown(str(error)) from error

    def _replace(self, name: str, stored: bytes) -> None:
        """Write over the object: a bucket shows the former or the new one, never a part."""
        self.bucket.Object(self._normalize_name(name)).put(Body=stored)

    def ask(self) -> None:
        """Return when the bucket answers. Raises StorageDown when it does not, or does not let us in."""
        try:
            self.connection.meta.client.list_objects_v2(Bucket=self.bucket_name, MaxKeys=1)
        except (BotoCoreError, ClientError, OSError) as error:
            raise StorageDown(str(error)) from error
