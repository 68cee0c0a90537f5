"""Files at rest: what is uploaded or made stands encrypted in the folder or bucket, and clear only in memory.

Under the keys of the columns (crypto.py). A file from before this is read as it is, and encrypted by `rotate_keys`.
"""

import base64
import os
import tempfile
from typing import TYPE_CHECKING, Any

from cryptography.fernet import InvalidToken
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from .crypto import cipher

MARK = b"CLE1"  # what follows is a Fernet token, as bytes

if TYPE_CHECKING:
    from django.core.files.storage import Storage as Base
else:
    Base = object


class Unreadable(OSError):
    """The stored file was changed, or its key is missing."""


def sealed(content: bytes) -> bytes:
    """Return `content` as it is stored, encrypted with the first key."""
    return MARK + base64.urlsafe_b64decode(cipher().encrypt(content))


def opened(stored: bytes) -> bytes:
    """Return the content of a stored file. Raises InvalidToken for one whose key is missing, or that was changed."""
    return (
        cipher().decrypt(base64.urlsafe_b64encode(stored[len(MARK) :])) if stored.startswith(MARK) else stored
    )


class EncryptedFiles(Base):
    """A storage whose files are encrypted. They are whole in memory while they are written or read: none is larger than
    what a form takes."""

    def _save(self, name: str, content: File) -> str:
        whole = b"".join(content.chunks())
        return super()._save(name, ContentFile(sealed(whole)))  # type: ignore[misc, no-any-return]

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError(f"stored files are read whole and never written to, not opened as {mode}")
        with self._stored(name) as file:
            try:
                return ContentFile(opened(file.read()), name=name)
            except InvalidToken as error:
                raise Unreadable(f"{name} cannot be decrypted with the keys that are set") from error

    def _stored(self, name: str) -> File:
        return super()._open(name, "rb")  # type: ignore[misc, no-any-return]

    def reseal(self, name: str) -> None:
        """Encrypt a stored file with the first key, in its place. Raises InvalidToken as `opened` does."""
        with self._stored(name) as file:
            content = opened(file.read())
        self._replace(name, sealed(content))

    def _replace(self, name: str, stored: bytes) -> None:
        raise NotImplementedError


class EncryptedFolder(EncryptedFiles, FileSystemStorage):
    """Uploads in a folder."""

    def _replace(self, name: str, stored: bytes) -> None:
        """Write beside the file and put it in its place in one step: a reader meanwhile reads the one or the other."""
        path = self.path(name)
        with tempfile.NamedTemporaryFile(dir=os.path.dirname(path), delete=False) as beside:
            beside.write(stored)
        os.chmod(beside.name, os.stat(path).st_mode)
        os.replace(beside.name, path)


def reseal(storage: Any, name: str) -> bool:
    """Encrypt one file with the first key; returns whether there was one."""
    if not name or not storage.exists(name):
        return False
    storage.reseal(name)
    return True
