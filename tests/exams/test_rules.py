"""The rules of examinations: drawing, time, answers, marks (integrity.md §2.3)."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bank.rules.answers import Kind, Malformed, Shape, fit
from app.bank.rules.scoring import Key, Mark, Outcome, PartialCredit, score
from app.exams.rules import assembly, timing
from app.exams.rules.assembly import Candidate, NotEnough, Paper, assemble, draw, names, seed
from app.exams.rules.scoring import Marked, judge
from app.exams.rules.timing import Past, ReleasePolicy, Sitting, Start, decide_start

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
OPTIONS = ("o1", "o2", "o3", "o4")


# ── answers ─────────────────────────────────────────────────────────────────


def test_a_single_answer_is_one_known_option() -> None:
    assert fit(Shape(Kind.SINGLE, OPTIONS), "o2") == "o2"


def test_a_multiple_answer_is_kept_in_one_order() -> None:
    assert fit(Shape(Kind.MULTIPLE, OPTIONS), ["o3", "o1"]) == ["o1", "o3"]


def test_a_multiple_answer_may_be_taken_back() -> None:
    assert fit(Shape(Kind.MULTIPLE, OPTIONS), []) == []


@pytest.mark.parametrize("value", [None, "", "o9", 1, True, 1.5, ["o1"], {"o1": 1}, "o1 ", "O1", float("nan"), 2**63])
@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.JUDGE])
def test_a_malformed_single_answer_is_refused(kind: Kind, value: object) -> None:
    with pytest.raises(Malformed):
        fit(Shape(kind, OPTIONS), value)


@pytest.mark.parametrize("value", [None, "o1", ["o9"], [1], [None], [["o1"]], ["o1", "o1"], {"o1": True}, list(OPTIONS) * 2, ["o1", "x"]])
def test_a_malformed_multiple_answer_is_refused(value: object) -> None:
    with pytest.raises(Malformed):
        fit(Shape(Kind.MULTIPLE, OPTIONS), value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(OPTIONS),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE]), JSON)
def test_whatever_is_sent_is_either_a_choice_of_known_options_or_refused(kind: Kind, value: object) -> None:
    try:
        kept = fit(Shape(kind, OPTIONS), value)
    except Malformed:
        return
    chosen = [kept] if isinstance(kept, str) else kept
    assert set(chosen) <= set(OPTIONS) and len(set(chosen)) == len(chosen)


# ── marks ───────────────────────────────────────────────────────────────────

FOUR = Decimal(4)


@pytest.mark.parametrize(
    ("value", "points", "outcome"),
    [("o1", "4", Outcome.RIGHT), ("o2", "0", Outcome.WRONG), (None, "0", Outcome.UNANSWERED)],
)
def test_single_and_judge_are_right_or_nothing(value: str | None, points: str, outcome: Outcome) -> None:
    for kind in (Kind.SINGLE, Kind.JUDGE):
        assert score(Key(kind, frozenset({"o1"})), FOUR, value) == Mark(Decimal(points), outcome)


@pytest.mark.parametrize(
    ("partial", "chosen", "points"),
    [
        (PartialCredit.NONE, ["o1", "o2", "o3"], "4"),
        (PartialCredit.NONE, ["o1", "o2"], "0"),
        (PartialCredit.HALF, ["o1"], "2"),
        (PartialCredit.HALF, ["o1", "o4"], "0"),
        (PartialCredit.SHARE, ["o1", "o2"], "2.66"),
        (PartialCredit.SHARE, ["o1", "o4"], "0"),
        (PartialCredit.NET, ["o1", "o2", "o4"], "1.33"),
        (PartialCredit.NET, ["o1", "o4"], "0"),
        (PartialCredit.NET, ["o1", "o2", "o3", "o4"], "2.66"),
        (PartialCredit.SHARE, [], "0"),
    ],
)
def test_partial_credit_follows_the_rule_of_the_question(partial: PartialCredit, chosen: list[str], points: str) -> None:
    key = Key(Kind.MULTIPLE, frozenset({"o1", "o2", "o3"}), partial)
    assert score(key, FOUR, chosen).points == Decimal(points)


@given(st.sampled_from(PartialCredit), st.sets(st.sampled_from(OPTIONS), min_size=1), st.sets(st.sampled_from(OPTIONS)))
def test_only_the_exact_answer_earns_full_points_and_none_earns_less_than_nothing(
    partial: PartialCredit, right: set[str], chosen: set[str]
) -> None:
    mark = score(Key(Kind.MULTIPLE, frozenset(right), partial), FOUR, sorted(chosen))
    assert Decimal(0) <= mark.points <= FOUR
    assert (mark.points == FOUR) == (chosen == right) == (mark.outcome is Outcome.RIGHT)


def _marked(points: str, maximum: str, topic: str = "", outcome: Outcome = Outcome.RIGHT) -> Marked:
    return Marked("q", topic, Decimal(maximum), Mark(Decimal(points), outcome))


def test_passing_is_decided_on_the_exact_fraction_and_the_figure_is_never_rounded_up() -> None:
    verdict = judge([_marked("59.99", "99.99")], 60)
    assert (verdict.score, verdict.passed) == (Decimal("59.99"), False)
    assert judge([_marked("60", "100")], 60).passed


def test_two_of_three_does_not_pass_at_sixty_seven() -> None:
    verdict = judge([_marked("2", "3")], 67)
    assert (verdict.score, verdict.passed) == (Decimal("66.66"), False)


def test_a_verdict_has_figures_by_topic_in_the_order_of_the_paper() -> None:
    verdict = judge([_marked("2", "2", "b"), _marked("1", "2", "a", Outcome.PARTLY), _marked("0", "2", "b", Outcome.WRONG)], 50)
    assert [(t.topic, t.questions, t.right, t.points, t.maximum) for t in verdict.topics] == [
        ("b", 2, 1, Decimal(2), Decimal(4)),
        ("a", 1, 0, Decimal(1), Decimal(2)),
    ]
    assert verdict.passed


def test_a_paper_without_points_is_not_judged() -> None:
    with pytest.raises(ValueError, match="without points"):
        judge([], 60)


# ── papers ──────────────────────────────────────────────────────────────────


def _pool(size: int, kind: Kind = Kind.SINGLE, **more: Any) -> list[Candidate]:
    return [Candidate(n, f"q{n}", kind, Decimal(2), ("a", "b", "c", "d"), **more) for n in range(size)]


def _paper(attempt: str, pool: list[Candidate], count: int | None = None, secret: str = "secret") -> Paper:
    return assemble(secret, seed(secret, "exam", 7, int(attempt)), attempt, pool, count)


def test_the_same_seed_draws_the_same_paper() -> None:
    assert _paper("1", _pool(30), 10) == _paper("1", _pool(30), 10)


def test_the_order_of_the_pool_does_not_matter() -> None:
    assert _paper("1", _pool(30), 10) == _paper("1", _pool(30)[::-1], 10)


def test_another_attempt_draws_another_paper_with_other_ids() -> None:
    first, second = _paper("1", _pool(30), 10), _paper("2", _pool(30), 10)
    assert [line.version_id for line in first.lines] != [line.version_id for line in second.lines]
    assert not {line.question for line in first.lines} & {line.question for line in second.lines}
    options = [{option for line in paper.lines for option in line.options} for paper in (first, second)]
    assert not options[0] & options[1]


def test_a_paper_draws_each_question_once() -> None:
    versions = [line.version_id for line in _paper("1", _pool(30), 20).lines]
    assert len(set(versions)) == 20


def test_a_pool_that_is_too_small_is_refused() -> None:
    for pool, count in (([], None), (_pool(3), 4)):
        with pytest.raises(NotEnough):
            _paper("1", pool, count)


def test_ids_tell_nothing_and_fit_everywhere() -> None:
    paper = _paper("1", _pool(300))
    ids = [line.question for line in paper.lines] + [option for line in paper.lines for option in line.options]
    assert all(len(one) == 19 and one[0] in "qo" and one.isalnum() and one == one.lower() for one in ids)
    assert len(set(ids)) == len(ids) == 1500


def test_ids_come_of_the_secret_and_the_attempt_alone() -> None:
    def first(secret: str, attempt: str) -> list[str]:
        return list(itertools.islice(names(secret, attempt), 600))

    assert first("secret", "attempt") == first("secret", "attempt")
    assert not set(first("secret", "attempt")) & {*first("other secret", "attempt"), *first("secret", "other attempt")}


def test_true_and_false_and_marked_questions_keep_their_order() -> None:
    for pool in (_pool(1, Kind.JUDGE), _pool(1, keeps_order=True)):
        for attempt in range(20):
            assert list(_paper(str(attempt), pool).lines[0].options.values()) == ["a", "b", "c", "d"]


def test_a_paper_survives_its_row() -> None:
    paper = _paper("1", _pool(5, Kind.MULTIPLE), 3)
    again = Paper.from_json(paper.as_json())
    assert again == paper
    assert [list(line.options) for line in again.lines] == [list(line.options) for line in paper.lines]
    assert again.find(paper.lines[1].question) == paper.lines[1] and again.find("nothing") is None


def test_over_ten_thousand_papers_every_option_stands_everywhere_equally_often() -> None:
    """ATK-A56: χ² of place × option, 9 degrees of freedom, p > 0.01 means below 21.67 (the seeds are fixed)."""
    places: Counter[tuple[str, int]] = Counter()
    pool = _pool(1)
    for attempt in range(10_000):
        for place, option in enumerate(_paper(str(attempt), pool).lines[0].options.values()):
            places[option, place] += 1
    expected = 10_000 / 4
    assert sum((count - expected) ** 2 / expected for count in places.values()) < 21.67
    assert len(places) == 16


def test_over_ten_thousand_draws_every_question_comes_equally_often() -> None:
    drawn: Counter[int] = Counter()
    for attempt in range(10_000):
        drawn.update(draw(seed("secret", "exam", 7, attempt), range(10), 3))
    expected = 10_000 * 3 / 10
    assert sum((count - expected) ** 2 / expected for count in drawn.values()) < 21.67


@settings(max_examples=50)
@given(st.integers(1, 40), st.data())
def test_a_draw_is_a_part_of_the_pool_of_the_wanted_size(size: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, size))
    drawn = draw(b"key", range(size), count)
    assert len(drawn) == count == len(set(drawn)) and set(drawn) <= set(range(size))
    assert assembly.draw(b"key", range(size), size) == assembly.draw(b"key", range(size), None)


# ── time ────────────────────────────────────────────────────────────────────


def test_the_deadline_is_the_limit_with_extra_time_cut_where_the_window_closes() -> None:
    assert timing.deadline(NOON, 30) == NOON + timedelta(minutes=30)
    assert timing.deadline(NOON, 30, extra_minutes=15) == NOON + timedelta(minutes=45)
    assert timing.deadline(NOON, 30, closes_at=NOON + timedelta(minutes=5)) == NOON + timedelta(minutes=5)
    assert timing.deadline(NOON, 30, closes_at=NOON + timedelta(minutes=5), extra_minutes=15) == NOON + timedelta(minutes=20)
    assert timing.deadline(NOON, 30, closes_at=NOON + timedelta(minutes=40), extra_minutes=15) == NOON + timedelta(minutes=45)


@pytest.mark.parametrize(("late_ms", "counts"), [(0, True), (10_000, True), (10_001, False), (86_400_000, False)])
def test_ten_seconds_of_grace_are_for_answers_under_way(late_ms: int, *, counts: bool) -> None:
    received = NOON + timedelta(milliseconds=late_ms)
    assert timing.may_write(NOON, received) is counts
    assert timing.is_overdue(NOON, received) is not counts


def _past(no: int, minutes_ago: int | None, **more: Any) -> Past:
    return Past(no, minutes_ago is None, None if minutes_ago is None else NOON - timedelta(minutes=minutes_ago), **more)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("sitting", "past", "start", "no", "left"),
    [
        (Sitting(2), [], Start.NEW, 1, 2),
        (Sitting(2), [_past(1, 5)], Start.NEW, 2, 1),
        (Sitting(2), [_past(1, 9), _past(2, 5)], Start.USED_UP, 0, 0),
        (Sitting(2), [_past(1, None)], Start.RESUME, 1, 1),
        (Sitting(2, is_open=False), [_past(1, None)], Start.RESUME, 1, 1),
        (Sitting(2, is_open=False), [], Start.CLOSED, 0, 2),
        (Sitting(2), [_past(1, 5, passed=True)], Start.PASSED, 0, 0),
        (Sitting(2, pass_ends=False), [_past(1, 5, passed=True)], Start.NEW, 2, 1),
        (Sitting(1, pass_ends=False), [_past(1, 5, passed=True)], Start.USED_UP, 0, 0),
        (Sitting(2, opens_at=NOON + HOUR), [], Start.NOT_YET, 0, 2),
        (Sitting(2, closes_at=NOON), [], Start.WINDOW_OVER, 0, 2),
        (Sitting(2, opens_at=NOON, closes_at=NOON + HOUR), [], Start.NEW, 1, 2),
        (Sitting(2, cooling_minutes=10), [_past(1, 5)], Start.COOLING, 0, 1),
        (Sitting(2, cooling_minutes=5), [_past(1, 5)], Start.NEW, 2, 1),
    ],
)
def test_whether_an_exam_may_be_started(sitting: Sitting, past: list[Past], start: Start, no: int, left: int) -> None:
    decision = decide_start(sitting, past, NOON)
    assert (decision.start, decision.attempt_no, decision.left) == (start, no, left)
    assert decision.may_start is (start in (Start.NEW, Start.RESUME))


def test_a_refusal_for_a_time_says_from_when() -> None:
    assert decide_start(Sitting(1, opens_at=NOON + HOUR), [], NOON).since == NOON + HOUR
    assert decide_start(Sitting(2, cooling_minutes=10), [_past(1, 5)], NOON).since == NOON + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("policy", "passed", "used_up", "parts"),
    [
        (ReleasePolicy.CLOSING_QUIZ, False, False, (True, True, False)),
        (ReleasePolicy.CLOSING_QUIZ, True, False, (True, True, True)),
        (ReleasePolicy.CLOSING_QUIZ, False, True, (True, True, True)),
        (ReleasePolicy.SCORE_ONLY, True, True, (True, False, False)),
        (ReleasePolicy.AFTER_WINDOW, True, True, (False, False, False)),
        (ReleasePolicy.FULL_AT_ONCE, False, False, (True, True, True)),
    ],
)
def test_what_of_a_result_is_released(policy: ReleasePolicy, parts: tuple[bool, bool, bool], *, passed: bool, used_up: bool) -> None:
    found = timing.release(policy, NOON + HOUR, NOON, passed=passed, used_up=used_up)
    assert (found.score, found.questions, found.keys) == parts


def test_after_the_window_everything_is_released() -> None:
    closed = NOON - timing.GRACE
    assert timing.may_write(closed, NOON), "what is received now still counts"
    for now, is_out in ((NOON, False), (NOON + timedelta(microseconds=1), True)):
        found = timing.release(ReleasePolicy.AFTER_WINDOW, closed, now, passed=False, used_up=False)
        assert (found.score, found.questions, found.keys) == (is_out, is_out, is_out)


def test_a_window_is_over_once_no_answer_counts_any_more() -> None:
    for seconds, is_over in ((-1, False), (0, False), (10, False), (11, True)):
        now = NOON + timedelta(seconds=seconds)
        assert timing.is_over(NOON, now) is is_over is not timing.may_write(NOON, now)
    assert not timing.is_over(None, NOON)
