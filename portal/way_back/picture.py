"""The receipt as a picture to keep on a phone: the sheet is drawn once (slip.png), here only digits and a QR code are
put on it, so that the server needs no Chinese font and the browser no script."""

import io
from datetime import date
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

SHEET = Path(__file__).with_name("slip.png")
INK, PINE, GROUND = "#1c2826", "#1f5a4e", "#ffffff"
LEFT, CODE_AT, NUMBER_AT, DAY_AT = 40, 152, 268, 370
QR_AT, QR_SIZE = (150, 478), 410


def drawn(*, code: str, number: str, day: date | None, address: str) -> bytes:
    """Return the picture as PNG. `code` is spaced; `address` is behind the QR code."""
    with Image.open(SHEET) as sheet:
        picture = sheet.convert("RGB")
    pen = ImageDraw.Draw(picture)
    for words, at, size, colour in (
        (code, CODE_AT, 58, PINE),
        (number, NUMBER_AT, 36, INK),
        (f"{day:%Y-%m-%d}" if day else "—", DAY_AT, 36, INK),
    ):
        pen.text((LEFT, at), words, fill=colour, font=ImageFont.load_default(size))
    _draw_code(pen, address)
    out = io.BytesIO()
    picture.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw_code(pen: ImageDraw.ImageDraw, address: str) -> None:
    rows = [bytes(row) for row in segno.make(address, micro=False, error="m").matrix]
    module = QR_SIZE // (len(rows) + 8)
    left, top = QR_AT
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                at = (left + (x + 4) * module, top + (y + 4) * module)
                pen.rectangle((*at, at[0] + module - 1, at[1] + module - 1), fill=INK)
