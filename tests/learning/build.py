"""Builders for study: a lecture whose bytes lie on disk, and a person who plays it through the service or over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.catalogue.models import Course, CourseVersion, Lecture
from app.kernel.work import Actor, Work
from app.learning import service
from app.learning.models import Coverage, PlayState
from app.learning.rules import spans
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
    row = work.session.query(PlayState).filter_by(session=UUID(str(session))).one()
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


class Device:
    """One device of a person over HTTP, with a bearer token of its own."""

    def __init__(self, app: Any, user_name: str = "lixue", agent: str = "Mozilla/5.0 (Windows NT 10.0) Chrome/120") -> None:
        self.client = app.test_client()
        answer = self.client.post("/api/v1/tokens", json={"username": user_name, "password": "Study-2026-demo"})
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.headers = {"Authorization": f"Bearer {answer.json['token']}", "User-Agent": agent}
        self.session, self.token, self.seq, self.manifest = "", "", 0, ""
        self.sent: list[tuple[dict[str, Any], Any]] = []

    def open(self, lecture_uid: UUID, status: int = 201) -> Any:
        """Open a play session."""
        answer = self.client.post("/api/v1/play-sessions", json={"lecture": str(lecture_uid)}, headers=self.headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        if status == 201:
            body = answer.json
            self.session, self.token, self.seq, self.manifest = body["session"], body["token"], body["seq"], body["manifest_url"]
            self.sent = []
        return answer.json

    def body(self, start: Any, end: Any, **changes: Any) -> dict[str, Any]:
        """The next beat in turn."""
        plain = {"seq": self.seq + 1, "token": self.token, "from_ms": start, "to_ms": end, "rate": 1.0, "state": "playing", "visible": True}
        return plain | changes

    def post(self, body: Any, session: str = "", **options: Any) -> Any:
        """Send a beat as it is."""
        options.setdefault("headers", self.headers)
        return self.client.post(f"/api/v1/play-sessions/{session or self.session}/beats", json=body, **options)

    def beat(self, start: int, end: int, **changes: Any) -> Any:
        """Send the next beat; take its answer in when it is accepted."""
        body = self.body(start, end, **changes)
        answer = self.post(body)
        if answer.status_code == 200:
            self.seq, self.token = answer.json["seq"], answer.json["token"]
            self.sent.append((body, answer.get_data()))
        return answer

    def get(self, path: str, method: str = "GET", **headers: str) -> Any:
        """Fetch a file of the session, read to its end."""
        answer = self.client.open(self.manifest.replace("master.m3u8", path), method=method, headers={**self.headers, **headers})
        answer.get_data()
        answer.close()
        return answer


class Desk:
    """A device whose session has everything delivered, on a clock that moves by hand."""

    def __init__(self, app: Any, work_as: Any, clock: Any, lectures: list[Lecture]) -> None:
        self.app, self.work_as, self.clock, self.lectures = app, work_as, clock, lectures

    def open(self, which: int = 0, device: Device | None = None, user_name: str = "lixue") -> Device:
        device = device or Device(self.app, user_name)
        device.open(self.lectures[which].uid)
        with self.work_as() as work:
            deliver_all(work, device.session)
        return device

    def wait(self, seconds: float) -> None:
        self.clock.at += timedelta(seconds=seconds)

    def credited(self) -> int:
        with self.work_as(write=False) as work:
            return work.session.scalar(select(func.coalesce(func.sum(Coverage.covered_ms), 0)))


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a problem document."""
    return answer.status_code, answer.json["code"]
