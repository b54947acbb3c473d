"""What was let pass is put before the organ above: marked, in the trail, and told once to it and to whoever lets it wait (domain.md §8).

A unit's step goes before the authority that certifies, a certification or an appeal before the superior of that authority
(`superior_over` in jurisdictions.yaml), which then may decide it. An appeal goes there at once where each of those who
could hear it had a part in the decision. Days are civil; those of content/claims.yaml, as they were set when the wait began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, insert, select, update

from app.claims.actions import Action
from app.claims.models import Appeal, Claim, Escalation, Notice
from app.claims.rules import STAGES, Act, AppealState, Stage, Why
from app.claims.service import moving
from app.claims.service.above import has_no_part, is_marked
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


class _Offices:
    """Who may decide at a stage, read once; and whom of some people each reaches."""

    def __init__(self, work: Work, people_ids: Iterable[int]) -> None:
        self.work, self.wanted = work, sorted(set(people_ids))
        self._known: dict[Action, list[tuple[Actor, frozenset[Whose]]]] = {}

    def reach(self, action: Action) -> Sequence[tuple[Actor, frozenset[Whose]]]:
        """Each officer with the people, and the kinds of their claims, over which he may do it; himself is none of them."""
        if action not in self._known:
            self._known[action] = [self._of(actor, action) for actor in offices.holders(self.work, action)]
        return self._known[action]

    def _of(self, actor: Actor, action: Action) -> tuple[Actor, frozenset[Whose]]:
        theirs = replace(self.work, actor=actor)
        scope = people.visible(theirs, action, Claim.person_id, Claim.kind)
        reached = select(Claim.person_id, Claim.kind).where(Claim.person_id.in_(self.wanted), Claim.person_id != actor.person_id, scope)
        return actor, frozenset((row.person_id, row.kind) for row in self.work.session.execute(reached.distinct()))


def escalate(work: Work) -> int:
    """Put before the organ above what was let pass until yesterday and what nobody may hear; how many. Safe to run twice."""
    today = civil(work.now).date()
    late = [*_late_claims(work, today), *_late_appeals(work, today)]
    late += _unheard(work, today)
    seats = _Offices(work, (one.person_id for one in late))
    done = [one for one in late if _put(work, one, seats)]
    _tell(work, done, seats)
    return len(done)


def notices(work: Work) -> Sequence[tuple[Stage, bool, int, datetime]]:
    """What the actor was told and has not read: stage, as the organ above or not, how many, since when."""
    mine = select(Notice.stage, Notice.as_superior, func.sum(Notice.count), func.min(Notice.sent_at)).where(
        Notice.person_id == work.person_id, Notice.read_at.is_(None)
    )
    rows = work.session.execute(mine.group_by(Notice.stage, Notice.as_superior).order_by(Notice.as_superior.desc(), Notice.stage))
    return [(Stage(row[0]), bool(row[1]), int(row[2]), row[3]) for row in rows]


def read_notices(work: Work) -> None:
    """The actor has read what he was told."""
    mine = update(Notice).where(Notice.person_id == work.person_id, Notice.read_at.is_(None))
    work.session.execute(mine.values(read_at=work.now))


def _late_claims(work: Work, today: date) -> list[_Let]:
    found = []
    for state, stage in STAGES.items():
        late = select(Claim.person_id, Claim.id, Claim.kind, Claim.due_on).where(Claim.state == state, Claim.due_on < today)
        rows = work.session.execute(late.where(~is_marked(Claim.due_on, stage)).order_by(Claim.due_on, Claim.id).limit(MOST))
        found += [_Let(row.person_id, row.id, row.kind, stage, row.due_on, Why.LATE) for row in rows]
    return found


def _late_appeals(work: Work, today: date) -> list[_Let]:
    rows = work.session.execute(_open_appeals().where(Appeal.due_on < today).limit(MOST))
    return [_appeal(row, Why.LATE) for row in rows]


def _unheard(work: Work, today: date) -> list[_Let]:
    """Appeals in time that nobody of the organ may hear."""
    rows = work.session.execute(_open_appeals().where(Appeal.due_on >= today).limit(MOST)).all()
    seats = _Offices(work, (row.Claim.person_id for row in rows))
    found = []
    for row in rows:
        hearers = (actor for actor, reached in seats.reach(Action.CERTIFY) if (row.Claim.person_id, row.Claim.kind) in reached)
        if not any(has_no_part(replace(work, actor=actor), Action.CERTIFY, row.Claim, row.Appeal) for actor in hearers):
            found.append(_appeal(row, Why.NOBODY))
    return found


def _appeal(row: Any, why: Why) -> _Let:
    return _Let(row.Claim.person_id, row.Claim.id, row.Claim.kind, Stage.APPEAL, row.Appeal.due_on, why)


def _open_appeals() -> Select[Appeal, Claim]:
    marked = exists().where(
        Escalation.person_id == Appeal.person_id, Escalation.claim_id == Appeal.claim_id, Escalation.stage == Stage.APPEAL
    )
    both = and_(Claim.person_id == Appeal.person_id, Claim.id == Appeal.claim_id)
    return select(Appeal, Claim).join(Claim, both).where(Appeal.state == AppealState.OPEN, ~marked).order_by(Appeal.due_on, Appeal.claim_id)


def _put(work: Work, one: _Let, seats: _Offices) -> bool:
    """The mark and its line in the trail, unless another worker was quicker."""
    row = {"person_id": one.person_id, "claim_id": one.claim_id, "stage": one.stage, "due_on": one.due_on, "why": one.why, "at": work.now}
    fresh = insert_into(dialect(work.session), Escalation.__table__).values(row).on_conflict_do_nothing().returning(Escalation.claim_id)
    if work.session.scalar(fresh) is None:
        return False
    claim = work.session.get_one(Claim, (one.person_id, one.claim_id))
    is_above = any(one.whose in reached for _actor, reached in seats.reach(ABOVE[one.stage]))
    figures = {"stage": str(one.stage), "due_on": one.due_on.isoformat(), "why": str(one.why), "above": is_above}
    moving.note(replace(work, actor=Actor(is_system=True)), claim, Act.ESCALATE, figures=figures)
    return True


def _tell(work: Work, done: Sequence[_Let], seats: _Offices) -> None:
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
