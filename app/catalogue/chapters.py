"""Chapters as text an instructor can type: `0:32 授权运营的边界` on each line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_LINE = re.compile(r"^\s*(?:(\d{1,2}):)?(\d{1,3})[:：](\d{2})\s+(.{1,80}?)\s*$")


class BadChapter(ValueError):
    """A line that is not a chapter; `line` counts from 1."""

    def __init__(self, line: int, found: str) -> None:
        super().__init__(found)
        self.line = line
        self.found = found


def parse(text: str, duration_ms: int) -> list[dict[str, Any]]:
    """Chapters in ascending order within the length of the medium; raises BadChapter on the first line that is not one."""
    chapters: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.match(line)
        if match is None or int(match[3]) > 59:
            raise BadChapter(number, line.strip()[:40])
        at_ms = ((int(match[1] or 0) * 60 + int(match[2])) * 60 + int(match[3])) * 1000
        if (chapters and at_ms <= chapters[-1]["at_ms"]) or (duration_ms and at_ms >= duration_ms):
            raise BadChapter(number, line.strip()[:40])
        chapters.append({"at_ms": at_ms, "title": match[4]})
    return chapters


def as_text(chapters: Iterable[dict[str, Any]]) -> str:
    """The same chapters as lines to edit."""
    return "\n".join(f"{c['at_ms'] // 60000}:{c['at_ms'] // 1000 % 60:02} {c['title']}" for c in chapters)
