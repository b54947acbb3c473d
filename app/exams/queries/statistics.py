"""What the sittings of an examination say, for those who answer for it: kept figures, and results by unit as they stand now.

Screen, file and API read this one door, so they cannot say different things.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import case, func, or_, select

from app.bank.models import Question, QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.service import Use, secrets
from app.exams.actions import Action
from app.exams.models import Attempt, Exam, ExamState, VersionFigures
from app.exams.queries import known, regrades
from app.exams.rules import groups
from app.exams.rules.groups import Group
from app.exams.rules.regrading import WITHDRAWN, How
from app.exams.rules.signs import idle, signs
from app.exams.rules.statistics import METHOD, Figures, ItemFigures
from app.exams.rules.timing import is_over
from app.exams.service import amending, readers
from app.exams.service import figures as made
from app.kernel.i18n import locale_code
from app.kernel.small import is_small
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Appointment, Unit
from app.people.service.identity import today

CITY = "reports.city"
"""The action over figures of the whole city (app/compliance/actions.py, a floor above)."""


@dataclass(frozen=True)
class OptionShown:
    """An option of a question: how many chose it, and the shares of the upper and the lower group that did."""

    letter: str
    text: str
    chosen: int
    upper: float | None
    lower: float | None
    is_right: bool | None
    """None where the reader may not see keys, and of a question that was withdrawn."""
    is_idle: bool


@dataclass(frozen=True)
class ItemShown:
    """The figures of one question with its words."""

    question: UUID
    version: int
    stem: str
    kind: str
    topic: str
    figures: ItemFigures
    signs: tuple[str, ...]
    options: tuple[OptionShown, ...]
    amended: str = ""
    """`full` or `out` where the question was withdrawn from this examination, `key` where its key was corrected."""


@dataclass(frozen=True)
class UnitRow:
    """Results of one unit; `name` is empty where several small ones stand together."""

    name: str
    candidates: int
    passed: int
    share: float
    mean: float
    joined: int
    is_outside: bool
    has_outside: bool = False
    """Whether people outside the reader's scope stand among those of small units."""


@dataclass(frozen=True)
class Statistics:
    """Everything on the page of statistics. `why` says why there are no figures: not_out, waiting, few."""

    exam: Exam
    as_of: datetime | None
    method: str
    figures: Figures | None
    why: str
    waits: str
    """`soon` where newer figures are to come, `held` where too few people have come for that since; else empty."""
    items: tuple[ItemShown, ...]
    units: tuple[UnitRow, ...]
    candidates: int
    passed: int
    withheld: int = 0
    """Questions that are left out, because a paper that the reader is writing now asks them."""
    units_later: bool = False
    """Whether the reader is told the units of the whole city once nobody can sit it any more."""


def statistics(work: Work, exam: Exam, *, by_unit: bool, keys: bool) -> Statistics:
    """The statistics of an examination: seven statements, eight with keys, however many sat it.

    Results by unit are told only of the same sittings: beside older ones the difference is one person's score.
    How the best chose tells a key. So what a paper asks that the reader is writing is left out, and he is noted as a reader of each
    question of which he is told it, with keys or without.
    """
    compared = made.freshness(work, exam.id)
    if not made.are_out(exam, work.now):
        return Statistics(exam, None, METHOD, None, "not_out", "", (), (), 0, 0)
    kept, body = compared.kept, msgspec.convert(compared.kept.body, Figures) if compared.kept and compared.kept.body else None
    if kept is None or body is None:
        why = "few" if is_small(compared.people) else "waiting"
        return Statistics(exam, kept.as_of if kept else None, METHOD, None, why, "", (), (), 0, 0)
    is_past = exam.state == ExamState.CLOSED or is_over(exam.done_at, work.now)
    units = _units(work, exam, kept.as_of, (Action.ASSEMBLE, CITY) if is_past else (Action.ASSEMBLE,)) if by_unit else ()
    if compared.is_moved or sum(one.candidates for one in units) != body.candidates:
        units = ()
    items = tuple(_items(work, exam.id, body.items, keys=keys))
    return Statistics(
        exam, kept.as_of, kept.method, body, "", compared.waits, items, units, body.candidates, body.passed, len(body.items) - len(items),
        by_unit and not is_past and work.may(CITY),
    )  # fmt: skip


def _items(work: Work, exam_id: int, figures: Collection[ItemFigures], *, keys: bool) -> Iterable[ItemShown]:
    """The questions with their words; keys are not even read for those who may not see them (INV-I18)."""
    held = regrades.holding(work, exam_id)
    done = {number: How(row.how) for number, (row, _version) in held.items()}
    version = QuestionVersion
    columns = select(version.id, Question.uid, version.number, version.stem, version.kind, version.topic, version.options)
    columns = columns.join(Question, Question.id == version.question_id).where(version.question_id.not_in(known.asked_now(work)))
    found = {row.id: row for row in work.session.execute(columns.where(version.id.in_([one.item for one in figures])))}
    if telling := [number for number, row in found.items() if keys or row.options]:
        readers.read_keys(work, known.questions_of(telling))
    right = _right(work, held, [one for one in found if done.get(one) not in WITHDRAWN]) if keys else {}
    for one in figures:
        row = found.get(one.item)
        if row is None:
            continue
        options, how = tuple(_options(row, one, right.get(one.item))), done.get(one.item)
        noticed = () if how in WITHDRAWN else tuple(signs(one))
        yield ItemShown(row.uid, row.number, row.stem, row.kind, row.topic, one, noticed, options, how.value if how else "")


