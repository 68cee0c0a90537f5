"""Decodes a stranger's picture in a process of its own, whose memory and time end before the server's do.

A file of a few kilobytes can unpack to millions of pixels. Run as `python image_child.py MEGABYTES SECONDS JOB`, the
file on stdin, JOB a JSON object (common/security/photos.py). Writes one line and then the picture made from it: `JPEG`,
`PNG`, or what is wrong: `pixels 108`, `moving`, `heavy`, `broken`. Imports nothing of the product, so that it starts
quickly.
"""

import io
import json
import sys
from typing import Any

READ_AS = ("JPEG", "PNG", "WEBP")
QUALITIES = (85, 75, 60)
MILLION = 1_000_000


class Refused(Exception):
    """The picture is not made; the message is the line to be written."""


def limit(megabytes: int, seconds: int) -> None:
    """End this process when it needs more memory or time, or writes a file; does nothing on Windows."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; there the number of pixels must do
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def redrawn(content: bytes, job: dict[str, Any]) -> tuple[str, bytes]:
    """Return the picture on a fresh canvas, upright, without anything that the file carries beside its pixels."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # our own limit comes first, and says how many there are
    with Image.open(io.BytesIO(content), formats=READ_AS) as image:
        if (pixels := image.width * image.height) > job["most_pixels"]:
            raise Refused(f"pixels {-(-pixels // MILLION)}")
        if image.format in ("PNG", "WEBP") and getattr(image, "n_frames", 1) > 1:
            raise Refused("moving")
        wanted = size(image.width, image.height, job)
        image.draft("RGB", wanted)  # a large photo is decoded at a smaller size
        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I"):  # 16 bits of grey: Pillow's own way to 8 bits makes them white
            upright = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        wanted = size(upright.width, upright.height, job)
        if wanted != upright.size:
            upright = upright.resize(wanted, Image.Resampling.LANCZOS, reducing_gap=2.0)
        clear = "A" in upright.getbands() or "transparency" in upright.info
        plain = upright.convert("RGBA" if clear else "RGB")
    if job["white"] and clear:
        white = Image.new("RGB", plain.size, "white")
        white.paste(plain, mask=plain)
        plain, clear = white, False
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    kind = "PNG" if clear else "JPEG"
    for quality in (None,) if clear else QUALITIES:
        written = io.BytesIO()
        fresh.save(written, kind, **({} if quality is None else {"quality": quality}))
        if written.tell() <= job["most_bytes"]:
            return kind, written.getvalue()
    raise Refused("heavy")


def size(width: int, height: int, job: dict[str, Any]) -> tuple[int, int]:
    """Return the size at which a picture is kept: within `pixels`, yet with `readable` pixels across, so that a
    long screenshot stays readable; or with `side` pixels at its longest."""
    if job["side"]:
        scale = min(1.0, job["side"] / max(width, height, 1))
    else:
        scale = min(1.0, (job["pixels"] / max(width * height, 1)) ** 0.5)
        scale = max(scale, min(1.0, job["readable"] / max(min(width, height), 1)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def main(megabytes: int, seconds: int, job: dict[str, Any]) -> None:
    """Write what became of the picture on stdin."""
    limit(megabytes, seconds)
    try:
        kind, content = redrawn(sys.stdin.buffer.read(), job)
    except Refused as refused:
        kind, content = str(refused), b""
    except Exception:  # whatever a broken file makes the library raise, it is no photo
        kind, content = "broken", b""
    sys.stdout.buffer.write(f"{kind}\n".encode() + content)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]))
