"""What is done to training classes: entered, changed, cancelled; people enrolled and withdrawn. Every act leaves a line in the trail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from app.classes import queries
from app.classes.actions import Action
from app.classes.models import STANDING, ClassMember, ClassTrail, TrainingClass
from app.classes.queries import Candidate
from app.classes.rules import CITY, ClassState, Fault, Terms, may_cancel, reason_faults, terms_faults
from app.classes.words import SENTENCES
from app.kernel.db import changed_one, dialect, insert_into
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people import service as people
from app.people.queries import unit_name
from app.people.rules import listed
from app.people.rules.listed import Flaw


class BadClass(Invalid):
    """What was entered is no class, list or reason; `faults` has every field, `field` names the first."""

    code = "bad_class"

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__(SENTENCES[found[0].code], field=found[0].field, faults=[{"field": one.field, "code": one.code} for one in found])
        self.found = tuple(found)


class ClassCancelled(Conflict):
    """Nothing is done any more to a class that was cancelled."""

    code, text = "class_cancelled", _l("This class was cancelled; nothing of it can be changed any more.")


class ClassEnded(Conflict):
    """What has ended is not cancelled any more."""

    code, text = "class_ended", _l("This class has ended and can no longer be cancelled.")


class NotYourClass(Forbidden):
    """A class of another unit: one may send people to it, and not change it."""

    code, text = "class_of_another_unit", _l("Another unit organises this class; you do not keep it.")


@dataclass(frozen=True)
class Found:
    """A class as the actor meets it."""

    row: TrainingClass
    unit: Any
    state: ClassState
    is_kept: bool
    """Whether he keeps it: changes, cancels it, and enrols by right of the class."""
    is_own: bool
    """Whether a unit he serves in or his grant starts from organises it: then he sees everybody who is in it."""

    @property
    def unit_name(self) -> str:
        """The organising unit in the reader's language."""
        return unit_name(self.unit)

    @property
    def action(self) -> Action:
        """By which action people are enrolled and withdrawn."""
        return Action.PLAN if self.is_kept else Action.DISPATCH


def find(work: Work, uid: UUID) -> Found:
    """A class the actor sees; NotFound for any other."""
    work.require(Action.PLAN)
    kept = queries.reach(work)
    found = queries.one(work, uid, kept)
    if found is None:
        raise NotFound()
    row, unit = found
    return Found(row, unit, queries.state_of(row, people.today(work)), kept.keeps(unit.path), kept.is_own(unit.path))


def in_hand(work: Work, uid: UUID) -> Found:
    """The same, if it is the actor's to keep and was not cancelled."""
    found = find(work, uid)
    if not found.is_kept:
        raise NotYourClass()
    return _alive(found)


def _alive(found: Found) -> Found:
    if found.state is ClassState.CANCELLED:
        raise ClassCancelled()
    return found


def enter(work: Work, terms: Terms) -> TrainingClass:
    """A class of a unit whose classes the actor keeps."""
    work.require(Action.PLAN)
    values = _sound(work, terms)
    insert = insert_into(dialect(work.session), TrainingClass.__table__).on_conflict_do_nothing(index_elements=["code"])
    new = {"uid": work.new_uid(), "author_id": work.actor.person_id, "created_at": work.now, "cancel_reason": "", **values}
    class_id = work.session.scalar(insert.values(**new).returning(TrainingClass.__table__.c.id))
    if class_id is None:
        raise BadClass([Fault("code", "code_taken")])
    row = work.session.get_one(TrainingClass, class_id)
    note(work, row, "entered")
    return row


def change(work: Work, uid: UUID, terms: Terms) -> TrainingClass:
    """Put right what was entered, whenever it is, unless the class was cancelled. What depends on its days goes by the new ones.

    Refused where they would put a member into two off-post classes on the same days.
    """
    found = in_hand(work, uid)
    values, row = _sound(work, terms, uid), found.row
    before = {name: str(getattr(row, name)) for name, value in values.items() if getattr(row, name) != value}
    try:
        with work.session.begin_nested():
            for name, value in values.items():
                setattr(row, name, value)
            work.session.flush()
    except IntegrityError as error:
        raise BadClass([Fault("code", "code_taken")]) from error
    if before.keys() & {"starts_on", "ends_on", "off_post"}:
        _refuse_in_two(work, row)
    if before:
        note(work, row, "changed", before=before)
    return row


