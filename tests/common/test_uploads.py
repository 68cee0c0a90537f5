"""Files from outside: what they are decides, not what they are called; nothing hidden comes along."""

import io
import socket
import struct
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from common.security import uploads
from common.security.uploads import examine, safe_name

GPS = 0x8825
SECRET = "张秀英的手机"


def photo(kind="JPEG", size=(60, 40), mode="RGB", **more) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 200 if mode == "L" else None).save(written, kind, **more)
    return written.getvalue()


def from_a_phone() -> bytes:
    """With its maker, a comment, the place where it was taken, and lying on its side."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = SECRET, 6
    exif.get_ifd(GPS)[2] = (IFDRational(28), IFDRational(18), IFDRational(40))
    return photo(exif=exif, comment=SECRET.encode())


def sent(content: bytes, name="照片.jpg", kind="image/jpeg"):
    return SimpleUploadedFile(name, content, kind)


def test_a_photo_is_drawn_anew_upright_without_place_and_maker():
    original = from_a_phone()
    assert SECRET.encode() in original and Image.open(io.BytesIO(original)).getexif().get_ifd(GPS)
    kept = examine(sent(original))
    again = Image.open(io.BytesIO(kept.content))
    assert kept.kind == "image/jpeg" and again.size == (40, 60)
    assert not again.getexif() and SECRET.encode() not in kept.content and "comment" not in again.info


def test_what_is_clear_stays_clear_and_loses_its_text():
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Author", "Zhang Xiuying")
    kept = examine(sent(photo("PNG", mode="RGBA", pnginfo=text), "图.png"))
    assert kept.kind == "image/png" and b"Xiuying" not in kept.content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_what_is_taken(kind, mode):
    assert examine(sent(photo(kind, mode=mode))).kind == "image/jpeg"


def test_a_large_photo_is_made_smaller():
    kept = Image.open(io.BytesIO(examine(sent(photo(size=(5000, 2500)))).content))
    assert max(kept.size) == uploads.LONGEST_SIDE


def test_a_pdf_stays_as_it_is_and_is_called_one():
    kept = examine(sent(b"%PDF-1.7 ...", "说明.exe"))
    assert (kept.name, kept.kind, kept.content) == ("说明.pdf", "application/pdf", b"%PDF-1.7 ...")


def bomb() -> bytes:
    """A PNG that says it is 60,000 pixels wide and high."""
    png = bytearray(photo("PNG"))
    png[16:24] = struct.pack("!II", 60_000, 60_000)
    return bytes(png)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"MZ\x90\x00",
        b"PK\x03\x04 zip",
        b"#!/bin/sh\nid",
        b"GIF89a\x01\x00\x01\x00",
        b"\xff\xd8\xff\xe0 not a photo",
        b"<script>1</script>%PDF-1.7",
        b"\0" * 2000,
        photo()[:200],
        bomb(),
        photo("BMP"),
        photo("TIFF"),
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    ],
)
def test_what_is_not_taken(content):
    with pytest.raises(ValidationError) as refused:
        examine(sent(content))
    assert "照片.jpg" in str(refused.value.messages)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\张\\图.png", "图.jpg"),
        ("a\u202egpj.exe", "agpj.jpg"),
        ("x\r\nSet-Cookie: a", "xSet-Cookiea.jpg"),
        ('"><script>.jpg', "script.jpg"),
        ("...", "file.jpg"),
        ("", "file.jpg"),
        ("𠮷·" * 100, ("𠮷·" * 30) + ".jpg"),
        ("nul\0.jpg", "nul.jpg"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name, ".jpg") == safe


def test_too_large_and_too_many_are_refused(monkeypatch):
    field = uploads.FilesField()
    with pytest.raises(ValidationError, match="5"):
        field.clean([sent(photo()) for _ in range(6)])
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    with pytest.raises(ValidationError, match="20 MB"):
        field.clean([sent(photo())])
    monkeypatch.setattr(uploads, "MOST_TOGETHER", 500)
    with pytest.raises(ValidationError, match="50 MB"):
        field.clean([sent(photo()), sent(photo())])
    with pytest.raises(ValidationError, match="空"):
        field.clean([sent(b"")])
    assert field.clean([]) == field.clean(None) == []


# --- the virus scanner ----------------------------------------------------------------------------------------


@pytest.fixture
def clamd(settings):
    """A clamd that finds what says EICAR; what it was sent is in `.seen`."""
    server = socket.create_server(("127.0.0.1", 0))
    seen = []

    def serve():
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as read:
                assert read.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", read.read(4))[0]:
                    content += read.read(size)
                seen.append(content)
                line.sendall(b"stream: Eicar FOUND\0" if b"EICAR" in content else b"stream: OK\0")

    threading.Thread(target=serve, daemon=True).start()
    settings.CLAMD = f"127.0.0.1:{server.getsockname()[1]}"
    yield seen
    server.close()


def test_a_scanner_sees_the_whole_file_and_its_word_counts(clamd):
    content = b"%PDF-1.7" + b"x" * 200_000
    examine(sent(content))
    assert clamd == [content]
    with pytest.raises(ValidationError, match="恶意"):
        examine(sent(content + b"EICAR"))


def test_without_the_scanner_that_was_asked_for_nothing_is_taken(settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.CLAMD = f"127.0.0.1:{port}"
    with pytest.raises(ValidationError, match="暂时"):
        examine(sent(b"%PDF-1.7"))
