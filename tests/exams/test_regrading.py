"""A question withdrawn or a key corrected after the fact: looked at first, committed once, on record, told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from app.bank.models import QuestionVersion
from app.exams import service
from app.exams.models import Attempt, AttemptState, Exam, Regrade, ResultTrail
from app.exams.queries import regrades as queries
from app.exams.queries.missed import missed
from app.exams.rules.regrading import How
from app.exams.service import refusals
from app.kernel.errors import Forbidden
from app.kernel.work import Actor
from app.ledger import queries as ledger
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs

D = Decimal


class Held:
    """An examination of two questions that everybody was asked (50 points each, pass at 60) and three who sat it."""

    def __init__(self, work_as: WorkAs, hours: str = "4", **terms: Any) -> None:
        self.work_as = work_as
        papers.stocked(work_as, 2)
        terms = {"release_policy": "closing_quiz", **terms}
        self.exam: Exam = papers.opened(work_as, papers.rows(2, points=50), hours=D(hours), max_attempts=3, **terms)
        self.all_right, self.one_wrong, self.both_wrong = (
            papers.candidate(work_as, name, sign_in_id=20 + at) for at, name in enumerate("甲乙丙")
        )
        with work_as() as work:
            self.officer = make.actor(make.person(work, "考务"), "exams.release", sign_in_id=30)
        self.version: Any = None
        self.sit(self.all_right)
        self.sit(self.one_wrong, wrong=1)
        self.sit(self.both_wrong, wrong=2)

    def sit(self, actor: Actor, wrong: int = 0) -> None:
        """Answer; the first `wrong` versions by number wrongly."""
        attempt = build.start(self.work_as, actor, self.exam.uid)
        with self.work_as() as work:
            right = build.right_answers(work, attempt)
            row = work.session.scalars(select(Attempt).where(Attempt.uid == attempt.attempt)).one()
            versions = {line[0]: line[1] for line in row.paper["lines"]}
            self.version = self.version or work.session.get_one(QuestionVersion, min(versions.values())).uid
        for at, question in enumerate(sorted(right, key=lambda one: versions[one])):
            with self.work_as(actor) as work:
                value = right[question]
                service.save(work, attempt.attempt, question, 1, build.wrong_answer(attempt, question, value) if at < wrong else value)
        with self.work_as(actor) as work:
            service.submit(work, attempt.attempt)

    def look(self, how: How, *right: str) -> service.Preview:
        with self.work_as(self.officer, write=False) as work:
            return service.preview_regrade(work, self.exam.uid, service.Wish(self.version, how, right))

    def commit(self, how: How, *right: str, reason: str = "题干有误") -> Regrade:
        weighed = self.weigh(how, *right, reason=reason)
        with self.work_as(self.officer) as work:
            return service.regrade(work, weighed)

    def weigh(self, how: How, *right: str, reason: str = "题干有误", digest: str = "") -> service.Weighed:
        digest = digest or self.look(how, *right).digest
        with self.work_as(self.officer, write=False) as work:
            return service.weigh_regrade(work, self.exam.uid, service.Wish(self.version, how, right), reason, digest)

    def result(self, actor: Actor) -> service.ResultShown:
        with self.work_as(actor, write=False) as work:
            uid = work.session.scalars(select(Attempt.uid).where(Attempt.person_id == actor.person_id)).first()
            assert uid is not None
            return build.result(work, uid)

    def scores(self) -> list[tuple[object, bool]]:
        found = [self.result(actor) for actor in (self.all_right, self.one_wrong, self.both_wrong)]
        return [(one.score, one.passed) for one in found]

    def hours(self, actor: Actor) -> list[Decimal]:
        with self.work_as(write=False) as work:
            assert actor.person_id is not None
            return [line.hours for line in ledger.lines(work, actor.person_id)]


@pytest.fixture
def held(work_as: WorkAs, real_listeners: None) -> Held:
    return Held(work_as)


def test_looking_says_who_changes_and_keeps_nothing(held: Held) -> None:
    assert held.scores() == [(100, True), (50, False), (0, False)]
    seen = held.look(How.FULL)
    assert len(seen.sittings) == 3 and (seen.gained, seen.lost) == (1, 0)
    assert [(one.before, one.judged.score, one.passed_before, one.judged.passed, one.hours) for one in seen.changes] == [
        (D(50), D(100), False, True, D(4)), (D(0), D(50), False, False, D(0)),
    ]  # fmt: skip
    assert held.scores() == [(100, True), (50, False), (0, False)]
    with held.work_as(write=False) as work:
        assert work.session.scalars(select(Regrade)).all() == [] and work.session.scalars(select(ResultTrail)).all() == []


def test_a_withdrawn_question_gives_everybody_its_points(held: Held) -> None:
    row = held.commit(How.FULL)
    assert (row.sittings, row.changed, row.gained, row.lost) == (3, 2, 1, 0)
    assert held.scores() == [(100, True), (100, True), (50, False)]
    assert [held.hours(one) for one in (held.all_right, held.one_wrong, held.both_wrong)] == [[D(4)], [D(4)], []]


def test_an_examination_without_hours_gives_none_and_says_so(work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as, hours="0")
    assert (held.look(How.FULL).gained, held.commit(How.FULL).gained) == (1, 0)
    with work_as(write=False) as work:
        assert [(one.gained, one.lost) for one in queries.done(work, held.exam)] == [(0, 0)]


def test_or_it_is_taken_out_of_the_total(held: Held) -> None:
    held.commit(How.OUT)
    assert held.scores() == [(100, True), (100, True), (0, False)]
    shown = held.result(held.one_wrong)
    assert (shown.points, shown.maximum) == (50, 50)
    assert [(one.questions, one.right, one.maximum) for one in shown.topics] == [(1, 1, 50)]


def test_a_corrected_key_takes_and_gives(held: Held) -> None:
    """Whoever answered by the old key loses the points, and with them pass and hours; both lines stay."""
    with held.work_as(write=False) as work:
        row = work.session.scalars(select(Attempt).where(Attempt.person_id == held.one_wrong.person_id)).one()
        version = queries.version(work, held.exam, held.version)
        raw = next(line for line in row.paper["lines"] if line[1] == version.id)
        chosen = queries.values(work, [(row.person_id, row.id, raw[0])])[row.person_id, row.id]
        letter = dict(raw[4])[chosen]
    seen = held.look(How.KEY, letter)
    assert (seen.gained, seen.lost) == (1, 1)
    held.commit(How.KEY, letter, reason="答案更正")
    assert held.scores()[:2] == [(50, False), (100, True)]
    assert held.hours(held.all_right) == [D(4), D(-4)] and held.hours(held.one_wrong) == [D(4)]
    with held.work_as(write=False) as work:
        assert held.all_right.person_id is not None
        reasons = [line.reason for line in ledger.lines(work, held.all_right.person_id)]
    assert reasons[1] == held.exam.title, "the reason in words may tell the key, and the ledger shows it to him"
    shown = held.result(held.one_wrong)
    assert shown.questions is not None
    (amended,) = [one for one in shown.questions if one.amended]
    assert amended.amended == "key" and amended.answer in (amended.key or []) and amended.outcome == "right"


def test_a_second_thought_starts_from_the_answers(held: Held) -> None:
    """Withdrawn for all, then the old key after all: as if nothing had been."""
    before = held.scores()
    with held.work_as(write=False) as work:
        stored = [row.verdict for row in work.session.scalars(select(Attempt).order_by(Attempt.person_id))]
    held.commit(How.FULL)
    held.commit(How.OUT)
    held.commit(How.KEY, "a")
    assert held.scores() == before
    assert held.hours(held.one_wrong) == [D(4), D(-4)]
    with held.work_as(write=False) as work:
        now = [
            {k: v for k, v in row.verdict.items() if k != "amended"}
            for row in work.session.scalars(select(Attempt).order_by(Attempt.person_id))
        ]
    assert [(D(one["points"]), D(one["maximum"]), one["questions"]) for one in now] == [
        (D(one["points"]), D(one["maximum"]), one["questions"]) for one in stored
    ]


def test_whoever_ends_later_is_marked_the_same_way(held: Held) -> None:
    late = papers.candidate(held.work_as, "丁", sign_in_id=40)
    build.start(held.work_as, late, held.exam.uid)
    held.commit(How.FULL)
    held.sit(late, wrong=1)
    assert held.result(late).score == 100 and held.hours(late) == [D(4)]


def test_what_is_committed_is_what_was_looked_at(held: Held) -> None:
    digest = held.look(How.FULL).digest
    held.sit(papers.candidate(held.work_as, "戊", sign_in_id=41))
    with pytest.raises(refusals.RegradeMoved):
        held.weigh(How.FULL, digest=digest)
    with pytest.raises(refusals.RegradeMoved):
        held.weigh(How.OUT, digest=held.look(How.FULL).digest)


def nothing_was_kept(held: Held) -> bool:
    with held.work_as(write=False) as work:
        return not work.session.scalars(select(Regrade)).all() and not work.session.scalars(select(ResultTrail)).all()


def refused(held: Held, weighed: service.Weighed) -> bool:
    """Whether putting this down is refused, with nothing of it kept."""
    with pytest.raises(refusals.RegradeMoved), held.work_as(held.officer) as work:
        service.regrade(work, weighed)
    return nothing_was_kept(held)


def test_a_sitting_that_ends_between_working_out_and_writing_stops_it(held: Held) -> None:
    """Working out holds nobody up; what became final meanwhile is not left as the only one marked by the old key."""
    late = papers.candidate(held.work_as, "己", sign_in_id=42)
    build.start(held.work_as, late, held.exam.uid)
    weighed = held.weigh(How.FULL)
    held.sit(late, wrong=1)
    assert refused(held, weighed)
    assert held.scores() == [(100, True), (50, False), (0, False)] and held.result(late).score == 50
    held.commit(How.FULL)
    assert held.scores() == [(100, True), (100, True), (50, False)] and held.result(late).score == 100
    assert held.hours(late) == [D(4)]


def test_a_sitting_that_only_runs_does_not_stop_it(held: Held) -> None:
    late = papers.candidate(held.work_as, "庚", sign_in_id=43)
    weighed = held.weigh(How.FULL)
    build.start(held.work_as, late, held.exam.uid)
    with held.work_as(held.officer) as work:
        service.regrade(work, weighed)
    held.sit(late, wrong=1)
    assert held.result(late).score == 100


@pytest.mark.parametrize("change", ["score", "verdict", "annulled", "pass_mark"])
def test_whatever_changes_meanwhile_stops_it(held: Held, change: str) -> None:
    """Another mark, another figure beneath the same mark, a sitting gone, another pass mark."""
    weighed = held.weigh(How.FULL)
    with held.work_as() as work:
        row = work.session.scalars(select(Attempt).where(Attempt.person_id == held.one_wrong.person_id)).one()
        if change == "score":
            row.score = D(51)
        elif change == "verdict":
            row.verdict = {**(row.verdict or {}), "amended": {}}
        elif change == "annulled":
            row.state = AttemptState.ANNULLED
        else:
            work.session.get_one(Exam, held.exam.id).pass_mark = 40
    assert refused(held, weighed)


def test_put_down_twice_counts_once(held: Held) -> None:
    """INV-I15: the second comes upon results that are others."""
    weighed = held.weigh(How.FULL)
    with held.work_as(held.officer) as work:
        service.regrade(work, weighed)
    with pytest.raises(refusals.RegradeMoved), held.work_as(held.officer) as work:
        service.regrade(work, weighed)
    assert held.hours(held.one_wrong) == [D(4)]


@pytest.mark.parametrize("right", [(), ("z",), ("a", "b")])
def test_a_key_the_question_cannot_have_is_refused(held: Held, right: tuple[str, ...]) -> None:
    with pytest.raises(refusals.NoSuchKey):
        held.look(How.KEY, *right)


def test_a_paper_of_one_question_is_not_left_without_points(work_as: WorkAs) -> None:
    papers.stocked(work_as, 1)
    exam = papers.opened(work_as, papers.rows(1))
    actor = papers.candidate(work_as)
    attempt = build.start(work_as, actor, exam.uid)
    with work_as(actor) as work:
        service.submit(work, attempt.attempt)
    with work_as() as work:
        officer = make.actor(make.person(work, "考务"), "exams.release", sign_in_id=30)
        version = work.session.scalars(select(QuestionVersion.uid)).one()
    with pytest.raises(refusals.NothingLeftToMark), work_as(officer, write=False) as work:
        service.preview_regrade(work, exam.uid, service.Wish(version, How.OUT))


@pytest.mark.parametrize("reason", ["", "  ", "理" * 501])
def test_no_regrade_without_a_reason(held: Held, reason: str) -> None:
    with pytest.raises(refusals.ResultReasonNeeded):
        held.commit(How.FULL, reason=reason)


def test_only_whoever_releases_results_regrades(held: Held) -> None:
    assembler, weighed = papers.assembler(held.work_as, "设考人", 50), held.weigh(How.FULL)
    for actor in (held.all_right, assembler):
        with pytest.raises(Forbidden), held.work_as(actor, write=False) as work:
            service.preview_regrade(work, held.exam.uid, service.Wish(held.version, How.FULL))
        with pytest.raises(Forbidden), held.work_as(actor, write=False) as work:
            service.weigh_regrade(work, held.exam.uid, service.Wish(held.version, How.FULL), "题干有误", "")
        with pytest.raises(Forbidden), held.work_as(actor) as work:
            service.regrade(work, weighed)


def test_nobody_puts_right_what_he_has_sat_himself(held: Held) -> None:
    his = papers.candidate(held.work_as, "丁", sign_in_id=40)
    held.sit(his, wrong=2)
    seen = held.look(How.FULL)
    held.officer = replace(his, actions=his.actions | {"exams.release"})
    with pytest.raises(refusals.OwnResult):
        held.look(How.FULL)
    with pytest.raises(refusals.OwnResult):
        held.weigh(How.FULL, digest=seen.digest)


def test_every_change_is_on_record_and_the_record_only_grows(held: Held) -> None:
    held.commit(How.FULL)
    with held.work_as(write=False) as work:
        rows = list(work.session.scalars(select(ResultTrail).order_by(ResultTrail.person_id)))
    assert [(row.person_id, row.who_id, row.what, row.reason) for row in rows] == [
        (held.one_wrong.person_id, held.officer.person_id, "withdrawn_full", "题干有误"),
        (held.both_wrong.person_id, held.officer.person_id, "withdrawn_full", "题干有误"),
    ]
    assert [(D(row.before["score"]), row.before["passed"], D(row.after["score"]), row.after["passed"]) for row in rows] == [
        (D(50), False, D(100), True), (D(0), False, D(50), False),
    ]  # fmt: skip
    for statement in (update(ResultTrail).values(reason="x"), delete(ResultTrail), update(Regrade).values(reason="x"), delete(Regrade)):
        with pytest.raises(DatabaseError, match="only grows"), held.work_as() as work:
            work.session.execute(statement)


def test_the_paper_stays_readable_with_the_note(held: Held) -> None:
    """INV-I16: what was asked and answered does not change."""
    with held.work_as(write=False) as work:
        before = {row.id: row.paper for row in work.session.scalars(select(Attempt))}
    held.commit(How.OUT, reason="题目超纲")
    shown = held.result(held.both_wrong)
    assert [(one.what, one.reason) for one in shown.changes] == []  # nothing of his changed
    shown = held.result(held.one_wrong)
    assert [(one.what, one.reason, one.score_before, one.score_after) for one in shown.changes] == [("withdrawn_out", "题目超纲", 50, 100)]
    assert shown.questions is not None and sorted(one.amended for one in shown.questions) == ["", "out"]
    assert [(one.key, one.explanation) for one in shown.questions if one.amended] == [(None, None)], "nothing is right any more"
    assert all(one.key for one in shown.questions if not one.amended)
    with held.work_as(write=False) as work:
        assert {row.id: row.paper for row in work.session.scalars(select(Attempt))} == before


def test_a_withdrawn_question_is_nobodys_mistake(work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as, release_policy="full_at_once")

    def book() -> list[int]:
        with held.work_as(held.both_wrong, write=False) as work:
            return sorted(one.version_id for one in missed(work, ())[0].values())

    before = book()
    held.commit(How.OUT)
    with held.work_as(write=False) as work:
        gone = work.session.scalars(select(QuestionVersion.id).where(QuestionVersion.uid == held.version)).one()
    assert len(before) == 2 and book() == [one for one in before if one != gone]


def test_the_reason_in_words_is_read_only_where_keys_are_given_out(held: Held) -> None:
    held.commit(How.FULL, reason="应选 canary-key")
    passed, failed = (held.result(actor).changes[-1:] for actor in (held.one_wrong, held.both_wrong))
    assert [one.reason for one in passed] == ["应选 canary-key"], "he passed, so he is given the keys, too"
    assert [(one.what, one.reason, one.score_after) for one in failed] == [("withdrawn_full", "", 50)]
    with held.work_as(write=False) as work:
        reasons = [line.reason or "" for actor in (held.one_wrong, held.both_wrong) for line in ledger.lines(work, actor.person_id)]
        assert "canary-key" not in "".join(reasons)
        assert set(work.session.scalars(select(ResultTrail.reason))) == {"应选 canary-key"}
