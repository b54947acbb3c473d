"""Whether two pictures show the same although their bytes differ: saved anew, smaller, sent through a chat.

An average hash (aHash: 12 by 12 cells, each lighter or darker than the whole) finds along an index what may be the same; cells
that are about as light as the whole are tried both ways. What is found is compared point by point in colour, so that two
certificates of one form with different names stay two. What was cropped or turned is another picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

CELLS = 12
UNSURE, TRIED = 1.5, 6
"""Cells within so many levels of the whole may go either way; at most so many are tried."""
ACROSS = 120
"""Points across in which two pictures are compared, a quarter of files.PREVIEW: a letter of a name is a few of them."""
MEAN, FAR = 6, 48
"""Levels by which the points differ in the mean and at most. Saved anew a point differed by up to 23; another letter by 80 and more."""


def average_hashes(picture: Image.Image) -> tuple[str, ...]:
    """The average hash of a picture, then those it might have after being saved anew."""
    small = picture.convert("L").resize((CELLS, CELLS), Image.Resampling.BOX)
    cells = list(small.tobytes())
    mean = sum(cells) / len(cells)
    bits = sum(1 << at for at, cell in enumerate(cells) if cell > mean)
    near = sorted((abs(cell - mean), at) for at, cell in enumerate(cells) if abs(cell - mean) <= UNSURE)[:TRIED]
    turned = (sum(1 << at for _, at in some) for number in range(len(near) + 1) for some in combinations(near, number))
    return tuple(f"{bits ^ mask:0{CELLS * CELLS // 4}x}" for mask in turned)


def same(one: Path, other: Path) -> bool:
    """Whether two small pictures (files.PREVIEW) show the same; False where one is gone."""
    try:
        with Image.open(one) as first, Image.open(other) as second:
            if abs(first.width * second.height - second.width * first.height) > 0.02 * first.width * second.height:
                return False
            points = (ACROSS, max(round(ACROSS * first.height / first.width), 1))
            pair = [picture.convert("RGB").resize(points, Image.Resampling.BOX) for picture in (first, second)]
    except OSError:
        return False
    apart = ImageStat.Stat(ImageChops.difference(*pair))
    return max(apart.mean) <= MEAN and max(most for _least, most in apart.extrema) < FAR


def first_same(one: Path, others: Iterable[tuple[str, Path]]) -> str | None:
    """The name of the first of the others that shows the same."""
    return next((name for name, other in others if same(one, other)), None)
