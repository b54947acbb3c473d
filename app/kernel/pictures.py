"""Pictures that strangers send: opened within limits, turned upright, stripped to what they show (THR-T18)."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps


class Flood(Exception):
    """More pixels than are decoded."""


class Torn(Exception):
    """Not such a picture, or not a whole one."""


def bare(content: bytes, kind: str, most_pixels: int, view: tuple[int, int] | None = None) -> Image.Image:
    """The first frame upright in plain colours, without metadata. Raises Flood before any pixel is decoded, and Torn.

    `kind` is the one Pillow format that is tried; `view` lets a JPEG be decoded no larger than twice that frame.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=[kind])
            if picture.width * picture.height > most_pixels:
                raise Flood
            if view is not None:
                picture.draft("RGB", (2 * view[0], 2 * view[1]))
            upright = ImageOps.exif_transpose(picture)
            if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
                clear = upright.convert("RGBA")
                upright = Image.new("RGB", clear.size, "white")
                upright.paste(clear, mask=clear.getchannel("A"))
            plain = upright.convert("RGB")
            plain.info = {}  # comments would travel on into the new file
            return plain
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Flood from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError) as error:
        raise Torn from error
