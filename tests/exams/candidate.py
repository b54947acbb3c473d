"""The two sides of test_kill: the web process and the worker that are killed, and the candidates who remember what was acknowledged."""

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
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, MetaData, NullPool, String, Table, create_engine, text
from sqlalchemy.exc import OperationalError

ROOT = Path(__file__).resolve().parents[2]
PASSING = (OSError, http.client.HTTPException)
PAUSE = 0.005
"""Seconds that a candidate thinks about an answer, on the average: the load is the same on a fast machine."""

TALLY = Table(
    "kill_tally", MetaData(), Column("person_id", BigInteger, nullable=False), Column("attempt_id", BigInteger, nullable=False),
    Column("hand", String(40), nullable=False),
)  # fmt: skip
"""One row for each time that an attempt became final, and by whose hand (honest.py)."""

OVER = frozenset({"past_deadline", "attempt_over"})
"""What somebody hears who is still writing when the time is over."""


@dataclass
class Web:
    """The web process: the product's application, killed and born again (phoenix.py)."""

    database: str
    folder: Path
    target: str = "tests.exams.honest:app"
    port: int = 0
    child: int = 0
    worker: int = 0
    ahead: int = 0
    parent: subprocess.Popen[str] | None = None

    @property
    def clock(self) -> Path:
        """The file that says by how many seconds the clock of the college is ahead."""
        return self.folder / "clock"

    def move(self, seconds: int) -> None:
        """Let time pass at once, for everybody."""
        self.ahead += seconds
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(self.ahead), encoding="ascii")
        fresh.replace(self.clock)

    def load(self) -> None:
        """Load the application once; the address is known from then on."""
        environ = {
            **os.environ, "APP_ENV": "test", "DATABASE_URL": self.database, "DATA_DIR": str(self.folder / "var"),
            "MEDIA_DIR": str(self.folder / "media"), "SECRET_KEY": "test-secret-of-no-worth-0123456789abcdef", "LOG_LEVEL": "ERROR",
            "DEMO_CLOCK_FILE": str(self.clock),
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.exams.phoenix", self.target]
        pipe = subprocess.PIPE
        with (self.folder / "web.log").open("ab") as log:
            self.parent = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=pipe, stdout=pipe, stderr=log, text=True)
        self.port = int(self._line())

    def _line(self) -> str:
        assert self.parent is not None and self.parent.stdout is not None
        if line := self.parent.stdout.readline():
            return line
        raise RuntimeError((self.folder / "web.log").read_text()[-3000:])

    def _tell(self, line: str) -> str:
        assert self.parent is not None and self.parent.stdin is not None
        self.parent.stdin.write(f"{line}\n")
        self.parent.stdin.flush()
        return self._line()

    def rehearse(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Any:
        """Let the parent answer one request, so that its children have everything compiled."""
        status, answer = json.loads(self._tell(json.dumps({"method": method, "path": path, "headers": headers, "body": body})))
        assert status in (200, 201), answer
        return answer

    def start(self) -> None:
        """A process that serves."""
        self.child = int(self._tell("start"))

    def kill(self) -> None:
        """kill -9."""
        os.kill(self.child, signal.SIGKILL)

    def work_again(self) -> None:
        """kill -9 of the worker, if there is one, and the next one at once."""
        if self.worker:
            os.kill(self.worker, signal.SIGKILL)
        self.worker = int(self._tell("work"))

    def again(self, _number: int) -> None:
        """kill -9, and the next one at once."""
        self.kill()
        self.start()

    def end(self) -> None:
        """End the worker and the parent too."""
        if self.worker:
            os.kill(self.worker, signal.SIGKILL)
        assert self.parent is not None
        self.parent.communicate()
        assert self.parent.returncode == 0


class Database:
    """A PostgreSQL server that crashes: after kill -9 of one of its processes it drops all the others and recovers."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def run(self, statement: str) -> Any:
        """The first figure of the answer, if there is one; patient while the server recovers."""
        end = time.monotonic() + 60
        while True:
            try:
                with self.engine.connect() as connection:
                    answer = connection.execute(text(statement))
                    return answer.scalar() if answer.returns_rows else None
            except OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def crash(self) -> None:
        """What stood in its shared memory is gone; what it had written stays."""
        while (process := self.run("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")) is None:
            time.sleep(0.01)
        os.kill(process, signal.SIGKILL)


def answer_to(asked: dict[str, Any], dice: random.Random) -> Any:
    """Some answer to a question of a paper."""
    if asked["kind"] == "short":
        return f"职权法定，程序正当。\n{dice.random()}"
    if asked["kind"] == "blank":
        return [str(dice.randint(1949, 2026)) for _ in range(asked["blanks"])]
    if asked["kind"] == "case":
        return {part["question"]: answer_to(part, dice) for part in asked["parts"]}
    options = [one["option"] for one in asked["options"]]
    return sorted(dice.sample(options, 2)) if asked["kind"] == "multiple" else dice.choice(options)


@dataclass
class Candidate:
    """Someone who answers, hands in, begins again, and remembers what was acknowledged."""

    web: Web
    person_id: int
    exams: list[UUID]
    headers: dict[str, str]
    stop: threading.Event
    written: list[UUID] = field(default_factory=list)
    """Exams with written answers: sat once each, for they wait for a marker afterwards."""
    short: list[UUID] = field(default_factory=list)
    """Exams of a minute: their papers are left lying, for the deadline to hand them in."""
    saved: dict[tuple[UUID, str], tuple[int, Any]] = field(default_factory=dict)
    sent: dict[tuple[UUID, str], list[tuple[int, Any]]] = field(default_factory=dict)
    receipts: dict[UUID, dict[str, str]] = field(default_factory=dict)
    contradictions: list[tuple[Any, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    _connection: http.client.HTTPConnection | None = None

    def sit(self, dice: random.Random) -> None:
        """Attempt after attempt until told to stop; fifty at an exam, then the next one."""
        for exam in self._turns():
            attempt = self._ask("POST", f"/api/v1/exams/{exam}/attempts", None)
            if attempt is None:
                break
            uid, questions = UUID(attempt["attempt"]), attempt["questions"]
            self._leave_one(uid, questions, dice) if exam in self.short else self._sit_one(uid, questions, dice)
        self._hang_up()
        if not self.stop.is_set():
            self.faults.append("stopped before the time")

    def _turns(self) -> Iterator[UUID]:
        """Every third sitting is one with written answers, as long as there are some; before each, four are left lying."""
        written, short = iter(self.written), cycle(self.short)
        for number, exam in enumerate(exam for exam in self.exams for _ in range(50)):
            if number % 3 == 1 and (other := next(written, None)):
                yield other
            yield from islice(short, 4)
            yield exam

    def _sit_one(self, attempt: UUID, questions: list[dict[str, Any]], dice: random.Random) -> None:
        revs = dict.fromkeys((one["question"] for one in questions), 0)
        for _ in range(dice.randint(10, 40)):
            asked = dice.choice(questions)
            revs[asked["question"]] += 1
            self._answer(attempt, asked, revs[asked["question"]], dice)
        self._hand_in(attempt)
        if dice.random() < 0.5:
            self._hand_in(attempt)

    def _leave_one(self, attempt: UUID, questions: list[dict[str, Any]], dice: random.Random) -> None:
        """Answer a little, unless time is over before, and go; who comes back meanwhile goes on from there."""
        for asked in dice.sample(questions, 3):
            self._answer(attempt, asked, self.sent.get((attempt, asked["question"]), [(0, None)])[-1][0] + 1, dice)

    def _answer(self, attempt: UUID, asked: dict[str, Any], rev: int, dice: random.Random) -> None:
        key, value = (attempt, asked["question"]), answer_to(asked, dice)
        self.stop.wait(dice.uniform(0, 2 * PAUSE))
        self.sent.setdefault(key, []).append((rev, value))
        if self._ask("PUT", f"/api/v1/attempts/{attempt}/answers/{asked['question']}", {"rev": rev, "value": value}) is not None:
            self.saved[key] = (rev, value)
            self.acknowledged += 1

    def _hand_in(self, attempt: UUID) -> None:
        receipt = self._ask("POST", f"/api/v1/attempts/{attempt}/submit", None)
        before = self.receipts.get(attempt)
        if receipt is not None and before is None:
            self.receipts[attempt] = receipt
        elif receipt is not None and before != receipt:
            self.contradictions.append((before, receipt))

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
            if answer.status in (200, 201):
                return json.loads(text)
            if answer.status == 410 and json.loads(text)["code"] in OVER and method == "PUT":
                return None
            if answer.status not in (429, 503):
                self.faults.append(f"{method} {path}: {answer.status} {text[:300]!r}")
                return None
            self.stop.wait(0.02)
        return None
