"""Writing and reading one archive."""

import hashlib
import hmac
import io
import json
import tarfile
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from common.security.encrypted_files import Unreadable

from . import Refused, engines, sealing

FORMAT = 1
MANIFEST, DATABASE, MEDIA, END = "manifest.json", "database", "media/", "end.json"
CHUNK = 1 << 20


def fingerprints() -> dict[str, Any]:
    """Return what recognises the keys of this installation without saying anything about them."""

    def of(key: str) -> str:
        return hmac.digest(key.encode(), b"fingerprint of a backup", "sha256").hex()[:16]

    keys = [of(key) for key in settings.FIELD_ENCRYPTION_KEYS]
    derived = not (settings.FIELD_ENCRYPTION_KEYS and settings.PHONE_INDEX_KEY)
    return {
        "FIELD_ENCRYPTION_KEYS": keys,
        "PHONE_INDEX_KEY": of(settings.PHONE_INDEX_KEY) if settings.PHONE_INDEX_KEY else "",
        "SECRET_KEY": of(settings.SECRET_KEY) if derived else "",  # matters where another is derived from it
    }


def migrations() -> list[str]:
    """Return the newest migration of each app in this code."""
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(None).graph.leaf_nodes())


def write(file: IO[bytes], work: Path, *, now: datetime) -> dict[str, Any]:
    """Write a whole archive into `file`; `work` is an empty folder for the dump. Returns its manifest and end
    in one."""
    dump = work / DATABASE
    with engines.dumped(dump) as query:
        rows, names = engines.counts(query), engines.file_names(query)
    manifest = {
        "format": FORMAT,
        "version": settings.VERSION,
        "begun_at": now.isoformat(),
        "engine": connection.vendor,
        "keys": fingerprints(),
        "migrations": migrations(),
        "rows": rows,
    }
    files: dict[str, list[Any]] = {}
    end: dict[str, Any] = {"files": files, "missing": []}
    with (
        sealing.encrypting(file, settings.BACKUP_KEY) as clear,
        tarfile.open(fileobj=clear, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        _add_text(tar, MANIFEST, manifest)
        with dump.open("rb") as source:
            end["database"] = _add(tar, DATABASE, source, dump.stat().st_size)
        dump.unlink()
        for name in names:
            try:
                with default_storage.open(name) as source:
                    files[name] = _add(tar, MEDIA + name, source, source.size)
            except (FileNotFoundError, Unreadable):
                # Erased meanwhile, lost or changed before: verify_ledger names it.
                end["missing"].append(name)
        _add_text(tar, END, end)
    return manifest | end


def _add_text(tar: tarfile.TarFile, name: str, value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False).encode()
    _add(tar, name, io.BytesIO(text), len(text))


class _Hashing:
    """Reads a file and keeps the hash of what was read."""

    def __init__(self, source: Any) -> None:
        self.source, self.hash = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.hash.update(data)
        return data


def _add(tar: tarfile.TarFile, name: str, source: Any, size: int) -> list[Any]:
    info, reading = tarfile.TarInfo(name), _Hashing(source)
    info.size = size
    tar.addfile(info, reading)  # type: ignore[arg-type]  # it is only read from
    return [size, reading.hash.hexdigest()]


def unpack(file: IO[bytes], work: Path) -> dict[str, Any]:
    """Unpack an archive into the folder `work` (database, media/…). Returns its manifest and end in one. Raises Refused
    for another key, a newer version, another engine, other encryption keys, or anything missing or damaged."""
    manifest: dict[str, Any] = {}
    end: dict[str, Any] = {}
    seen: dict[str, list[Any]] = {}
    try:
        with (
            sealing.decrypting(file, settings.BACKUP_KEY) as clear,
            tarfile.open(fileobj=clear, mode="r|") as tar,
        ):
            for member in tar:
                source = tar.extractfile(member)
                if source is None:
                    continue
                if member.name == MANIFEST:
                    manifest = json.load(source)
                    judge(manifest)
                elif member.name == END:
                    end = json.load(source)
                else:
                    seen[member.name] = _extract(source, _inside(work, member.name))
    except tarfile.TarError as error:
        raise Refused(f"the archive is damaged: {error}") from error
    if not manifest or not end:
        raise Refused("the archive is cut off: its end is missing")
    wanted = {DATABASE: end["database"], **{MEDIA + name: facts for name, facts in end["files"].items()}}
    if wrong := [name for name, facts in wanted.items() if seen.get(name) != facts]:
        raise Refused(f"{len(wrong)} files of the archive are missing or damaged, the first: {wrong[0]}")
    return manifest | end


def _inside(work: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts:
        raise Refused(f"the archive names a file outside its folder: {name}")
    return work.joinpath(*parts)


def _extract(source: IO[bytes], target: Path) -> list[Any]:
    target.parent.mkdir(parents=True, exist_ok=True)
    reading, size = _Hashing(source), 0
    with target.open("wb") as out:
        while data := reading.read(CHUNK):
            out.write(data)
            size += len(data)
    return [size, reading.hash.hexdigest()]


def judge(manifest: dict[str, Any]) -> None:
    """Raise Refused unless this installation can take over what the manifest describes."""
    if manifest["format"] > FORMAT or set(manifest["migrations"]) - _known_migrations():
        raise Refused(f"the archive is of version {manifest['version']}, newer than {settings.VERSION} here")
    if manifest["engine"] != connection.vendor:
        raise Refused(f"the archive is of {manifest['engine']}, this database is {connection.vendor}")
    ours, theirs = fingerprints(), manifest["keys"]
    for name in ("PHONE_INDEX_KEY", "SECRET_KEY"):
        if theirs[name] and theirs[name] != ours[name]:
            raise Refused(f"{name} is not the one of the archive")
    if missing := [
        key for key in theirs["FIELD_ENCRYPTION_KEYS"] if key not in ours["FIELD_ENCRYPTION_KEYS"]
    ]:
        raise Refused(f"FIELD_ENCRYPTION_KEYS lacks {len(missing)} of the keys of the archive")


def _known_migrations() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes}
