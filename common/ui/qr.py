"""The QR code of an address, as SVG: one drawing for a poster, a page and a file of its own."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str) -> SafeString:
    """Never a Micro QR code, which phones do not read. Has no size of its own: what stands around it gives one."""
    drawn = io.BytesIO()
    code = segno.make(address, micro=False, error="m")
    code.save(
        drawn, kind="svg", border=4, xmldecl=False, nl=False, svgclass="qr", lineclass=None, omitsize=True
    )
    # Drawn by the library out of an address of ours; no text of anybody stands in it.
    return mark_safe(drawn.getvalue().decode())  # noqa: S308
