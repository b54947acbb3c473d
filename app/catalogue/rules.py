"""Decisions about versions: who may move one, and what one still lacks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NEXT: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted"}),
    "submitted": frozenset({"draft", "published"}),
    "published": frozenset({"retired"}),
    "retired": frozenset(),
}
"""Allowed moves of a course version. `published → draft` is none of them: a change is a new version."""


@dataclass(frozen=True)
class LectureFacts:
    """What submission looks at: whether the medium can be played and is captioned."""

    title: str
    is_playable: bool
    has_captions: bool
    is_mandatory: bool
    duration_ms: int


@dataclass(frozen=True)
class Lack:
    """One thing a version still needs: a code, and the lecture it is about."""

    code: str
    lecture: str = ""


def lacks(title: str, summary: str, is_compulsory: bool, lectures: Sequence[LectureFacts]) -> tuple[Lack, ...]:
    """What stands between a draft and its submission.

    A title, a summary, at least one mandatory lecture, every medium playable; lectures of a compulsory course are
    captioned (frontend.md §1b).
    """
    found = [Lack(code) for code, missing in (("title", not title.strip()), ("summary", not summary.strip())) if missing]
    if not any(lecture.is_mandatory for lecture in lectures):
        found.append(Lack("no_mandatory_lecture"))
    for lecture in lectures:
        if not lecture.is_playable:
            found.append(Lack("media_not_ready", lecture.title))
        elif is_compulsory and not lecture.has_captions:
            found.append(Lack("captions_missing", lecture.title))
    return tuple(found)


def nominal_ms(lectures: Sequence[LectureFacts]) -> int:
    """The length that hours are computed from: mandatory lectures only, in milliseconds (decisions 5, 10)."""
    return sum(lecture.duration_ms for lecture in lectures if lecture.is_mandatory)
