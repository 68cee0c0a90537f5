"""Files from outside: what they are decides, not what they are called; nothing hidden comes along."""

import io
import re
import socket
import struct
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from common.security import photos, uploads
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


def kept_size(size, kind="JPEG", **how):
    return Image.open(io.BytesIO(examine(sent(photo(kind, size=size)), **how).content)).size


def test_a_large_photo_is_made_smaller_by_its_pixels():
    assert kept_size((5000, 2500)) == (4000, 2000)
    assert kept_size((4000, 2000)) == (4000, 2000)


def test_a_picture_that_is_only_shown_by_its_longest_side():
    assert kept_size((5000, 2500), side=photos.SHOWN_SIDE) == (2560, 1280)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_long_screenshot_stays_readable(kind):
    assert kept_size((1080, 20_000), kind) == (1080, 20_000)
    assert kept_size((1440, 17_000), kind) == (1080, 12_750)


def test_grey_of_sixteen_bits_stays_grey():
    ramp = Image.frombytes("I;16", (256, 1), b"".join(struct.pack("<H", value * 256) for value in range(256)))
    written = io.BytesIO()
    ramp.resize((256, 40)).save(written, "PNG")
    kept = Image.open(io.BytesIO(examine(sent(written.getvalue())).content)).convert("L")
    seen = [kept.getpixel((x, 20)) for x in (0, 64, 128, 192, 255)]
    assert all(abs(value - wanted) < 4 for value, wanted in zip(seen, (0, 64, 128, 192, 255), strict=True)), (
        seen
    )


def huge(width=12_000, height=9_000) -> bytes:
    """A JPEG of 108 million pixels, as some phones make them."""
    return photo(size=(width, height), mode="L")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (huge(), "10800 万像素.*截图"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "HEIC格式.*截一张图"),
        (b"%PDF-1.7 trailer << /Size 9 /Encrypt 8 0 R /Root 1 0 R >>", "密码保护.*打印成"),
        (b"%PDF-1.7 trailer << /Size 9 /Encrypt<</Filter/Standard>> >>", "密码保护"),
        (photo("PNG", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")]), "动图.*截图"),
        (photo("WEBP", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")]), "动图"),
    ],
)
def test_what_cannot_be_kept_as_it_is_is_refused_and_what_to_do_is_said(content, says):
    with pytest.raises(ValidationError) as refused:
        examine(sent(content))
    assert re.search(says, refused.value.messages[0]), refused.value.messages


def test_a_pdf_that_speaks_of_encryption_is_taken():
    assert examine(sent(b"%PDF-1.7 (how to /Encrypt a file)")).kind == "application/pdf"


def test_a_picture_is_decoded_by_a_process_that_ends_before_the_server_does(monkeypatch):
    monkeypatch.setattr(photos, "MEGABYTES", 150)
    with pytest.raises(ValidationError):
        examine(sent(photo("PNG", size=(4990, 4990), mode="RGBA")))
    assert examine(sent(photo())).kind == "image/jpeg"


def test_the_decoding_process_knows_no_key(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("import os, sys; sys.exit(3 if 'SECRET_KEY' in os.environ else 4)")
    monkeypatch.setattr(photos, "CHILD", child)
    monkeypatch.setenv("SECRET_KEY", "secret")
    seen = []
    run = photos.subprocess.run
    monkeypatch.setattr(photos.subprocess, "run", lambda *a, **k: seen.append(run(*a, **k)) or seen[0])
    with pytest.raises(photos.NotKept):
        photos.redraw(b"x")
    assert seen[0].returncode == 4


def test_pictures_wait_their_turn_and_whoever_waits_too_long_is_told(monkeypatch):
    monkeypatch.setattr(photos, "WAIT", 0.01)
    with photos._turn, pytest.raises(ValidationError, match="一分钟"):
        examine(sent(photo()))


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
