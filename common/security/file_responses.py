"""Serving a file that came from outside, with headers under which it can do nothing but be seen."""

import mimetypes
from typing import Any

from django.core.files import File
from django.http import FileResponse, Http404


def safe_file_response(file: File, *, kind: str | None, **more: Any) -> FileResponse:
    """Send a stored file so that it may neither run, load nor be framed, nor be taken for something else than `kind`,
    its MIME type. `more` are arguments of FileResponse. Raises Http404 when it is not on the disk."""
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, content_type=kind, **more)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def safe_photo_response(file: File, *, anybody: bool = False) -> FileResponse:
    """Send a photo as common.security.uploads keeps it, under the name that it gave. `anybody`: a proxy may cache it,
    not only the person's browser."""
    response = safe_file_response(file, kind=mimetypes.guess_type(file.name or "")[0])
    response.headers["Cache-Control"] = "public, max-age=3600" if anybody else "private, max-age=3600"
    return response