def _right(work: Work, held: regrades.Holding, versions: Collection[int]) -> dict[int, frozenset[str]]:
    """The letters that are right in this examination: of a key that was corrected those of the correction."""
    keys = secrets(work, versions)
    return {number: frozenset(one.right) for number, one in {**keys, **amending.corrected_by(held, keys)}.items()}


def _options(row: Any, one: ItemFigures, right: frozenset[str] | None) -> Iterable[OptionShown]:
    if row.kind == Kind.CASE:
        return
    letters = [letter for letter, _text in row.options]
    useless = idle(one, letters, right) if right is not None else ()
    for letter, text in row.options:
        chosen, high, low = one.options.get(letter, (0, 0.0 if one.tail else None, 0.0 if one.tail else None))
        yield OptionShown(letter, text, chosen, high, low, None if right is None else letter in right, letter in useless)


def _units(work: Work, exam: Exam, upto: datetime, scopes: Sequence[str]) -> tuple[UnitRow, ...]:
    """Everybody who had a result at a moment, with his best one, by unit: the units of one's scope, all others as one group.

    Who may read the figures of the whole city reads all its units, once nobody comes any more: a unit that grows by one would tell
    him of the one. Of his own scope he reads the results by name.
    """
    rows = groups.hide_small(_gathered(work, exam, upto, scopes))
    names = _names(work, [one.path for one in rows])
    return tuple(
        UnitRow(names.get(one.path, ""), one.candidates, one.passed, round(one.share, 1), round(one.mean, 1), one.joined,
                one.path == groups.OUTSIDE, one.has_outside)
        for one in rows
    )  # fmt: skip


def _gathered(work: Work, exam: Exam, upto: datetime, scopes: Sequence[str]) -> list[Group]:
    """One statement: a row a unit, and whether its people are within the reader's scope."""
    scope = [people.within(work, action, Attempt.person_id) for action in scopes]
    mine = case((or_(*scope), 1), else_=0)
    best = bests(exam, upto).add_columns(func.max(mine).label("mine")).subquery()
    post = (
        select(Appointment.unit_id)
        .where(Appointment.person_id == best.c.person_id, Appointment.is_primary, people.counting(Appointment, today(work)))
        .order_by(Appointment.from_on.desc(), Appointment.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    each = select(post.label("unit_id"), best.c.mine, best.c.score, best.c.passed).subquery()
    rows = work.session.execute(
        select(Unit.path, each.c.mine, func.count(), func.sum(each.c.passed), func.sum(each.c.score))
        .select_from(each)
        .outerjoin(Unit, Unit.id == each.c.unit_id)
        .group_by(Unit.path, each.c.mine)
    )
    inside: dict[str, Group] = {}
    outside = Group(groups.OUTSIDE, 0, 0, 0.0)
    for path, is_mine, count, passed, points in rows:
        group = Group(path or "", count, int(passed), float(points))
        if is_mine:
            inside[group.path] = group
        else:
            outside = Group(groups.OUTSIDE, outside.candidates + count, outside.passed + group.passed, outside.points + group.points)
    return groups.branches(inside, outside)


def bests(exam: Exam, upto: datetime | None = None) -> Any:
    """The best result of each person, of attempts that count up to a moment."""
    passed = func.max(case((made.had_passed(exam), 1), else_=0))
    return select(
        Attempt.person_id, func.max(Attempt.score).label("score"), passed.label("passed"), func.count().label("attempts"),
        func.max(Attempt.submitted_at).label("at"),
    ).where(*made.counted(exam.id, upto)).group_by(Attempt.person_id)  # fmt: skip


def _names(work: Work, paths: Collection[str]) -> dict[str, str]:
    english = locale_code() == "en"
    rows = work.session.execute(select(Unit.path, Unit.name_zh, Unit.name_en).where(Unit.path.in_(paths)))
    return {path: (en or zh) if english else zh for path, zh, en in rows}


def uses(work: Work, question_id: int) -> dict[int, Use]:
    """Use and figures of the versions of a question, weighed by candidates, of examinations whose results are out. One statement."""
    kept = VersionFigures
    columns = select(QuestionVersion.number, func.sum(kept.candidates), func.count(), func.sum(kept.ease * kept.candidates),
                     *_weighed(kept.relation), *_weighed(kept.difference))  # fmt: skip
    own = columns.join(kept, kept.version_id == QuestionVersion.id).where(QuestionVersion.question_id == question_id)
    return {
        number: Use(number, int(count), exams, _share(ease, count) or Decimal(0), _share(relation, known), _share(difference, told))
        for number, count, exams, ease, relation, known, difference, told in work.session.execute(own.group_by(QuestionVersion.number))
    }


def _weighed(column: Any) -> tuple[Any, Any]:
    """The sum of a figure over candidates, and how many of them have it."""
    candidates = VersionFigures.candidates
    return func.sum(column * candidates), func.sum(case((column.is_(None), 0), else_=candidates))


def _share(total: Any, of: Any) -> Decimal | None:
    return (Decimal(int(total)) / int(of) / 1000).quantize(Decimal("0.01")) if of else None
