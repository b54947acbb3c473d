"""Where an answer is taught, as people and files say it: course, lecture, minute and second. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_CODE = 40
LAST = 24 * 3600
"""No lecture is longer than a day, in seconds."""
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
_SAID = re.compile(r"([^/\s]{1,40})\s*/\s*(\d{1,3})\s*/\s*([\d:]{1,9})")


@dataclass(frozen=True)
class Place:
    """A second of a lecture: the code of the course, the number of the lecture from 1, the second from its beginning."""

    course: str
    lecture: int
    second: int


def clock(second: int) -> str:
    """`2:34`; of more than an hour the minutes count on: `75:00`."""
    return f"{second // 60}:{second % 60:02d}"


def seconds(text: str) -> int | None:
    """`12:34`, `1:02:03`, full-width colons too; None where it is no moment."""
    found = _CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or int(found[3]) > 59 or (found[1] and int(found[2]) > 59):
        return None
    total = int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    return total if total < LAST else None


def said(place: Place) -> str:
    """The place as one word of a file: `course/lecture/mm:ss`."""
    return f"{place.course}/{place.lecture}/{clock(place.second)}"


def read(text: str) -> Place | None:
    """The place back out of its word, or None."""
    found = _SAID.fullmatch(unicodedata.normalize("NFKC", text).strip())
    second = seconds(found[3]) if found else None
    return Place(found[1], int(found[2]), second) if found and second is not None else None
