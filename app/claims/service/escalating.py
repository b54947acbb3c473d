"""What was let pass is put before the organ above: marked, in the trail, and told once to it and to whoever lets it wait (domain.md §8).

A unit's step goes before the authority that certifies, a certification or an appeal before the superior of that authority
(`superior_over` in jurisdictions.yaml), which then may decide it. An appeal goes there at once where each of those who
could hear it had a part in the decision. Days are civil; those of content/claims.yaml, as they were set when the wait began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, insert, select, tuple_, update

from app.claims.actions import Action
from app.claims.models import Appeal, Claim, ClaimTrail, Escalation, Notice
from app.claims.rules import STAGES, Act, AppealState, Stage, Why
from app.claims.service import moving
from app.claims.service.above import is_marked, stands_apart
from app.kernel.clock import civil
from app.kernel.db import dialect, insert_into
from app.kernel.work import Actor, Work
from app.people import queries as people
from app.people import service as offices

Whose = tuple[int, str]
"""A person and a kind of claims: an organ may decide some kinds only."""
MOST = 200
"""So many of a stage are put before the organ above in one transaction."""
OWN: Mapping[Stage, Action] = {Stage.CHECK: Action.CHECK, Stage.CERTIFY: Action.CERTIFY, Stage.APPEAL: Action.CERTIFY}
ABOVE: Mapping[Stage, Action] = {Stage.CHECK: Action.CERTIFY, Stage.CERTIFY: Action.HEAR, Stage.APPEAL: Action.HEAR}
"""Who should have acted at each stage, and before whom it is put."""


@dataclass(frozen=True)
class _Let:
    """One that was let pass, or that nobody may hear."""

    person_id: int
    claim_id: int
    kind: str
    stage: Stage
    due_on: date
    why: Why

    @property
    def whose(self) -> Whose:
        """Whose claim it is and of which kind."""
        return self.person_id, self.kind


class Seats:
    """What was let pass, or may be heard by nobody; and who may decide it, with whom of these people each reaches.

    Read before the turn to write, with a number of statements that does not depend on how many may decide.
    """

    def __init__(self, work: Work) -> None:
        today = civil(work.now).date()
        late, in_time = _late(work, today), _in_time(work, today)
        self._reaching = people.Reaching(work, (*(one.whose for one in late), *((row.Claim.person_id, row.Claim.kind) for row in in_time)))
        self._known: dict[Action, list[tuple[Actor, frozenset[Whose]]]] = {}
        unheard = [_appeal(row, Why.NOBODY) for row in in_time if not self._is_heard(work, row.Claim, row.Appeal)]
        self.let: Sequence[_Let] = [*late, *unheard]
        for stage in {one.stage for one in self.let}:
            self._read(work, OWN[stage])
            self._read(work, ABOVE[stage])

    def reach(self, action: Action) -> Sequence[tuple[Actor, frozenset[Whose]]]:
        """Each officer with the people, and the kinds of their claims, over which he may do it; himself is none of them."""
        return self._known[action]

    def _read(self, work: Work, action: Action) -> Sequence[tuple[Actor, frozenset[Whose]]]:
        if action not in self._known:
            self._known[action] = [(actor, self._reaching.of(actor, action)) for actor in offices.holders(work, action)]
        return self._known[action]

    def _is_heard(self, work: Work, claim: Claim, appeal: Appeal) -> bool:
        """Whether somebody of the organ may hear the appeal."""
        whose, action = (claim.person_id, claim.kind), Action.CERTIFY
        hearers = (actor for actor, reached in self._read(work, action) if whose in reached)
        return any(stands_apart(one.person_id, self._reaching.lenders_over(one, action, *whose), claim, appeal) for one in hearers)


def escalate(work: Work, seats: Seats | None = None) -> int:
    """Put before the organ above what was let pass until yesterday and what nobody may hear; how many. Safe to run twice.

    Of what was prepared only what still waits; without anything prepared it is read here.
    """
    today, seats = civil(work.now).date(), seats or Seats(work)
    waiting = {*_late(work, today), *(_appeal(row, Why.NOBODY) for row in _in_time(work, today))}
    done = _put(work, [one for one in seats.let if one in waiting], seats)
    _tell(work, done, seats)
    return len(done)


def notices(work: Work) -> Sequence[tuple[Stage, bool, int, datetime]]:
    """What the actor was told and has not read: stage, as the organ above or not, how many, since when.

    Only what he may still act on: whoever retired or gave his office back is asked for nothing.
    """
    mine = select(Notice.stage, Notice.as_superior, func.sum(Notice.count), func.min(Notice.sent_at)).where(
        Notice.person_id == work.person_id, Notice.read_at.is_(None)
    )
    rows = work.session.execute(mine.group_by(Notice.stage, Notice.as_superior).order_by(Notice.as_superior.desc(), Notice.stage))
    told = [(Stage(row[0]), bool(row[1]), int(row[2]), row[3]) for row in rows]
    return [one for one in told if work.may((ABOVE if one[1] else OWN)[one[0]])]


def read_notices(work: Work) -> None:
    """The actor has read what he was told."""
    mine = update(Notice).where(Notice.person_id == work.person_id, Notice.read_at.is_(None))
    work.session.execute(mine.values(read_at=work.now))


def _late(work: Work, today: date) -> list[_Let]:
    """Claims, then appeals, whose last day was before today."""
    found = []
    for state, stage in STAGES.items():
        late = select(Claim.person_id, Claim.id, Claim.kind, Claim.due_on).where(Claim.state == state, Claim.due_on < today)
        rows = work.session.execute(late.where(~is_marked(Claim.due_on, stage)).order_by(Claim.due_on, Claim.id).limit(MOST))
        found += [_Let(row.person_id, row.id, row.kind, stage, row.due_on, Why.LATE) for row in rows]
    appeals = work.session.execute(_open_appeals().where(Appeal.due_on < today).limit(MOST))
    return found + [_appeal(row, Why.LATE) for row in appeals]


def _in_time(work: Work, today: date) -> Sequence[Any]:
    """Open appeals whose last day has not passed."""
    return work.session.execute(_open_appeals().where(Appeal.due_on >= today).limit(MOST)).all()


def _appeal(row: Any, why: Why) -> _Let:
    return _Let(row.Claim.person_id, row.Claim.id, row.Claim.kind, Stage.APPEAL, row.Appeal.due_on, why)


def _open_appeals() -> Select[Appeal, Claim]:
    marked = exists().where(
        Escalation.person_id == Appeal.person_id, Escalation.claim_id == Appeal.claim_id, Escalation.stage == Stage.APPEAL
    )
    both = and_(Claim.person_id == Appeal.person_id, Claim.id == Appeal.claim_id)
    return select(Appeal, Claim).join(Claim, both).where(Appeal.state == AppealState.OPEN, ~marked).order_by(Appeal.due_on, Appeal.claim_id)


def _put(work: Work, let: Sequence[_Let], seats: Seats) -> list[_Let]:
    """The marks and their lines in the trail, but for those where another worker was quicker. Four statements, however many."""
    if not let:
        return []
    mark = insert_into(dialect(work.session), Escalation.__table__).on_conflict_do_nothing()
    rows = [{"person_id": one.person_id, "claim_id": one.claim_id, "stage": one.stage, "due_on": one.due_on, "why": one.why, "at": work.now}
            for one in let]  # fmt: skip
    fresh = {tuple(row) for row in work.session.execute(mark.returning(Escalation.person_id, Escalation.claim_id, Escalation.stage), rows)}
    done = [one for one in let if (one.person_id, one.claim_id, one.stage) in fresh]
    claims = _raised(work, done)
    stages = {one.stage for one in done}
    above = {(stage, whose) for stage in stages for _actor, reached in seats.reach(ABOVE[stage]) for whose in reached}
    of_system, trails = replace(work, actor=Actor(is_system=True)), []
    for one in done:
        claim = claims[one.person_id, one.claim_id]
        figures = {"stage": str(one.stage), "due_on": one.due_on.isoformat(), "why": str(one.why), "above": (one.stage, one.whose) in above}
        trails.append(moving.trail_row(of_system, claim, claim.version, Act.ESCALATE, claim.state, "", figures))
    if trails:
        work.session.execute(insert(ClaimTrail), trails)
    return done


def _raised(work: Work, let: Sequence[_Let]) -> dict[tuple[int, int], Claim]:
    """Their claims, each a version further: one stands for what is written in the trail. In the order of persons, against deadlocks."""
    if not let:
        return {}
    theirs = tuple_(Claim.person_id, Claim.id).in_([(one.person_id, one.claim_id) for one in let])
    work.session.execute(select(Claim.id).where(theirs).order_by(Claim.person_id, Claim.id).with_for_update(key_share=True)).all()
    raised = update(Claim).where(theirs).values(version=Claim.version + 1).returning(Claim)
    fresh = {"synchronize_session": False, "populate_existing": True}
    return {(claim.person_id, claim.id): claim for claim in work.session.scalars(raised, execution_options=fresh)}


def _tell(work: Work, done: Sequence[_Let], seats: Seats) -> None:
    """One notice for each officer, stage and side, with how many."""
    told: Counter[tuple[int, Stage, bool]] = Counter()
    for stage in sorted({one.stage for one in done}):
        whose = [one.whose for one in done if one.stage is stage]
        for action, as_superior in ((OWN[stage], False), (ABOVE[stage], True)):
            for actor, reached in seats.reach(action):
                count = sum(one in reached for one in whose)
                if count and actor.person_id is not None:
                    told[actor.person_id, stage, as_superior] += count
    if not told:
        return
    numbers = select(Notice.person_id, func.max(Notice.id)).where(Notice.person_id.in_({key[0] for key in told}))
    last: dict[int, int] = {row[0]: row[1] for row in work.session.execute(numbers.group_by(Notice.person_id))}
    rows = []
    for (person_id, stage, as_superior), count in told.items():
        last[person_id] = last.get(person_id, 0) + 1
        rows.append({"person_id": person_id, "id": last[person_id], "stage": stage, "as_superior": as_superior, "count": count,
                     "sent_at": work.now, "read_at": None})  # fmt: skip
    work.session.execute(insert(Notice), rows)
