"""Pictures of strangers: photographs of phones are taken, and none takes the memory of the machine."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from app.kernel import pictures

FRAME = (2000, 2000)
MOST_MEMORY = 280
"""Megabytes; a WebP of 16 million pixels takes 246, and every picture took up to 766 when it was turned whole."""


def picture(kind: str, size: tuple[int, int], mode: str = "RGB", orientation: int = 1, **how: object) -> bytes:
    """A picture with a dark half and a red corner, so that its way up is seen."""
    shown = Image.new("RGB", size, "#e8e8e8")
    shown.paste("#203040", (0, 0, size[0], size[1] // 2))
    shown.paste("#c02020", (0, 0, size[0] // 3, size[1] // 3))
    exif, kept = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    shown.convert(mode).save(kept, kind, exif=exif, **how)
    return kept.getvalue()


PHONES: dict[str, tuple[str, tuple[int, int], str, dict[str, object]]] = {
    "12 million": ("JPEG", (4032, 3024), "RGB", {}), "50 million": ("JPEG", (8160, 6120), "RGB", {}),
    "64 million": ("JPEG", (9248, 6920), "RGB", {}), "in scans": ("JPEG", (5600, 4200), "RGB", {"progressive": True, "subsampling": 0}),
    "PNG": ("PNG", (7700, 5190), "RGBA", {"compress_level": 1}), "WebP": ("WEBP", (4600, 3450), "RGB", {"method": 0}),
}  # fmt: skip
CHILD = """
import resource, sys
from app.kernel import pictures
content = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = pictures.bare(content, sys.argv[2], (2000, 2000))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, max(found.picture.size), found.width, found.height)
"""


@pytest.mark.parametrize("name", PHONES)
def test_a_photograph_is_taken_lying_on_its_side_within_memory(tmp_path: Path, name: str) -> None:
    kind, size, mode, how = PHONES[name]
    sent = tmp_path / "sent"
    sent.write_bytes(picture(kind, size, mode, orientation=6, **how))
    told = subprocess.run([sys.executable, "-c", CHILD, str(sent), kind], capture_output=True, text=True, check=True, timeout=120).stdout
    peak, longest, width, height = map(int, told.split())
    assert (longest, width, height) == (2000, size[1], size[0]) and peak < MOST_MEMORY


def headed(kind: str, width: int, height: int) -> bytes:
    """A small picture that says another size."""
    content = picture(kind, (64, 48))
    if kind == "PNG":
        head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + content[24:29]
        return content[:12] + head + zlib.crc32(head).to_bytes(4, "big") + content[33:]
    found = re.search(rb"\xff\xc0..\x08", content, re.S)
    assert found is not None
    return content[: found.end()] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + content[found.end() + 4 :]


@pytest.mark.parametrize(("content", "kind", "most"), [
    (headed("PNG", 8000, 5001), "PNG", 40), (headed("JPEG", 9000, 7200), "JPEG", 64), (headed("JPEG", 65_000, 65_000), "JPEG", 64),
    (picture("JPEG", (6200, 4000), progressive=True), "JPEG", 24), (picture("WEBP", (4001, 4000), method=0), "WEBP", 16),
], ids=["PNG", "JPEG", "bomb", "in scans", "WebP"])  # fmt: skip
def test_more_pixels_than_memory_is_for_are_refused_with_the_most_there_may_be(content: bytes, kind: str, most: int) -> None:
    with pytest.raises(pictures.Flood) as refused:
        pictures.bare(content, kind, FRAME)
    assert refused.value.args == (most,)


@pytest.mark.parametrize("mark", [0xD0, 0xD7])
def test_scans_are_not_hidden_behind_a_mark_without_length(mark: int) -> None:
    """Read with a length, the mark leads beyond the first comment, where the frame and scan of another picture wait."""
    plain, scans = picture("JPEG", (64, 48)), picture("JPEG", (6200, 4000), progressive=True)
    frame, scan = (re.search(rb"\xff" + kind + rb"..", plain, re.S) for kind in (b"\xc0", b"\xda"))
    assert frame is not None and scan is not None
    feigned = plain[frame.start() : scan.start() + 14]
    comment = b"\xff\xfe\x80\0" + bytes(0x7FFE)
    hidden = bytes(2 + 2 + 0xFFFE - 4 - len(comment) - 4) + feigned + bytes(16)
    sent = b"\xff\xd8\xff" + bytes([mark]) + comment + b"\xff\xfe" + (len(hidden) + 2).to_bytes(2, "big") + hidden + scans[2:]
    with pytest.raises(pictures.Flood) as refused:
        pictures.bare(sent, "JPEG", FRAME)
    assert refused.value.args == (24,)


@pytest.mark.parametrize("size", [(70_000, 2), (2, 70_000)])
def test_a_thread_of_pixels_is_no_picture_and_a_long_screenshot_is_one(size: tuple[int, int]) -> None:
    with pytest.raises(pictures.Torn):
        pictures.bare(picture("PNG", size), "PNG", FRAME)
    assert pictures.bare(picture("PNG", (300, 30_000)), "PNG", FRAME).picture.size == (20, 2000)
    assert pictures.bare(picture("JPEG", (60_000, 1)), "JPEG", FRAME).picture.size == (2000, 1)


def far(one: Image.Image, other: Image.Image) -> float:
    """How many levels two pictures differ in the mean."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_stands_upright(kind: str, orientation: int) -> None:
    content = picture(kind, (640, 420), orientation=orientation)
    found = pictures.bare(content, kind, (160, 160))
    whole = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    assert (found.width, found.height) == whole.size and not found.picture.info
    whole.thumbnail((160, 160))
    assert found.picture.size == whole.size and far(found.picture, whole) < 2


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_strips_show_what_the_whole_shows_and_what_is_clear_is_white(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    kept, clear = io.BytesIO(), Image.new("L", (700, 500), 255)
    clear.paste(0, (350, 0, 700, 500))
    shown = Image.open(io.BytesIO(picture("PNG", (700, 500)))).convert("RGBA")
    shown.putalpha(clear)
    has_clear = mode in ("RGBA", "LA", "P")
    (shown.convert(mode) if has_clear else shown.convert("L").convert(mode)).save(kept, "PNG")
    whole = pictures.bare(kept.getvalue(), "PNG", (200, 200)).picture
    monkeypatch.setattr(pictures, "STRIP", 700 * 7)
    assert far(pictures.bare(kept.getvalue(), "PNG", (200, 200)).picture, whole) == 0
    assert (whole.getpixel((180, 20)) == (255, 255, 255)) == has_clear