def _refuse_in_two(work: Work, row: TrainingClass) -> None:
    """Whoever is in a class is in no other off-post one on its days, whichever came first."""
    inside = sorted(queries.standing(work, row.id))
    queries.held(work, inside)
    if queries.elsewhere(work, row, inside):
        raise BadClass([Fault("ends_on", "members_elsewhere")])


def faults(work: Work, terms: Terms, unread: Collection[str] = (), of: UUID | None = None) -> list[Fault]:
    """Everything that keeps these terms from being those of a class, `of` which they are if it is there already.

    Of fields that could not be read (`unread`) nothing is said.
    """
    return _judged(work, terms, unread, of)[0]


def _judged(work: Work, terms: Terms, unread: Collection[str], of: UUID | None) -> tuple[list[Fault], Any]:
    found, unit = terms_faults(terms, unread), queries.unit_of(work, terms.unit)
    if unit is None:
        found.append(Fault("unit", "unit_unknown"))
    elif unit.kind == CITY:
        found.append(Fault("unit", "unit_whole"))
    elif not queries.reach(work).keeps(unit.path):
        found.append(Fault("unit", "unit_foreign"))
    if queries.is_taken(work, terms.code, of):
        found.append(Fault("code", "code_taken"))
    return [one for one in found if one.field not in unread], unit


def _sound(work: Work, terms: Terms, of: UUID | None = None) -> dict[str, Any]:
    """The terms as columns, if they are those of a class of a unit that the actor keeps."""
    found, unit = _judged(work, terms, (), of)
    if found:
        raise BadClass(found)
    names = ("code", "category", "starts_on", "ends_on", "hours", "days", "off_post")
    texts = {"title": terms.title.strip(), "place": terms.place.strip()}
    return {**{name: getattr(terms, name) for name in names}, **texts, "unit_id": unit.id}


def cancel(work: Work, uid: UUID, reason: str) -> None:
    """Cancel a class that has not ended, for good: from then on it admits nobody and keeps nobody from anything."""
    found = in_hand(work, uid)
    if not may_cancel(found.state):
        raise ClassEnded()
    if faults := reason_faults(reason):
        raise BadClass(faults)
    mine = update(TrainingClass).where(TrainingClass.id == found.row.id, TrainingClass.cancelled_at.is_(None))
    if not changed_one(work.session, mine.values(cancelled_at=work.now, cancel_reason=reason.strip())):
        raise ClassCancelled()
    note(work, found.row, "cancelled", reason=reason.strip())


class Fresh(NamedTuple):
    """Somebody who comes in: the word he was named by, his number, his name."""

    word: str
    person_id: int
    name: str


@dataclass(frozen=True)
class Weighed:
    """People held against a class: who comes in, how many are in it already, and the rows that are left out."""

    rows: int
    fresh: tuple[Fresh, ...]
    same: int
    flaws: tuple[Flaw, ...]


def weigh(work: Work, uid: UUID, rows: Iterable[Sequence[Any]]) -> Weighed:
    """Hold a list against people and class; nothing is changed.

    Left out are: nobody's name or one outside one's scope (the two are not told apart), one that stands twice, oneself, and
    whoever is in another off-post class on the same days.
    """
    return _weigh(work, _alive(find(work, uid)), rows)


def may_enrol(work: Work, found: Found) -> bool:
    """Whether there is anybody whom the actor could enrol: a school keeps its classes and has no scope over people."""
    return found.state is not ClassState.CANCELLED and work.may(found.action) and queries.has_people(work, found.action)


def enrolling(work: Work, uid: UUID) -> Found:
    """A class into which the actor may enrol somebody."""
    found = _alive(find(work, uid))
    if not may_enrol(work, found):
        raise NotYourClass()
    return found


def _weigh(work: Work, found: Found, rows: Iterable[Sequence[Any]]) -> Weighed:
    try:
        named, flaws = listed.named(rows)
    except listed.TooLong as error:
        raise BadClass([Fault("list", "list_too_long")]) from error
    if not (named or flaws):
        raise BadClass([Fault("list", "list_empty")])
    if not work.may(found.action):
        raise NotYourClass()
    known = queries.within_scope(work, found.action, [name for _row, name in named])
    return _judge(work, found, [(row, name, known.get(name)) for row, name in named], flaws)


