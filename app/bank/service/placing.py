"""The lecture second that teaches a question: held against the courses as they are published, and said again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.bank.rules.drafts import Fault, QuestionDraft
from app.bank.rules.places import Place, clock
from app.catalogue import queries as catalogue
from app.kernel.work import Work

MOST_OFFERED = 300
"""Courses offered while one types."""


@dataclass(frozen=True)
class Where:
    """A place with the words for it."""

    place: Place
    course: str
    lecture: str
    seconds: int
    """The length of the lecture."""


def settled(work: Work, drafts: Sequence[QuestionDraft]) -> list[tuple[QuestionDraft, Fault | None]]:
    """Each draft with the lecture its place names in the published version of the course, or what of the place is not so."""
    places = catalogue.published_lectures(work, {one.place.course for one in drafts if one.place is not None})
    known = {one.code for one in places}
    lectures = {(one.code, one.position): (one.lecture_id, one.duration_ms // 1000) for one in places}
    return [_settled(one, known, lectures) for one in drafts]


def _settled(draft: QuestionDraft, known: set[str], lectures: dict[tuple[str, int], tuple[int, int]]) -> tuple[QuestionDraft, Fault | None]:
    place = draft.place
    if place is None:
        return draft, None
    if place.course not in known:
        return draft, Fault("course", "course_unknown")
    if (place.course, place.lecture) not in lectures:
        return draft, Fault("lecture", "lecture_unknown")
    number, seconds = lectures[place.course, place.lecture]
    if place.second > seconds:
        return draft, Fault("at", "second_outside_lecture", clock(seconds))
    return replace(draft, lecture_id=number, at_second=place.second), None


def told(work: Work, drafts: Sequence[QuestionDraft]) -> list[QuestionDraft]:
    """Each draft with its place as files and forms say it."""
    places = catalogue.lecture_places(work, {one.lecture_id for one in drafts if one.lecture_id is not None})
    named = {number: (one.code, one.position) for number, one in places.items()}
    return [
        replace(one, place=Place(*named[one.lecture_id], one.at_second or 0)) if one.place is None and one.lecture_id in named else one
        for one in drafts
    ]


def where(work: Work, draft: QuestionDraft) -> Where | None:
    """Where a draft is taught, in words, if that is known."""
    found, _fault = settled(work, [draft])[0]
    if found.lecture_id is None:
        return None
    one = catalogue.lecture_places(work, {found.lecture_id}).get(found.lecture_id)
    if one is None:
        return None
    return Where(Place(one.code, one.position, found.at_second or 0), one.course, one.title, one.duration_ms // 1000)


def offered(work: Work) -> list[tuple[str, str]]:
    """Code and title of published courses, the newest first."""
    return catalogue.published_titles(work, MOST_OFFERED)


def lectures(work: Work, code: str) -> list[tuple[int, str, int]]:
    """Number, title and seconds of the lectures of a published course, for whoever picks one."""
    found = catalogue.published_lectures(work, {code.strip()} - {""})
    return sorted((one.position, one.title, one.duration_ms // 1000) for one in found)
