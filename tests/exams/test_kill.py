"""kill -9 of the web process while answers are saved and papers handed in: nothing acknowledged is lost (PERF-G6, I15)."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.exams import service
from app.exams.models import Attempt, AttemptState
from app.exams.service.marking import digest_of
from app.exams.service.papers import answers, row_id
from app.kernel.clock import WallClock
from app.kernel.work import Actor, College, working
from app.people.models import ApiToken, Person
from tests import make
from tests.exams import build
from tests.exams.build import WorkAs

ROOT = Path(__file__).resolve().parents[2]
SECONDS = float(os.environ.get("KILL_SECONDS", "20"))
"""How long the loop runs on each engine; `make soak` gives it longer (decisions 26)."""
KILLS = int(os.environ.get("KILLS", "100"))
CANDIDATES = 3
PASSING = (OSError, http.client.HTTPException)


@dataclass
class Web:
    """The web process: the product's application, killed and born again (phoenix.py)."""

    database: str
    folder: Path
    target: str = "wsgi:app"
    port: int = 0
    child: int = 0
    parent: subprocess.Popen[str] | None = None

    def load(self) -> None:
        """Load the application once; the address is known from then on."""
        environ = {
            **os.environ, "APP_ENV": "test", "DATABASE_URL": self.database, "DATA_DIR": str(self.folder / "var"),
            "MEDIA_DIR": str(self.folder / "media"), "SECRET_KEY": "test-secret-of-no-worth-0123456789abcdef", "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.exams.phoenix", self.target]
        pipe = subprocess.PIPE
        with (self.folder / "web.log").open("ab") as log:
            self.parent = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=pipe, stdout=pipe, stderr=log, text=True)
        self.port = self._line()

    def _line(self) -> int:
        assert self.parent is not None and self.parent.stdout is not None
        while line := self.parent.stdout.readline():
            if line.strip().isdigit():
                return int(line)
        raise RuntimeError((self.folder / "web.log").read_text()[-3000:])

    def start(self) -> None:
        """A process that serves."""
        assert self.parent is not None and self.parent.stdin is not None
        self.parent.stdin.write("start\n")
        self.parent.stdin.flush()
        self.child = self._line()

    def kill(self) -> None:
        """kill -9."""
        os.kill(self.child, signal.SIGKILL)

    def end(self) -> None:
        """End the parent too."""
        assert self.parent is not None
        self.parent.communicate()
        assert self.parent.returncode == 0


