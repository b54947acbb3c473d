"""Papers by blueprint: what is missing is told exactly, a draw repeats, nothing stands twice (issue 3)."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bank.rules.answers import Kind
from app.exams.rules import blueprint
from app.exams.rules.assembly import NotEnough
from app.exams.rules.blueprint import Item, Row, Shortage, Stock, draw, faults, shortages, stock

TWO = Decimal(2)


def row(count: int, topic: str = "", kind: Kind = Kind.SINGLE, lowest: int = 1, highest: int = 5) -> Row:
    """A row, by default of any single-choice question."""
    return Row(topic, kind, count, TWO, lowest, highest)


def item(number: int, topic: str = "甲", difficulty: int = 3, says: str = "", kind: Kind = Kind.SINGLE) -> Item:
    """A question that says something of its own unless told otherwise."""
    return Item(number, topic, kind, difficulty, says or f"says {number}")


def many(count: int, first: int = 0, **more: object) -> list[Item]:
    """So many questions."""
    return [item(first + number, **more) for number in range(count)]  # type: ignore[arg-type]


TABLE = [
    ("enough", [row(3, "甲")], many(3), []),
    ("one too few", [row(4, "甲")], many(3), [Shortage((0,), 4, 3)]),
    ("nothing of the topic", [row(2, "乙")], many(3), [Shortage((0,), 2, 0)]),
    ("too hard", [row(1, "甲", lowest=4)], many(3), [Shortage((0,), 1, 0)]),
    ("another kind", [row(1, "甲", Kind.JUDGE)], many(3), [Shortage((0,), 1, 0)]),
    ("each has enough, together not", [row(3, "甲"), row(3)], many(5), [Shortage((0, 1), 6, 5)]),
    ("the general row yields to the special one", [row(3), row(2, "甲")], [*many(2), *many(3, 10, topic="乙")], []),
    ("two that say the same are one", [row(2, "甲")], [item(1, says="x"), item(2, says="x")], [Shortage((0,), 2, 1)]),
    (
        "two apart lack each for itself",
        [row(2, "甲"), row(3, "乙")],
        [item(1), item(2, "乙")],
        [Shortage((0,), 2, 1), Shortage((1,), 3, 1)],
    ),
    ("overlapping ranges", [row(2, lowest=1, highest=3), row(2, lowest=3, highest=5)], many(3, difficulty=3), [Shortage((0, 1), 4, 3)]),
    ("an empty bank", [row(1)], [], [Shortage((0,), 1, 0)]),
]


@pytest.mark.parametrize(("name", "rows", "items", "missing"), TABLE, ids=[case[0] for case in TABLE])
def test_what_is_missing_is_said(name: str, rows: list[Row], items: list[Item], missing: list[Shortage]) -> None:
    assert shortages(rows, stock(rows, items)) == missing


ROWS = st.lists(
    st.builds(
        lambda topic, count, lowest, highest: row(count, topic, lowest=min(lowest, highest), highest=max(lowest, highest)),
        st.sampled_from(["", "甲", "乙"]), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3),
    ),
    min_size=1, max_size=3,
)  # fmt: skip
ITEMS = st.lists(
    st.tuples(st.sampled_from(["甲", "乙", "丙"]), st.integers(1, 3), st.integers(0, 6)), max_size=8
).map(lambda found: [item(at, topic, hard, f"says {says}") for at, (topic, hard, says) in enumerate(found)])  # fmt: skip


def possible(rows: list[Row], items: list[Item]) -> bool:
    """Whether a paper exists, by trying everything."""
    places = [one for one in rows for _ in range(one.count)]
    if len(places) > len({one.fingerprint for one in items}):
        return False

    def fill(at: int, used: frozenset[str]) -> bool:
        if at == len(places):
            return True
        return any(fill(at + 1, used | {one.fingerprint}) for one in items if one.fingerprint not in used and places[at].takes(one))

    return fill(0, frozenset())


@settings(max_examples=150, deadline=None)
@given(ROWS, ITEMS)
def test_the_check_agrees_with_trying_everything_and_with_the_draw(rows: list[Row], items: list[Item]) -> None:
    found = stock(rows, items)
    missing = shortages(rows, found)
    assert (not missing) == possible(rows, items)
    if missing:
        with pytest.raises(NotEnough):
            draw(b"seed", rows, found)
        for one in missing:
            assert one.there == sum(rows[at].count for at in one.rows) - one.lacking
            prints = {it.fingerprint for it in items if any(rows[at].takes(it) for at in one.rows)}
            assert one.there == len(prints), "all there is for these rows is used, and it is too little"


@settings(max_examples=150, deadline=None)
@given(ROWS, ITEMS, st.binary(min_size=1, max_size=8), st.randoms())
def test_a_draw_fills_every_row_repeats_and_asks_nothing_twice(rows: list[Row], items: list[Item], key: bytes, random: object) -> None:
    lows = [item(100 + at, one.topic or "丙", one.lowest) for at, one in enumerate(one for one in rows for _ in range(one.count))]
    items = [*items, *lows]
    found = stock(rows, items)
    assert not shortages(rows, found)
    drawn = draw(key, rows, found)
    by_number = {one.question: one for one in items}
    assert [len(one) for one in drawn] == [one.count for one in rows]
    assert all(row_.takes(by_number[question]) for row_, questions in zip(rows, drawn, strict=True) for question in questions)
    prints = [by_number[question].fingerprint for questions in drawn for question in questions]
    assert len(set(prints)) == len(prints)
    mixed = items[:]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    again = Stock.from_json(json.loads(json.dumps(stock(rows, mixed).as_json())))
    assert draw(key, rows, again) == drawn, "neither the order of the bank nor storing it changes a paper"


def test_the_guard_against_twins_is_needed() -> None:
    """Negative control: without fingerprints, two that say the same meet in some paper."""
    rows, twins = [row(2, "甲")], [item(1, says="x"), item(2, says="x"), item(3)]
    apart = [item(one.question) for one in twins]
    assert all({1, 2} - set(draw(bytes([key]), rows, stock(rows, twins))[0]) for key in range(40))
    assert not all({1, 2} - set(draw(bytes([key]), rows, stock(rows, apart))[0]) for key in range(40))


def test_the_check_needs_to_move_what_is_seated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant: first come, first seated, says that something is missing where a paper exists."""
    rows = [row(3), row(2, "甲")]
    items = [*many(2), *many(3, 10, topic="乙")]
    assert shortages(rows, stock(rows, items)) == []
    kept = blueprint._Seats._reach
    monkeypatch.setattr(blueprint._Seats, "_reach", lambda self, bits, giver, came: kept(self, bits, giver, came)[: 1 if giver < 0 else 0])
    assert shortages(rows, stock(rows, items)) != []


