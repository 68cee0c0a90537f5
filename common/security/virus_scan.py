"""Asking clamd whether a file is harmful, where the office runs one (setting CLAMD)."""

import socket
import struct

from django.conf import settings

CHUNK = 1 << 16


class Found(Exception):
    """Harmful code; its message is clamd's name for it."""


class NotScanned(Exception):
    """clamd could not be asked: nothing is accepted that should have been scanned."""


def scan(content: bytes) -> None:
    """Return when the content is clean or no clamd is set; raises Found or NotScanned."""
    if not settings.CLAMD:
        return
    try:
        answer = _ask(content)
    except OSError as error:
        raise NotScanned(str(error)) from error
    if answer.endswith("FOUND"):
        raise Found(answer)
    if not answer.endswith("OK"):
        raise NotScanned(answer)


def ping() -> None:
    """Return when clamd answers. Raises OSError when it does not."""
    with _connect() as line:
        line.sendall(b"zPING\0")
        if not line.recv(16).startswith(b"PONG"):
            raise OSError("clamd answers something else than PONG")


def _ask(content: bytes) -> str:
    """Send clamd's INSTREAM command: the length before each chunk, an empty one at the end."""
    with _connect() as line:
        line.settimeout(30)
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), CHUNK):
            chunk = content[at : at + CHUNK]
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (got := line.recv(4096)):
            answer += got
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def _connect() -> socket.socket:
    if settings.CLAMD.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(5)
        line.connect(settings.CLAMD)
        return line
    host, port = settings.CLAMD.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=5)
