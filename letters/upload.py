"""Checks a .docx that an office wants for its letters, before anything of it is saved."""

import io
import zipfile

from .facts import sample
from .rendering import BadTemplate, render
from .sheet import blocks

MOST_BYTES = 1024 * 1024
MOST_PARTS = 200
MOST_UNPACKED = 10 * 1024 * 1024
MOST_XML = 2 * 1024 * 1024
# The least a letter must say to be one.
NEEDED = ("number", "addressee")


def accept(content: bytes) -> None:
    """Raise BadTemplate unless `content` is a plain Word document that gives a letter with the sample's facts."""
    if len(content) > MOST_BYTES:
        raise BadTemplate("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _parts(archive)
        made = render(content, sample())
        text = " ".join(block.text or " ".join(map(" ".join, block.rows)) for block in blocks(made))
    except BadTemplate:
        raise
    except Exception as error:  # whatever a broken document makes the libraries raise, it is no template
        raise BadTemplate("unreadable", str(error)[:200]) from error
    if missing := [name for name in NEEDED if sample()[name] not in text]:
        raise BadTemplate("missing", ", ".join(missing))


def _parts(archive: zipfile.ZipFile) -> None:
    """Raise BadTemplate for a part that is too large or active. The size is what the archive says that unpacking would
    give; a part that lies about it fails to unpack."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise BadTemplate("too_large")
    for part in parts:
        name = part.filename.lower()
        if "vbaproject" in name or "/embeddings/" in name or "/activex/" in name:
            raise BadTemplate("active", part.filename)
        if not name.endswith((".xml", ".rels")):
            continue
        if part.file_size > MOST_XML:
            raise BadTemplate("too_large")
        text = archive.read(part)
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise BadTemplate("active", part.filename)
        # A picture or template fetched from elsewhere would tell others who opens the letter, and when.
        if name.endswith(".rels") and b'TargetMode="External"' in text:
            raise BadTemplate("external", part.filename)