def test_different_candidates_have_different_papers_and_every_question_its_turn() -> None:
    rows = [row(5, "甲")]
    found = stock(rows, many(20))
    papers = [draw(f"candidate {number}".encode(), rows, found)[0] for number in range(400)]
    assert len({tuple(paper) for paper in papers}) >= 396, "of 1.86 million; two alike are expected once in 23 runs of this size"
    turns = Counter(itertools.chain.from_iterable(papers))
    assert len(turns) == 20
    assert all(60 <= times <= 140 for times in turns.values()), "100 expected of each; five standard deviations are 43"


def test_what_was_withdrawn_is_left_out_and_a_twin_may_stand_in() -> None:
    rows = [row(2, "甲")]
    found = stock(rows, [item(1, says="x"), item(2, says="x"), item(3), item(4)])
    for key in range(30):
        drawn = draw(bytes([key]), rows, found, without={1, 3})[0]
        assert sorted(drawn) == [2, 4]
    with pytest.raises(NotEnough):
        draw(b"seed", rows, found, without={1, 2, 3})


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        (row(0), "rows.0.count", "count_outside"),
        (row(301), "rows.0.count", "count_outside"),
        (Row("", Kind.SINGLE, 1, Decimal(0)), "rows.0.points", "points_outside"),
        (Row("", Kind.SINGLE, 1, Decimal("NaN")), "rows.0.points", "points_outside"),
        (Row("", Kind.SINGLE, 1, Decimal("0.005")), "rows.0.points", "points_outside"),
        (row(1, lowest=0), "rows.0.lowest", "difficulty_outside"),
        (row(1, highest=6), "rows.0.highest", "difficulty_outside"),
        (row(1, lowest=4, highest=2), "rows.0.highest", "difficulty_backwards"),
        (row(1, "长" * 61), "rows.0.topic", "too_long"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_field(wrong: Row, field: str, code: str) -> None:
    assert [(one.field, one.code) for one in faults([wrong])] == [(field, code)]


def test_a_blueprint_is_neither_empty_nor_endless() -> None:
    assert [one.code for one in faults([])] == ["rows_needed"]
    assert [one.code for one in faults([row(1)] * 41)] == ["too_many_rows"]
    assert [one.code for one in faults([row(200), row(101)])] == ["too_many_questions"]
    assert faults([row(200), row(100)]) == []


def test_a_hundred_out_of_twenty_thousand_are_drawn_in_30_ms() -> None:
    kinds = (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE)
    items = [Item(at, f"专题{at % 20}", kinds[at % 3], 1 + at % 5, f"says {at}") for at in range(20_000)]
    rows = [*(row(5, f"专题{at}") for at in range(10)), row(30, kind=Kind.MULTIPLE), row(20, kind=Kind.JUDGE, lowest=2, highest=4)]
    stored = json.dumps(stock(rows, items).as_json())
    begun = time.process_time()
    drawn = draw(b"seed", rows, Stock.from_json(json.loads(stored)))
    spent = time.process_time() - begun
    assert sum(map(len, drawn)) == 100
    assert spent <= 0.030
