"""Files that a stranger sends with the citizen's form: (name, content) each, and what becomes of them."""

import struct
import zlib

from PIL import Image

from tests.common.test_uploads import photo
from tests.hostile.case import Case

NOT_TAKEN, EMPTY = "不是可识别的照片", "是空文件"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
SCRIPT = b"<script>alert(1)</script>"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))


def png(width, height, *more, rows=b"") -> bytes:
    """Black and white, whole and valid, however large."""
    pixels = zlib.compress(rows or (b"\0" + bytes((width + 7) // 8)) * height, 9)
    head = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


BOUNDARY = "b0undary"


def multipart(fields: dict, field: str, files) -> dict:
    """What `client.generic` takes to send the form with its files under the very names that an enemy would write;
    Django's own client would clean them first."""
    lines = []
    for name, value in fields.items():
        lines += [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        ]
    for name, content in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        lines += [head.encode(), b"Content-Type: image/jpeg\r\n\r\n", content, b"\r\n"]
    body = b"".join([*lines, f"--{BOUNDARY}--\r\n".encode()])
    return {"data": body, "content_type": f"multipart/form-data; boundary={BOUNDARY}"}


def one(content, name="IMG_1.jpg"):
    return lambda: [(name, content() if callable(content) else content)]


def refused(name, content, told=NOT_TAKEN, called="IMG_1.jpg"):
    return Case(name, one(content, called), 422, told)


def taken(name, content, called="IMG_1.jpg"):
    return Case(name, one(content, called), 302)


def named(name, called):
    return taken(f"photo named {name}", photo(), called)


UPLOADS = [
    refused("web page called .jpg", b"<html><script>alert(1)</script>"),
    refused("program called .jpg", b"MZ\x90\x00" + bytes(500)),
    refused("shell script called .pdf", b"#!/bin/sh\nid", called="a.pdf"),
    refused("SVG with a script", SVG, called="a.svg"),
    refused("SVG called .png", SVG, called="a.png"),
    refused("GIF", b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(20), called="a.gif"),
    refused("BMP", photo("BMP"), called="a.bmp"),
    refused("TIFF", photo("TIFF"), called="a.tiff"),
    refused("HEIC of an iPhone", b"\0\0\0\x18ftypheic" + bytes(100), told="HEIC格式", called="IMG_1.HEIC"),
    refused("zip called .jpg", b"PK\x03\x04" * 1000),
    refused("script before the mark of a PDF", SCRIPT + b"%PDF-1.7"),
    refused("PNG of 20,000 × 20,000 pixels in 50 kB", lambda: png(20_000, 20_000), "像素"),
    refused("PNG of 9,000 × 9,000 pixels", lambda: png(9_000, 9_000), "像素"),
    refused("PNG that claims 60,000 × 60,000 pixels", png(60_000, 60_000, rows=b"\0"), "像素"),
    refused("PNG without a pixel", png(0, 0, rows=b"\0")),
    refused(
        "PNG with a comment that unpacks to 50 MB",
        lambda: png(8, 8, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50 << 20)))),
    ),
    refused("JPEG cut off in the middle", photo(size=(900, 900))[:3000]),
    refused("JPEG of its first bytes only", b"\xff\xd8\xff\xe0"),
    refused("WebP of its first bytes only", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
    refused("zeros", bytes(2000)),
    refused("nothing at all", b"", EMPTY),
    refused("more than 20 MB", lambda: b"\xff\xd8\xff" + bytes(20 << 20), "20 MB"),
    Case("100 files", lambda: [(f"{n}.jpg", b"x") for n in range(100)], 422, "最多5个"),
    Case(
        "101 files",
        lambda: [(f"{n}.jpg", b"x") for n in range(101)],
        400,
        "内容没有提交：照片和文件最多5个。",
    ),
    Case(
        "a good photo beside a bad one",
        lambda: [("good.jpg", photo()), ("bad.jpg", SCRIPT)],
        422,
        "bad.jpg",
    ),
    taken("JPEG with a script behind its end", photo() + SCRIPT),
    taken("JPEG with a zip behind its end", photo() + b"PK\x03\x04" * 100),
    taken("JPEG with a broken Exif part", photo(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")),
    taken("JPEG in the four colours of a printer", photo(mode="CMYK")),
    refused("PDF with a password", b"%PDF-1.7\ntrailer <</Root 1 0 R/Encrypt 9 0 R>>", "密码保护", "a.pdf"),
    refused(
        "moving PNG",
        lambda: photo("PNG", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")]),
        "动图",
    ),
    taken("PNG of 16 bits", photo("PNG", mode="I;16")),
    taken("PDF with a script in it", b"%PDF-1.7\n" + SCRIPT, "a.html"),
    named("../../etc/passwd", "../../etc/passwd"),
    named("C:\\Windows\\x", "C:\\Windows\\x.jpg"),
    named("with a NUL", "a\0.jpg"),
    named("backwards (RTL override)", "a\u202egpj.exe"),
    named("with 300 characters", "长" * 300 + ".jpg"),
    named("with a line break and a header", "a\r\nSet-Cookie: a=b.jpg"),
    named("as HTML", '"><script>alert(1)</script>.jpg'),
    named("as a formula", "=HYPERLINK(1).jpg"),
    named("CON.jpg", "CON.jpg"),
    named("𠮷😀.jpg", "𠮷😀.jpg"),
]
