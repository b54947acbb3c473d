"""Pictures that strangers send: opened within limits, made small, turned upright, stripped to what they show (THR-T18).

How many pixels are taken depends on what decoding them costs. A photograph of a phone (JPEG in one scan) is decoded
small, row by row, so that 64 million pixels take less memory than 12 million of a PNG. A JPEG in several scans is held
whole as coefficients (up to 8 bytes a pixel), a PNG or GIF as pixels (4 bytes), a WebP up to three times (12 bytes).
One picture is decoded at a time in a process. So no upload takes more than 256 MB, and many at once no more than one.
"""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

MOST_SIDE = 65_535
"""Pixels, as many as a JPEG can have; what is longer is no photograph and no screenshot."""
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 40_000_000, "GIF": 40_000_000, "WEBP": 16_000_000}
MOST_IN_SCANS = 24_000_000
"""Pixels of a JPEG in several scans, as programs for pictures write them and phones do not."""
STRIP = 2_000_000
"""Pixels that are put into plain colours at a time."""
_ORIENTATION = 0x0112
_SEGMENTS = frozenset({0xC4, 0xDB, 0xDD, *range(0xE0, 0xF0), 0xFE})
"""Tables, the interval of restarts, what programs add, and comments: what may stand between the beginning of a JPEG and its scan."""
_TURN = threading.Lock()


class Flood(Exception):
    """More pixels than are decoded: the argument says how many million would be."""


class Torn(Exception):
    """Not such a picture, or not a whole one."""


@dataclass(frozen=True)
class Bare:
    """A picture upright in plain colours, without metadata, within its frame; width and height as they were sent, upright."""

    picture: Image.Image
    width: int
    height: int


def bare(content: bytes, kind: str, frame: tuple[int, int]) -> Bare:
    """The first frame of a picture, made no larger than the frame. Raises Flood before any pixel is decoded, and Torn.

    `kind` is the one Pillow format that is tried; the frame is a square, for the picture may lie on its side.
    """
    try:
        with _TURN, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _made(content, kind, frame)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Flood(MOST_PIXELS[kind] // 1_000_000) from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError) as error:
        raise Torn from error


def _made(content: bytes, kind: str, frame: tuple[int, int]) -> Bare:
    picture = Image.open(io.BytesIO(content), formats=[kind])
    most = MOST_PIXELS[kind]
    if kind == "JPEG" and _has_scans(content):
        most = MOST_IN_SCANS
    if picture.width * picture.height > most:
        raise Flood(most // 1_000_000)
    if max(picture.size) > MOST_SIDE:
        raise Torn
    width, height = picture.size
    if kind == "JPEG":
        times = max(max(width, height) // frame[0], 1)
        picture.draft("RGB", (max(width // times, 1), max(height // times, 1)))
    small = _plain(picture, max(max(picture.size) // frame[0], 1))
    small.thumbnail(frame)
    small.getexif()[_ORIENTATION] = turned = picture.getexif().get(_ORIENTATION, 1)
    small = ImageOps.exif_transpose(small)
    small.info = {}  # comments would travel on into the new file
    return Bare(small, *((height, width) if turned in (5, 6, 7, 8) else (width, height)))


def _plain(picture: Image.Image, times: int) -> Image.Image:
    """The picture so many times smaller, in plain colours on white; strip by strip, so that it is never there twice."""
    picture.load()
    width, height = picture.size
    small = Image.new("RGB", (-(-width // times), -(-height // times)))
    rows = max(STRIP // width // times, 1) * times
    for top in range(0, height, rows):
        strip = picture.crop((0, top, width, min(top + rows, height)))
        if strip.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            clear = strip.convert("RGBA")
            strip = Image.new("RGB", clear.size, "white")
            strip.paste(clear, mask=clear.getchannel("A"))
        strip = strip.convert("RGB")
        small.paste(strip.reduce(times) if times > 1 else strip, (0, top // times))
    return small


def _has_scans(content: bytes) -> bool:
    """Whether a JPEG is not one scan of all its colours; its decoder then keeps it whole, however small it is shown.

    What stands before the scan and is none of the usual segments counts as several scans: some marks have no length, and whoever
    reads one there reads on elsewhere than the decoder.
    """
    at, colours = 2, 0
    while content[at : at + 1] == b"\xff" and at + 10 < len(content):
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in (0xC0, 0xC1):  # the frame of a JPEG that is sequential
            colours = content[at + 9]
        elif marker == 0xDA:
            return content[at + 4] != colours
        elif marker not in _SEGMENTS or length < 2:
            return True
        at += 2 + length
    return True
