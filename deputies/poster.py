"""The QR code of a studio's public page, as it stands on posters."""

import segno
from django.utils.safestring import SafeString, mark_safe


def public_path(studio) -> str:
    """The address behind the QR code at the studio's door. It is printed: it never changes."""
    return f"/p/{studio.code}/"


def qr_code(address: str) -> SafeString:
    """The code as SVG. Never a Micro QR code, which phones do not read."""
    code = segno.make(address, micro=False, error="m")
    # Drawn by the library out of our own address; no text of anybody stands in it.
    return mark_safe(code.svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S308
