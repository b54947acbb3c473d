"""G5 and G6: two thousand candidates begin a paper of a hundred questions at once; then answers are saved by 32 clients."""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
import threading
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from app.exams.models import Answer, Attempt, Exam
from app.kernel.work import Actor, working
from app.people.models import Appointment, Person, Unit
from app.people.service.identity import today
from bench.figures import Figure
from bench.load import Result, Unexpected, ask, run
from bench.people import tokens
from bench.servers import Server

CANDIDATES, CONNECTIONS, CLIENTS = 2000, 200, 32
TITLE = "初任培训结业考试"
"""Of the demo: a hundred questions by blueprint, for everybody of the rank `RANK`."""
RANK = "section_below"


@dataclass
class Sitting:
    """One candidate: what was given out, and the revision of each answer."""

    head: dict[str, str]
    attempt: str = ""
    seen: list[str] = field(default_factory=list)
    revs: dict[str, int] = field(default_factory=dict)
    choices: list[tuple[str, Any, Any]] = field(default_factory=list)

    def begin(self, connection: http.client.HTTPConnection, exam: str) -> bytes:
        """Begin, or begin again."""
        connection.request("POST", f"/api/v1/exams/{exam}/attempts", b"{}", self.head)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != (200 if self.seen else 201):
            raise Unexpected(f"{answer.status} {content[:150]!r}")
        self.seen.append("")
        return content

    def keep(self, content: bytes) -> None:
        """Remember the paper, read after the time was taken."""
        paper = json.loads(content)
        self.attempt = paper["attempt"]
        self.seen[-1] = hashlib.sha256(json.dumps(paper["questions"]).encode()).hexdigest()
        self.choices = [(one["question"], *_two(one)) for one in paper["questions"]]


def _two(asked: dict[str, Any]) -> tuple[Any, Any]:
    """Two answers to a question, to be saved in turn."""
    one, other = (asked["options"][at]["option"] for at in (0, 1))
    return ([one], [other]) if asked["kind"] == "multiple" else (one, other)


def exams(server: Server, hello: Result, candidates: int = CANDIDATES) -> list[Figure]:
    """Starts, the same starts again, then saves."""
    exam, sittings = _gather(server, candidates)
    first, again = _begin(server, exam, sittings), _begin(server, exam, sittings)
    return [*_g5(server, hello, first, again, sittings), *_g6(server, hello, sittings)]


def _gather(server: Server, candidates: int) -> tuple[str, list[Sitting]]:
    """The examination, and as many new people in posts of its rank, all signed in."""
    assert server.college is not None
    with working(server.college, Actor.system("bench")) as work:
        exam = work.session.scalars(select(Exam).where(Exam.title == TITLE)).one()
        unit = work.session.scalars(select(Unit.id).order_by(Unit.id.desc())).first()
        people = [Person(uid=work.new_uid(), name=f"考生{at}", created_at=work.now) for at in range(candidates)]
        work.session.add_all(people)
        work.session.flush()
        work.session.add_all(
            Appointment(person_id=one.id, unit_id=unit, rank_level=RANK, from_on=today(work), recorded_at=work.now) for one in people
        )
        first = people[0].id
    signed_in = tokens(server.college, candidates, prefix="exam", first=first)
    return str(exam.uid), [Sitting({"Authorization": f"Bearer {one}", "Content-Type": "application/json"}) for one in signed_in]


def _begin(server: Server, exam: str, sittings: list[Sitting]) -> Result:
    papers: list[bytes] = [b""] * len(sittings)

    def step(connection: http.client.HTTPConnection, number: int) -> None:
        papers[number] = sittings[number].begin(connection, exam)

    result = run(server.port, step, clients=CONNECTIONS, seconds=300, pids=server.pids, most=len(sittings))
    for one, content in zip(sittings, papers, strict=True):
        if content:
            one.keep(content)
    return result


def _g5(server: Server, hello: Result, first: Result, again: Result, sittings: list[Sitting]) -> list[Figure]:
    assert server.college is not None
    with working(server.college, Actor.system("bench"), write=False) as work:
        made = work.session.scalar(
            select(func.count()).select_from(Attempt).join(Exam, Exam.id == Attempt.exam_id).where(Exam.title == TITLE)
        )
    wall = f"{first.rate:.0f}/s, p99 {first.percentile(0.99):.0f} ms; hello {hello.cpu_ms:.2f} ms"
    failures = [*first.failures, *again.failures]
    other = sum(len(one.seen) != 2 or one.seen[0] != one.seen[1] for one in sittings)
    return [
        Figure(
            "G5",
            f"{len(sittings):,} candidates have their paper of 100 questions",
            first.wall,
            max(8 * len(sittings) / CANDIDATES, 1),
            "s",
            wall,
        ),
        Figure("G5", "CPU of a start, database included", first.cpu_ms, 6, "ms"),
        Figure("G5", "CPU of the same start again", again.cpu_ms, 6, "ms", f"{again.wall:.1f} s for all"),
        Figure("G5", "attempts more or fewer than candidates", abs((made or 0) - len(sittings)), 0, ""),
        Figure("G5", "errors", len(failures), 0, "", "; ".join(failures[:1])),
        Figure("G5", "papers that differ when they are asked for again", other, 0, ""),
    ]


def _g6(server: Server, hello: Result, sittings: list[Sitting]) -> list[Figure]:
    """Saves; each connection has candidates of its own, whose questions it takes in turn."""
    assert server.college is not None
    piles = [sittings[n::CLIENTS] for n in range(CLIENTS)]
    turns = [itertools.cycle([(one, at) for at in range(100) for one in pile if one.choices]) for pile in piles]
    owners: dict[int, int] = {}
    acknowledged: dict[tuple[str, str], int] = {}
    lock = threading.Lock()

    def step(connection: http.client.HTTPConnection, _number: int) -> None:
        with lock:
            pile = owners.setdefault(id(connection), len(owners) % CLIENTS)
        one, at = next(turns[pile])
        question, *values = one.choices[at]
        rev = one.revs.get(question, 0) + 1
        body = json.dumps({"rev": rev, "value": values[rev % 2]}).encode()
        ask(connection, "PUT", f"/api/v1/attempts/{one.attempt}/answers/{question}", body, one.head)
        one.revs[question] = acknowledged[one.attempt, question] = rev

    run(server.port, step, clients=CLIENTS, seconds=2, pids=server.pids)
    result = run(server.port, step, clients=CLIENTS, seconds=6, pids=server.pids)
    same = (Answer.person_id == Attempt.person_id) & (Answer.attempt_id == Attempt.id)
    with working(server.college, Actor.system("bench"), write=False) as work:
        rows = work.session.execute(select(Attempt.uid, Answer.question, Answer.rev).join(Answer, same))
        kept = {(str(row.uid), row.question): row.rev for row in rows}
    lost = sum(kept.get(key, 0) < rev for key, rev in acknowledged.items())
    note = f"p50 {result.percentile(0.5):.1f} ms, p99 {result.percentile(0.99):.0f} ms; hello {hello.cpu_ms:.2f} ms"
    return [
        Figure("G6", "CPU of a saved answer, database included, 32 clients", result.cpu_ms, 5, "ms", note),
        Figure("G6", "saved answers in a second", result.rate, 250, "≥ /s"),
        Figure("G6", "acknowledged answers that are not kept", lost, 0, "", f"of {len(acknowledged)}; kill -9 in tests/exams/test_kill.py"),
        Figure("G6", "errors", len(result.failures), 0, "", "; ".join(result.failures[:1])),
    ]
