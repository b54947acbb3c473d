"""Evidence: told by its bytes, within limits, shown without what it told besides (THR-T16)."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.claims import service
from app.claims.service import files, refusals
from app.kernel import pictures
from tests.claims import build

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_pictures_are_kept_and_shown_anew(college, kind, media_type):
    got = build.receive(college, build.picture("teal", (3000, 1500), kind), "文凭.exe")
    assert (got.media_type, got.width, got.height, got.file_name) == (media_type, 3000, 1500, "文凭.exe")
    with Image.open(service.place(college.settings, got.sha256, ".view")) as shown:
        assert (shown.format, shown.size) == ("JPEG", (2000, 1000))
    with Image.open(service.place(college.settings, got.sha256, ".preview")) as small:
        assert max(small.size) == 480


def test_what_a_camera_writes_beside_the_picture_is_not_shown(college):
    """Where, when and with what it was taken stays in the original; the picture is turned upright."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = 6, "CAMERA-OF-THE-CADRE"
    tags.get_ifd(0x8825)[1] = "N"
    content = build.picture("teal", (640, 480), "JPEG", exif=tags)
    assert b"CAMERA-OF-THE-CADRE" in content
    got = build.receive(college, content)
    assert (got.width, got.height) == (480, 640)
    for ending in (".view", ".preview"):
        shown = service.place(college.settings, got.sha256, ending).read_bytes()
        assert b"CAMERA" not in shown and b"Exif" not in shown


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_word_beside_the_picture_is_shown_and_the_original_stays_byte_for_byte(college, kind):
    """Comments, XMP, EXIF and texts of a PNG: none of it is in what anybody sees; the kept file is what was sent, by its hash."""
    words, tags = b"PLACE-22.54-114.05", Image.Exif()
    tags[0x010E] = words.decode()
    more: dict = {"JPEG": {"comment": words, "xmp": words}, "WEBP": {"xmp": words, "exif": tags.tobytes()}}.get(kind, {})
    if kind == "PNG":
        told = PngInfo()
        for key in ("comment", "Description", "XML:com.adobe.xmp"):
            told.add_itxt(key, words.decode())
        more = {"pnginfo": told, "exif": tags.tobytes()}
    content = build.picture("teal", (640, 480), kind, **more)
    assert words in content
    got = build.receive(college, content)
    assert service.place(college.settings, got.sha256).read_bytes() == content
    assert hashlib.sha256(content).hexdigest() == got.sha256
    for ending in (".view", ".preview"):
        assert words not in service.place(college.settings, got.sha256, ending).read_bytes()


def test_a_pdf_is_kept_as_it_is(college):
    got = build.receive(college, build.pdf(), "证书.pdf")
    assert (got.media_type, got.width, got.look) == ("application/pdf", None, got.sha256)
    assert service.place(college.settings, got.sha256).read_bytes() == build.pdf()


DISGUISED = {
    "a page": b"<html><script>alert(1)</script></html>", "a program": b"MZ\x90\x00" + b"\x00" * 200, "a script": b"#!/bin/sh\nrm -rf /\n",
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "nothing": b"", "a zip": b"PK\x03\x04" + b"\x00" * 64,
    "a GIF": b"GIF89a" + b"\x00" * 64, "a torn JPEG": build.picture("red", kind="JPEG")[:900], "a torn PNG": build.picture("red")[:120],
    "a PDF that runs": build.pdf(b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), "half a PDF": b"%PDF-1.4\nsomething",
    "a locked PDF": build.pdf(b"/Encrypt 5 0 R"), "a PDF with a file": build.pdf(b"/EmbeddedFiles 3 0 R"),
    "a page behind a JPEG's mark": b"\xff\xd8\xff<html><script>alert(1)</script>",
}  # fmt: skip


@pytest.mark.parametrize("what", DISGUISED)
def test_what_is_something_else_is_refused_whatever_its_name(college, what):
    with pytest.raises(refusals.EvidenceNotAccepted):
        build.receive(college, DISGUISED[what], "证书.jpg")
    assert not (college.settings.data_dir / "evidence").exists()


def test_a_file_of_200_megabytes_is_not_even_read(college):
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"\xff\xd8\xff" + b"\0" * (size - 3)

    stream = Endless()
    with pytest.raises(refusals.EvidenceTooLarge):
        service.receive(college.settings, stream, "大.jpg")
    assert stream.taken == files.MOST_BYTES + 1


def flood(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 5001), (60000, 60000), (100000, 3)])
def test_a_flood_of_pixels_is_refused_before_it_is_decoded(college, size):
    expected = refusals.EvidenceTooLarge if size[0] * size[1] > pictures.MOST_PIXELS["PNG"] else refusals.EvidenceNotAccepted
    with pytest.raises(expected):
        build.receive(college, flood(*size))


def test_names_are_bare_and_short(college):
    assert build.receive(college, None, "..\\\\etc/<b>\x07x.png").file_name == "bx.png"
    name = build.receive(college, None, "长" * 300 + ".png").file_name
    assert len(name) == 120 and name.endswith(".png")
