"""Where archives lie: a folder (of another machine, mounted), or a bucket of an S3-compatible store."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings

from . import Refused

PARTIAL = ".partial"


class Target(Protocol):
    """What `backup` and `restore` need of a place."""

    def names(self) -> list[str]:
        """Return the names of everything that is there."""

    def take(self, name: str, file: Path) -> None:
        """Take over `file` under `name`; it is there whole or not at all."""

    def fetch(self, name: str, file: Path) -> None:
        """Copy `name` into `file`."""

    def delete(self, name: str) -> None:
        """Delete `name`."""


class Folder:
    """A folder on this machine."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def names(self) -> list[str]:
        return (
            [f.name for f in self.path.iterdir() if not f.name.endswith(PARTIAL)]
            if self.path.exists()
            else []
        )

    def take(self, name: str, file: Path) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in self.path.glob(f"*{PARTIAL}"):
            old.unlink()
        draft = self.path / f"{name}{PARTIAL}"
        with file.open("rb") as source, open(draft, "wb", opener=_private) as target:
            shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())
        draft.rename(self.path / name)
        with _opened(self.path) as folder:
            os.fsync(folder)

    def fetch(self, name: str, file: Path) -> None:
        shutil.copyfile(self.path / name, file)

    def delete(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class Bucket:
    """A bucket at the store of S3_ENDPOINT, with the keys of S3_ACCESS_KEY; it must not be the bucket of uploads, which
    one mistake would take away together with its backups."""

    def __init__(self, where: str) -> None:
        import boto3
        from botocore.config import Config

        self.bucket, _slash, prefix = where.partition("/")
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        options = settings.IN_A_BUCKET["OPTIONS"]
        if self.bucket == options["bucket_name"]:
            raise Refused("BACKUP_TARGET must be another bucket than S3_BUCKET")
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=options["endpoint_url"],
            region_name=options["region_name"],
            aws_access_key_id=options["access_key"],
            aws_secret_access_key=options["secret_key"],
            config=Config(s3={"addressing_style": options["addressing_style"]}, connect_timeout=5),
        )

    def names(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        return [o["Key"].removeprefix(self.prefix) for page in pages for o in page.get("Contents", [])]

    def take(self, name: str, file: Path) -> None:
        self.client.upload_file(str(file), self.bucket, self.prefix + name)

    def fetch(self, name: str, file: Path) -> None:
        self.client.download_file(self.bucket, self.prefix + name, str(file))

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.prefix + name)


def target_of(setting: str) -> Target:
    """Return the place that BACKUP_TARGET names: s3://bucket[/prefix], or a folder. Raises Refused without one."""
    if not setting:
        raise Refused("BACKUP_TARGET is not set: a folder on another disk, or s3://bucket/prefix")
    return Bucket(setting.removeprefix("s3://")) if setting.startswith("s3://") else Folder(setting)


def read(target: Target, name: str, scratch: Path) -> IO[bytes]:
    """Return `name` opened for reading, copied into the folder `scratch`."""
    file = scratch / name
    target.fetch(name, file)
    return file.open("rb")
