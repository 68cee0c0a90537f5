"""Pictures from outside, drawn again by a process of its own (image_child.py), and small ones of those that are kept.

What a picture is kept at is bounded by its pixels and its weight, not by its longest side: a long screenshot is
evidence that must stay readable (ADR 0027).
"""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

MILLION = 1_000_000
MOST_PIXELS = 25 * MILLION
KEPT_PIXELS = 8 * MILLION
READABLE_SIDE = 1080  # pixels across, those of a phone's screen: below it a screenshot's small print is lost
SHOWN_SIDE = 2560  # of pictures that are only shown: a studio's gallery, a portrait
MOST_KEPT_BYTES = 20 * 1024 * 1024
CHILD = Path(__file__).with_name("image_child.py")
MEGABYTES, SECONDS = 640, 30  # of the process that decodes
WAIT = 30  # seconds for one's turn
# One picture after the other in each web process: what they need together stays within the server, however many come.
_turn = threading.BoundedSemaphore(1)


class NotKept(Exception):
    """The picture is not kept: `why` is one of pixels, moving, heavy, broken, busy; `number` the millions of pixels."""

    def __init__(self, why: str, number: int = 0) -> None:
        super().__init__(why)
        self.why, self.number = why, number


def redraw(content: bytes, *, side: int = 0, white: bool = False) -> tuple[str, bytes]:
    """Return kind (JPEG or PNG) and content of a picture on a fresh canvas. `side`: its longest may have so many
    pixels; else it is kept as evidence. `white`: what is clear becomes white. Raises NotKept."""
    job: dict[str, Any] = {
        "most_pixels": MOST_PIXELS,
        "most_bytes": MOST_KEPT_BYTES,
        "side": side,
        "white": white,
    }
    job |= {"pixels": KEPT_PIXELS, "readable": READABLE_SIDE}
    command = [sys.executable, "-P", str(CHILD), str(MEGABYTES), str(SECONDS), json.dumps(job)]
    if not _turn.acquire(timeout=WAIT):
        raise NotKept("busy")
    try:
        # Nothing of the environment goes along: it holds the keys.
        done = subprocess.run(  # noqa: S603
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotKept("broken") from None
    finally:
        _turn.release()
    line, _newline, made = done.stdout.partition(b"\n")
    kind, _space, number = line.decode().partition(" ")
    if done.returncode or kind not in ("JPEG", "PNG"):
        raise NotKept(kind or "broken", int(number or 0))
    return kind, made


def thumbnail(content: bytes, side: int = 320) -> bytes:
    """Return a stored photo as a JPEG of at most `side` pixels a side. Raises NotKept for what is no picture."""
    return redraw(content, side=side, white=True)[1]
