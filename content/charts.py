"""Charts of the demo bank, drawn by our own hand: pure and repeatable, with figures and nothing else in them."""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image, ImageDraw, ImageFont

SIZE, MARGIN, FOOT = (880, 460), 56, 64
INK, LINE, FILL = "#12263f", "#c3cfdc", "#2a6fb0"


def bars(values: Mapping[str, int], step: int) -> bytes:
    """A bar chart as PNG: a bar for each label with its figure above, lines at every `step`."""
    picture = Image.new("RGB", SIZE, "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(22)
    top = -(-max(values.values()) // step) * step
    floor, room = SIZE[1] - FOOT, SIZE[1] - FOOT - MARGIN
    for mark in range(0, top + 1, step):
        at = floor - room * mark // top
        pen.line((MARGIN + 24, at, SIZE[0] - 16, at), LINE, 1)
        pen.text((MARGIN + 12, at), str(mark), INK, font, "rm")
    wide = (SIZE[0] - MARGIN - 40) / len(values)
    for number, (label, value) in enumerate(values.items()):
        middle = MARGIN + 24 + wide * (number + 0.5)
        high = floor - room * value // top
        pen.rectangle((middle - wide / 4, high, middle + wide / 4, floor), FILL)
        pen.text((middle, high - 6), str(value), INK, font, "mb")
        pen.text((middle, floor + 12), label, INK, font, "mt")
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()
