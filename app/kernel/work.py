"""The unit of work: one session, one actor, one moment, one commit at the edge (architecture.md §4.6)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.kernel.clock import Clock
from app.kernel.db import BUSY_SECONDS, dialect
from app.kernel.errors import Forbidden, Refusal, Unavailable
from app.kernel.ids import uuid7
from app.kernel.lane import Lane
from app.kernel.turns import TooLong, Turns, turns_at
from config import Settings


@dataclass(frozen=True)
class Grant:
    """One action a person may do, and over whom; the predicate is read by the domain that knows people.

    `on_behalf` names whoever lent it for a while, `lender_id` is his number; empty for what is the person's own. `kinds` limits
    the action to things of these kinds; empty for any kind.
    """

    action: str
    predicate: Any = None
    on_behalf: str = ""
    kinds: frozenset[str] = frozenset()
    lender_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in person, nobody, or the system itself."""

    person_id: int | None = None
    account_id: int | None = None
    name: str = ""
    sign_in_id: int | None = None
    token_id: int | None = None
    device: str = ""
    ip: str = ""
    roles: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    must_change_password: bool = False
    is_system: bool = False

    @classmethod
    def system(cls, name: str) -> Actor:
        """The college itself: jobs and commands. It may do everything, and is named in what it does."""
        return cls(name=name, is_system=True)

    @property
    def is_signed_in(self) -> bool:
        """Whether a person stands behind this actor."""
        return self.person_id is not None

    @property
    def door(self) -> str:
        """Which sign-in or token this is; an attempt or play session is bound to it."""
        return f"s{self.sign_in_id}" if self.sign_in_id is not None else f"t{self.token_id}"

    def may(self, action: str) -> bool:
        """Whether the action is granted over anyone at all."""
        return self.is_system or action in self.actions


NOBODY = Actor()


@dataclass
class College:
    """What one running process holds: settings, database, clock. Made by the factory."""

    settings: Settings
    engine: Engine
    clock: Clock
    writing: Engine = field(init=False)
    reading: Engine = field(init=False)
    turns: Turns | None = field(init=False, default=None)
    lane: Lane = field(init=False, default_factory=Lane, repr=False)

    def __post_init__(self) -> None:
        self.writing = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self.reading = self.engine
        if self.engine.dialect.name == "postgresql":
            self.reading = self.engine.execution_options(postgresql_readonly=True)
        elif self.engine.url.database:
            self.turns = turns_at(Path(self.engine.url.database))

    def turn(self) -> AbstractContextManager[None]:
        """The time in which this thread may write: on SQLite one after the other, in the order they came."""
        return nullcontext() if self.turns is None else _in_turn(self.turns, self.lane)


@contextmanager
def _in_turn(turns: Turns, lane: Lane) -> Iterator[None]:
    """A turn, or 503 when it does not come in time (decisions 33). Nobody keeps the lane while he waits for it."""
    try:
        with turns.turn(BUSY_SECONDS, lane.leave):
            yield
    except TooLong as error:
        raise Unavailable() from error


@dataclass
class Work:
    """The circumstances of one act, handed down as the first argument of every service."""

    session: Session
    actor: Actor
    now: datetime
    college: College
    writes: bool = True
    request_id: str = ""
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    at_end: dict[Hashable, Callable[[Work], None]] = field(default_factory=dict)
    _connection: Connection | None = field(default=None, repr=False)

    def once_at_end(self, key: Hashable, act: Callable[[Work], None]) -> None:
        """Do something once before the commit, in this transaction, however often and from wherever it is asked for."""
        self.at_end.setdefault(key, act)

    def settle(self) -> None:
        """Do what was put off to the end; what that puts off in turn follows."""
        while self.at_end:
            self.at_end.pop(next(iter(self.at_end)))(self)

    def undo(self) -> None:
        """Take back what was changed so far, and what was put off: a form is shown again and nothing of it is kept."""
        self.session.rollback()
        self.at_end.clear()
        self.after_commit.clear()

    def look_again(self) -> None:
        """Begin a read anew, so that what follows sees what others have committed since."""
        if self.writes:
            raise RuntimeError("a unit of work that writes cannot be begun anew")
        _end_read(self.session)

    @property
    def connection(self) -> Connection:
        """The connection of this unit of work, past the object layer; for what happens many times a second."""
        if self._connection is None or self._connection.closed:
            self._connection = self.session.connection()
        return self._connection

    @property
    def settings(self) -> Settings:
        """What the operator chose."""
        return self.college.settings

    def aside(self) -> AbstractContextManager[Work]:
        """A short unit of work that writes, beside one that only reads."""
        return working(self.college, self.actor)

    def new_uid(self) -> UUID:
        """A fresh identifier for the outside."""
        return uuid7(self.now)

    def may(self, action: str) -> bool:
        """Whether the actor may do this over anyone at all."""
        return self.actor.may(action)

    def require(self, action: str) -> None:
        """Refuse unless the actor may do this over someone; scope is checked where people are known."""
        if not self.actor.may(action):
            raise Forbidden()

    def require_one(self, *actions: str) -> None:
        """The same for whoever may do at least one of these."""
        if not any(self.actor.may(one) for one in actions):
            raise Forbidden()

    @property
    def person_id(self) -> int:
        """The signed-in person; only for what is behind SIGNED_IN."""
        if self.actor.person_id is None:
            raise Forbidden()
        return self.actor.person_id


@contextmanager
def working(college: College, actor: Actor = NOBODY, *, write: bool = True, request_id: str = "") -> Iterator[Work]:
    """Begin a unit of work; commit it once at the end, or roll everything back.

    A refusal whose `keeps` is true is itself a fact (a failed sign-in), so the work is committed and it is raised on.
    A read leaves nothing behind. What must follow a commit (a wake-up of the worker) runs after it and may be lost.
    """
    with college.turn() if write else nullcontext(), _session(college, write) as session:
        work = Work(session, actor, college.clock.now(), college, write, request_id)
        try:
            yield work
        except Refusal as refusal:
            if write and refusal.keeps:
                _commit(work)
            raise
        if write:
            _commit(work)
        elif dialect(session) == "postgresql":
            _end_read(session)
    for follow in work.after_commit if write else ():
        follow()


def _commit(work: Work) -> None:
    """Do what was put off, then commit; the disk is waited for outside the lane."""
    work.settle()
    work.session.flush()
    work.college.lane.leave()
    work.session.commit()


def _end_read(session: Session) -> None:
    """End by COMMIT what can only read: at a ROLLBACK psycopg forgets all it has prepared, and plans anew (ADR 26).

    What was changed by mistake is let go before, as a rollback would.
    """
    session.expunge_all()
    session.commit()


def _session(college: College, write: bool) -> Session:
    return Session(college.writing if write else college.reading, expire_on_commit=False)
