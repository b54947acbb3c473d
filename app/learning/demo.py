"""Study of the demo: somebody goes through a course as a player would report it, beat by beat, and passes its quiz."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.catalogue.models import Lecture
from app.exams import demo as exams
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor, College, Work, working
from app.learning import service
from app.learning.rules.credit import BEAT_MS, Beat
from app.learning.rules.journal import Moment
from app.learning.service import access

PAUSE, QUIZ = timedelta(seconds=40), timedelta(minutes=9)
"""Between two lectures, and what a closing quiz of five questions takes at most."""


@dataclass
class _Sitting:
    """One opening of the player: what it has to show with the next beat, and the segments that were not fetched yet."""

    session: UUID
    signature: str
    token: str
    segments: list[tuple[str, int, int]]
    seq: int = 0


def study(college: College, actor: Actor, version_id: int, number: int, began: datetime) -> None:
    """Every lecture from end to end, then the quiz, on a clock that begins then; every second one looks away once and plays that again."""
    clock = StoppedClock(began)
    then = College(college.settings, college.engine, clock)
    with working(then, actor, write=False) as work:
        mine = select(Lecture.uid, Lecture.duration_ms).where(Lecture.version_id == version_id).order_by(Lecture.position)
        lectures = work.session.execute(mine).all()
    for at, (uid, duration_ms) in enumerate(lectures):
        _watch(then, actor, clock, uid, list(_played(duration_ms, looks_away=number % 2 == 1 and at == 0)))
        clock.at += PAUSE
    clock.at += QUIZ
    with working(then, actor) as work:
        exams.pass_quiz(work, version_id, number)


def _played(duration_ms: int, *, looks_away: bool) -> list[tuple[int, int, bool]]:
    """What each beat reports: from, to, and whether the page was visible."""
    beats = [(at, min(at + BEAT_MS, duration_ms), True) for at in range(0, duration_ms, BEAT_MS)]
    if looks_away:
        since, until, _visible = beats[1]
        beats[1] = (since, until, False)
        beats.append((since, until, True))
    return beats


def _watch(then: College, actor: Actor, clock: StoppedClock, lecture: UUID, played: list[tuple[int, int, bool]]) -> None:
    """Open the lecture, fetch what is shown, report it, close."""
    with working(then, actor) as work:
        opened = service.open_session(work, lecture)
        asset = access.playable(work, access.entry(work, lecture).place)
        segments = [tuple(one) for one in next(iter(asset.segments.values()))]
        sitting = _Sitting(UUID(opened.play.session), opened.manifest_url.split("/")[-2], opened.token, segments)
    for at, (since, until, is_visible) in enumerate(played):
        clock.at += timedelta(milliseconds=until - since)
        with working(then, actor) as work:
            _fetch(work, sitting, until)
            moment = Moment.PLAYING if at + 1 < len(played) else Moment.ENDED
            beat = Beat(str(sitting.session), sitting.seq + 1, sitting.token, since, until, moment=moment, visible=is_visible)
            answer = service.beat(work, sitting.session, beat)
            sitting.seq, sitting.token = answer.seq, answer.token
    with working(then, actor) as work:
        service.close(work, sitting.session)


def _fetch(work: Work, sitting: _Sitting, until: int) -> None:
    """The segments up to this place that the player has not fetched yet, as they leave the server."""
    while sitting.segments and sitting.segments[0][1] < until:
        admitted = service.admit(work, sitting.session, sitting.signature, sitting.segments.pop(0)[0])
        service.charge(work, admitted, admitted.size)
        service.record(work, admitted, admitted.size)