@dataclass
class Candidate:
    """Someone who answers, hands in, begins again, and remembers what was acknowledged."""

    web: Web
    college: College
    exam: Any
    actor: Actor
    headers: dict[str, str]
    stop: threading.Event
    saved: dict[tuple[Any, str], tuple[int, Any]] = field(default_factory=dict)
    sent: dict[tuple[Any, str], set[tuple[int, str]]] = field(default_factory=dict)
    receipts: dict[Any, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    _connection: http.client.HTTPConnection | None = None

    def sit(self, dice: random.Random) -> None:
        """Attempt after attempt until told to stop."""
        while not self.stop.is_set():
            with working(self.college, self.actor) as work:
                attempt, _ = service.start(work, self.exam)
            revs: dict[str, int] = {one.question: 0 for one in attempt.questions}
            for _ in range(dice.randint(30, 60)):  # few enough attempts for the fifty that an exam may allow
                asked = dice.choice(attempt.questions)
                revs[asked.question] += 1
                self._answer(attempt.attempt, asked, revs[asked.question], dice)
            self._hand_in(attempt.attempt)
        self._hang_up()

    def _answer(self, attempt: Any, asked: Any, rev: int, dice: random.Random) -> None:
        options = [one.option for one in asked.options]
        value: Any = sorted(dice.sample(options, 2)) if asked.kind == "multiple" else dice.choice(options)
        key = (attempt, asked.question)
        self.sent.setdefault(key, set()).add((rev, json.dumps(value)))
        answer = self._ask("PUT", f"/api/v1/attempts/{attempt}/answers/{asked.question}", {"rev": rev, "value": value})
        if answer is not None:
            self.saved[key] = (rev, value)
            self.acknowledged += 1

    def _hand_in(self, attempt: Any) -> None:
        receipt = self._ask("POST", f"/api/v1/attempts/{attempt}/submit", None)
        if receipt is not None:
            self.receipts[attempt] = receipt

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _ask(self, method: str, path: str, body: Any) -> Any:
        """Send until answered: the same request again after a killed connection, as the page does it."""
        while not self.stop.is_set():
            try:
                if self._connection is None:
                    self._connection = http.client.HTTPConnection("127.0.0.1", self.web.port, timeout=5)
                headers = {**self.headers, "Content-Type": "application/json"}
                self._connection.request(method, path, json.dumps(body) if body else None, headers)
                answer = self._connection.getresponse()
                text = answer.read()
            except PASSING:
                self._hang_up()
                self.stop.wait(0.02)
                continue
            if answer.status == 200:
                return json.loads(text)
            if answer.status not in (429, 503):
                self.faults.append(f"{method} {path}: {answer.status} {text[:300]!r}")
                return None
        return None


def lost(college: College, candidates: list[Candidate]) -> list[str]:
    """Everything that was acknowledged and does not stand in the database."""
    found: list[str] = []
    for one in candidates:
        person_id = one.actor.person_id
        assert person_id is not None
        for (attempt, question), (rev, value) in one.saved.items():
            with working(college, Actor.system("check"), write=False) as work:
                kept = answers(work, person_id, row_id(attempt)).get(question)
            if kept is None or kept.rev < rev or (kept.rev == rev and kept.value != value):
                found.append(f"{question}: acknowledged {rev} {value}, kept {kept}")
            elif (kept.rev, json.dumps(kept.value)) not in one.sent[attempt, question]:
                found.append(f"{question}: kept {kept}, which was never sent")
        for attempt, receipt in one.receipts.items():
            with working(college, Actor.system("check"), write=False) as work:
                row = work.session.get_one(Attempt, (person_id, row_id(attempt)))
                kept_now = answers(work, person_id, row.id)
            assert row.submitted_at is not None
            if row.state != AttemptState.GRADED or row.digest != receipt["digest"]:
                found.append(f"{attempt}: receipt {receipt} is not what is kept")
            if digest_of(attempt, row.submitted_at, kept_now) != receipt["digest"]:
                found.append(f"{attempt}: the answers are not those that were handed in")
    return found


def candidates_of(web: Web, college: College, work_as: WorkAs, stop: threading.Event) -> list[Candidate]:
    """Three candidates with a quiz of six questions and attempts without number."""
    college.clock = WallClock()
    quiz = build.quiz(
        work_as,
        [build.single(n) for n in range(3)] + [build.multiple(n) for n in range(3)],
        max_attempts=50,
        limit_minutes=600,
        pass_mark=100,
    )
    found = []
    for number in range(CANDIDATES):
        with work_as() as work:
            person: Person = make.person(work, f"考生 {number}")
        headers = build.token(work_as, person)
        with work_as(write=False) as work:
            token_id = work.session.scalars(select(ApiToken.id).order_by(ApiToken.id.desc()).limit(1)).one()
        actor = make.actor(person, "exams.sit", sign_in_id=None, token_id=token_id)
        found.append(Candidate(web, college, quiz.exam.uid, actor, headers, stop))
    return found


def _wait_for_progress(candidates: list[Candidate], stop: threading.Event) -> None:
    """Until something more is acknowledged, at most three seconds: however slow the machine, the loop gets on."""
    before, end = sum(one.acknowledged for one in candidates), time.monotonic() + 3
    while sum(one.acknowledged for one in candidates) == before and time.monotonic() < end:
        stop.wait(0.01)


def torment(web: Web, candidates: list[Candidate], stop: threading.Event, *, seconds: float, kills: int) -> int:
    """Let them write while the server is killed at random moments; how often it was."""
    threads = [threading.Thread(target=one.sit, args=(random.Random(n),), daemon=True) for n, one in enumerate(candidates)]
    dice, killed = random.Random(2026), 0
    web.load()
    web.start()
    end = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    try:
        while killed < kills and time.monotonic() < end:
            if dice.random() < 0.8:
                _wait_for_progress(candidates, stop)
            stop.wait(dice.uniform(0, 0.25))
            web.kill()
            killed += 1
            web.start()
        stop.wait(1)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
        web.kill()
        web.end()
    return killed


@pytest.mark.slow
def test_a_killed_server_loses_no_acknowledged_answer_and_hands_nothing_in_twice(
    database: str, college: College, work_as: WorkAs, tmp_path: Path
) -> None:
    stop = threading.Event()
    web = Web(database, tmp_path)
    candidates = candidates_of(web, college, work_as, stop)
    killed = torment(web, candidates, stop, seconds=SECONDS, kills=KILLS)
    assert killed >= 10
    assert sum(one.acknowledged for one in candidates) >= killed // 2 and sum(len(one.receipts) for one in candidates) >= 1
    assert [fault for one in candidates for fault in one.faults] == []
    assert lost(college, candidates) == []


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_the_loop_notices_a_server_that_acknowledges_too_early(database: str, college: College, work_as: WorkAs, tmp_path: Path) -> None:
    """The negative control: answers kept in memory for half a second are lost, and the same check says so."""
    stop = threading.Event()
    web = Web(database, tmp_path, target="tests.exams.hasty:app")
    candidates = candidates_of(web, college, work_as, stop)
    torment(web, candidates, stop, seconds=8, kills=8)
    assert lost(college, candidates)
