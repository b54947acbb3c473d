"""The model of adversaries against the service on real tables: the engine's promises survive their way through SQL (PERF-G2)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from app.kernel.errors import Refusal as KernelRefusal
from app.learning import service
from app.learning.models import Coverage, PlayState
from app.learning.rules import spans
from app.learning.rules.credit import Accepted, Beat, Play, Refusal, Refused, Repeated
from app.learning.service import Terms, plays, refusals, store
from tests import make
from tests.learning.build import taught
from tests.learning.machine import LECTURES, Studying
from tests.learning.test_rules_machine import STEPS

CODES = {why.value: why for why in Refused}


class StudyingInTheDatabase(Studying):
    """The same person and the same cheats; every act is a unit of work of its own."""

    work_as: ClassVar[Any]
    hands: ClassVar[Any]
    lectures: ClassVar[list[Any]]
    terms: ClassVar[Terms]
    dead: ClassVar = {Refusal(Refused.SUPERSEDED), Refusal(Refused.CLOSED)}

    def settle(self, rate: int, cap: int) -> None:
        """A new person for every example, under terms of its own."""
        type(self).terms = Terms("demo@1", Decimal("0.9"), Decimal(rate) / 1000, cap)
        with self.work_as() as work:
            self.actor = make.actor(make.person(work))

    def act(self) -> Any:
        self.hands.at = datetime.fromtimestamp(self.clock / 1000, UTC)
        return self.work_as(self.actor)

    def stored(self) -> Play:
        with self.work_as() as work:
            row = store.live(work, self.actor.person_id)
            assert row.covered == spans.to_bytes(self.stored_coverage(work, row.lecture_id))
            return store.play_of(row)

    def stored_coverage(self, work: Any, lecture_id: int) -> spans.Spans:
        row = work.session.get(Coverage, (self.actor.person_id, lecture_id))
        return spans.from_bytes(row.intervals) if row else ()

    def begin_play(self, lecture: int) -> Play:
        with self.act() as work:
            service.open_session(work, self.lectures[lecture].uid)
        return self.stored()

    def end_play(self) -> Play:
        with self.act() as work:
            service.close(work, UUID(self.play.session))
        return self.stored()

    def keep_delivered(self) -> None:
        with self.act() as work:
            work.session.get(PlayState, self.actor.person_id).delivered = spans.to_bytes(self.now.delivered)

    def judge(self, beat: Beat) -> Accepted | Repeated | Refusal:
        before, covered = self.play.seq, self.covered[self.now.lecture]
        try:
            with self.act() as work:
                answer = service.beat(work, UUID(beat.session), beat)
        except KernelRefusal as refusal:
            wait = refusal.retry_after * 1000 if isinstance(refusal, refusals.TooFast) else 0
            return Refusal(CODES[refusal.code], wait)
        if beat.seq <= before:
            assert self.stored() == self.play, "a repetition changed something"
            return Repeated(answer)
        return Accepted(self.stored(), answer, spans.subtract(answer.covered, covered))


def test_the_service_keeps_every_invariant(work_as: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with work_as() as work:
        lectures = taught(work, LECTURES)[2]
    machine = StudyingInTheDatabase
    machine.work_as, machine.hands, machine.lectures = staticmethod(work_as), clock, lectures
    monkeypatch.setattr(plays, "terms", lambda work: machine.terms)
    run_state_machine_as_test(machine, settings=settings(STEPS, max_examples=8, stateful_step_count=15))
