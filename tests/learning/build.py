"""Builders for study: a lecture whose bytes lie on disk, and a person who plays it through the service or over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.catalogue.models import Course, CourseVersion, Lecture
from app.kernel.work import Actor, Work
from app.learning import service
from app.learning.rules.credit import Answer, Beat
from app.learning.rules.journal import Moment
from app.media import service as media
from app.media.models import Asset
from app.people.models import Person
from app.people.service.passwords import hashed
from tests import make

SEGMENT_BYTES = 1_000


def taught(
    work: Work, lectures: tuple[int, ...] = (60_000,), owner: Person | None = None, **fields: Any
) -> tuple[Course, CourseVersion, list[Lecture]]:
    """A published course whose lectures have playable bytes."""
    owner = owner or make.person(work, "王讲")
    course, version, rows = make.course(work, owner, lectures, **fields)
    for lecture in rows:
        asset = work.session.get_one(Asset, lecture.asset_id)
        asset.renditions = {"360p": {"playlist": "360p/index.m3u8", "init": "360p/init.mp4"}}
        lay_out(work, asset)
    work.session.flush()
    return course, version, rows


def lay_out(work: Work, asset: Asset) -> None:
    """Files of an asset: each segment of a thousand bytes."""
    folder = media.folder(work, asset)
    (folder / "360p").mkdir(parents=True, exist_ok=True)
    (folder / "master.m3u8").write_text("#EXTM3U\n360p/index.m3u8\n")
    (folder / "360p/index.m3u8").write_text("#EXTM3U\n")
    (folder / "360p/init.mp4").write_bytes(b"init")
    for name, _start, _end in asset.segments["360p"]:
        (folder / name).write_bytes(b"s" * SEGMENT_BYTES)


def cadre(work: Work, user_name: str = "lixue", name: str = "李学") -> Person:
    """A person with an account and the demo password."""
    person = make.person(work, name)
    make.account(work, person, user_name, hashed("Study-2026-demo"))
    make.grant(work, person, "cadre")
    return person


def deliver_all(work: Work, session: UUID | str) -> None:
    """As if every segment of the lecture had been sent to the session."""
    from app.learning.models import PlaySession
    from app.learning.rules import spans

    row = work.session.query(PlaySession).filter_by(uid=UUID(str(session))).one()
    row.delivered = spans.to_bytes(spans.span(0, 10**8))
    work.session.flush()


@dataclass
class Sitting:
    """One person at one session through the service."""

    actor: Actor
    session: UUID
    token: str
    seq: int = 0
    answers: list[tuple[Beat, Answer]] = field(default_factory=list)

    def next(self, start: int, end: int, **fields: Any) -> Beat:
        """The next beat in turn."""
        return Beat(str(self.session), self.seq + 1, self.token, start, end, **fields)

    def beat(self, work: Work, start: int, end: int, **fields: Any) -> Answer:
        """Send it and take the answer in."""
        claim = self.next(start, end, **fields)
        answer = service.beat(work, self.session, claim)
        self.seq, self.token = answer.seq, answer.token
        self.answers.append((claim, answer))
        return answer


class Study:
    """Opens and plays lectures in units of work of their own, on a stopped clock."""

    def __init__(self, work_as: Any, clock: Any) -> None:
        self.work_as, self.clock = work_as, clock

    def open(self, person: Person, lecture: Lecture, *, delivered: bool = True, **actor: Any) -> Sitting:
        """Open a session."""
        who = make.actor(person, **actor)
        with self.work_as(who) as work:
            opened = service.open_session(work, lecture.uid)
            sitting = Sitting(who, UUID(opened.play.session), opened.token)
            if delivered:
                deliver_all(work, sitting.session)
        return sitting

    def beat(self, sitting: Sitting, start: int, end: int, *, after: float, **fields: Any) -> Answer:
        """Let seconds pass, then report a range."""
        self.clock.at += timedelta(seconds=after)
        with self.work_as(sitting.actor) as work:
            return sitting.beat(work, start, end, **fields)

    def watch(self, sitting: Sitting, start: int, end: int) -> Answer:
        """Watch honestly at 1×, a beat in fifteen seconds."""
        answer = None
        for at in range(start, end, 15_000):
            to = min(at + 15_000, end)
            answer = self.beat(sitting, at, to, after=(to - at) / 1000, moment=Moment.ENDED if to == end else Moment.PLAYING)
        assert answer is not None
        return answer
