"""Photos of strangers made safe: decoded within limits, shrunk, and written anew without what cameras add."""

import io
import uuid
import warnings

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 10 << 20
MAX_PIXELS = 40_000_000  # of the largest phone cameras; a small file can claim far more
FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 1600
QUALITY = 82


class NotAPicture(Exception):
    """Why the file was refused, in words."""


def made_anew(upload) -> ContentFile:
    """A JPEG of `upload` under a name of our own. Place, time and camera (EXIF), colour profiles, comments and
    anything hidden behind the picture stay behind, because only the pixels are written. Raises NotAPicture."""
    if upload.size > MAX_BYTES:
        raise NotAPicture(_("The photo is larger than %d MB.") % (MAX_BYTES >> 20))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(upload, formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPicture(_("The photo has too many pixels; take it with a lower resolution."))
            picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
            picture = ImageOps.exif_transpose(picture)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            picture = _flat(picture)
    except NotAPicture:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise NotAPicture(_("This is no photo in one of the formats JPEG, PNG or WebP.")) from None
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=QUALITY, optimize=True)
    return ContentFile(target.getvalue(), name=f"{uuid.uuid4().hex}.jpg")


def _flat(picture) -> Image.Image:
    """Only the pixels, on white where the picture was transparent."""
    rgba = picture.convert("RGBA")
    flat = Image.new("RGB", rgba.size, "white")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    return flat