def _judge(work: Work, found: Found, asked: Sequence[tuple[int, str, Candidate | None]], flaws: Sequence[Flaw] = ()) -> Weighed:
    """Who of those asked for comes in: row, the word he was named by, and who it is within one's scope."""
    ids = {one.id for _row, _word, one in asked if one is not None}
    if work.writes:
        queries.held(work, ids)
    inside = queries.standing(work, found.row.id)
    busy = queries.elsewhere(work, found.row, sorted(ids - inside))
    fresh, left, same = list[Fresh](), list(flaws), 0
    for row, word, one in asked:
        if one is None:
            left.append(Flaw(row, word, "person_unknown"))
        elif one.id == work.actor.person_id:
            left.append(Flaw(row, word, "oneself"))
        elif one.id in inside:
            same += 1
        elif one.id in busy:
            left.append(Flaw(row, word, "in_another_class"))
        else:
            fresh.append(Fresh(word, one.id, one.name))
    return Weighed(len(asked) + len(flaws), tuple(fresh), same, tuple(sorted(left)))


def enrol(work: Work, uid: UUID, rows: Iterable[Sequence[Any]]) -> Weighed:
    """Enrol the good rows of a list in one turn; the others are left out and told."""
    found = _alive(find(work, uid))
    return _entered(work, found, _weigh(work, found, rows))


def enrol_marked(work: Work, uid: UUID, persons: Sequence[UUID]) -> Weighed:
    """Enrol people who were found by name and marked; who cannot come in is left out and told."""
    found = enrolling(work, uid)
    if not persons:
        raise BadClass([Fault("who", "nobody_marked")])
    known = queries.found_within(work, found.action, persons)
    asked = [(row, known[one].name if one in known else "", known.get(one)) for row, one in enumerate(dict.fromkeys(persons), 1)]
    return _entered(work, found, _judge(work, found, asked))


def _entered(work: Work, found: Found, weighed: Weighed) -> Weighed:
    keep(work, found.row, [one.person_id for one in weighed.fresh])
    return weighed


def keep(work: Work, row: TrainingClass, person_ids: Sequence[int]) -> None:
    """Write down that these people are in a class from today on; whoever says so was weighed before."""
    if not person_ids:
        return
    new = [{"class_id": row.id, "person_id": one, "enrolled_on": people.today(work), "reason": ""} for one in person_ids]
    insert = insert_into(dialect(work.session), ClassMember.__table__)
    insert = insert.on_conflict_do_nothing(index_elements=["class_id", "person_id"], index_where=text(STANDING))
    work.session.connection().execute(insert, new)
    note(work, row, "enrolled", count=len(new), people=list(person_ids))


def withdraw(work: Work, uid: UUID, person_uid: UUID, reason: str) -> None:
    """Withdraw a member within one's scope, with the reason; that he was enrolled stays written."""
    found, person_id = member(work, uid, person_uid)
    if faults := reason_faults(reason):
        raise BadClass(faults)
    mine = (ClassMember.class_id == found.row.id, ClassMember.person_id == person_id, ClassMember.withdrawn_on.is_(None))
    if not changed_one(work.session, update(ClassMember).where(*mine).values(withdrawn_on=people.today(work), reason=reason.strip())):
        raise NotFound()
    note(work, found.row, "withdrawn", count=1, people=[person_id], reason=reason.strip())


def member(work: Work, uid: UUID, person_uid: UUID) -> tuple[Found, int]:
    """A class and somebody who stands in it, within the actor's scope and not himself; NotFound for anybody else."""
    found = _alive(find(work, uid))
    person_id = queries.member_named(work, found.row.id, person_uid)
    if person_id is None or person_id == work.actor.person_id:
        raise NotFound()
    people.require_over(work, found.action, person_id)
    return found, person_id


def note(work: Work, row: TrainingClass, what: str, **details: Any) -> None:
    """A line in the trail of a class."""
    work.session.add(ClassTrail(class_id=row.id, what=what, who_id=work.actor.person_id, details=details, at=work.now))
    work.session.flush()
