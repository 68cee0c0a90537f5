"""The QR code of an address, as SVG: one drawing for a poster, a page and a file of its own."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str) -> SafeString:
    """Draw `address` as a QR code, never a Micro one, which phones do not read. It has no size of its own: the element
    around it gives one."""
    drawn = io.BytesIO()
    code = segno.make(address, micro=False, error="m")
    code.save(
        drawn, kind="svg", border=4, xmldecl=False, nl=False, svgclass="qr", lineclass=None, omitsize=True
    )
    # Drawn by the library from an address of ours; it holds no text that anybody typed.
    return mark_safe(drawn.getvalue().decode())  # noqa: S308
