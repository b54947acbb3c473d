"""Answers, marks and drafts of every kind: tables, properties, and seeded mutants that a table must see."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bank.rules import answers, blanks, likeness, review, scoring
from app.bank.rules.answers import Kind, Malformed, Shape, fit, is_answered
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import Criterion, OptionDraft, QuestionDraft, faults, tidy
from app.bank.rules.scoring import Key, Mark, Outcome, PartialCredit, score

D = Decimal
BLANK = Shape(Kind.BLANK, blanks=2)
ONE_BLANK = Shape(Kind.BLANK, blanks=1)
SHORT = Shape(Kind.SHORT, longest=5)
CASE = Shape(Kind.CASE, parts={"p1": Shape(Kind.SINGLE, ("a", "b")), "p2": SHORT, "p3": BLANK})


@pytest.mark.parametrize(
    ("shape", "value", "kept"),
    [
        (BLANK, ["北京", ""], ["北京", ""]),
        (BLANK, [], []),
        (SHORT, "五个字以内", "五个字以内"),
        (SHORT, "", ""),
        (SHORT, "a\n\tb", "a\n\tb"),
        (CASE, {"p2": "x", "p1": "a"}, {"p1": "a", "p2": "x"}),
        (CASE, {}, {}),
        (CASE, {"p3": ["1", "2"]}, {"p3": ["1", "2"]}),
        (ONE_BLANK, "北京", ["北京"]),
        (ONE_BLANK, ["北京"], ["北京"]),
        (ONE_BLANK, "", [""]),
        (Shape(Kind.CASE, parts={"p1": ONE_BLANK}), {"p1": "北京"}, {"p1": ["北京"]}),
        (Shape(Kind.CASE, parts={"p1": SHORT}), "北京", {"p1": "北京"}),
        (Shape(Kind.CASE, parts={"p1": ONE_BLANK}), ["北京"], {"p1": ["北京"]}),
    ],
)
def test_an_answer_has_one_form(shape: Shape, value: object, kept: object) -> None:
    assert fit(shape, value) == kept


@pytest.mark.parametrize(
    ("shape", "value", "code"),
    [
        (BLANK, "北京", "not_a_list"),
        (BLANK, None, "not_a_list"),
        (ONE_BLANK, None, "not_a_list"),
        (ONE_BLANK, ["x", "y"], "wrong_number_of_blanks"),
        (ONE_BLANK, "y" * 201, "text_too_long"),
        (BLANK, ["x"], "wrong_number_of_blanks"),
        (BLANK, ["x", 1], "not_a_text"),
        (BLANK, ["x", None], "not_a_text"),
        (BLANK, ["x", "y" * 201], "text_too_long"),
        (BLANK, ["x", "\0"], "control_characters"),
        (BLANK, ["x", "\ud800"], "control_characters"),
        (BLANK, ("x", "y"), "not_a_list"),
        (SHORT, ["x"], "not_a_text"),
        (SHORT, 5, "not_a_text"),
        (SHORT, True, "not_a_text"),
        (SHORT, "六个字太长了", "text_too_long"),
        (SHORT, "\x1b", "control_characters"),
        (CASE, [], "not_an_object"),
        (CASE, "p1", "not_an_object"),
        (CASE, {"p9": "a"}, "unknown_part"),
        (CASE, {"p1": "z"}, "unknown_option"),
        (CASE, {"p1": None}, "not_an_option_id"),
        (CASE, {1: "a"}, "unknown_part"),
        (Shape(Kind.CASE, parts={"p1": CASE}), {"p1": {}}, "case_within_case"),
    ],
)
def test_a_malformed_answer_is_refused_by_a_stable_code(shape: Shape, value: object, code: str) -> None:
    with pytest.raises(Malformed, match=f"^{code}$"):
        fit(shape, value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(["a", "b", "p1", "p2"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["p1", "p2", "p3", "x"]), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([BLANK, SHORT, CASE]), JSON)
def test_whatever_is_sent_is_kept_as_it_is_or_refused(shape: Shape, value: object) -> None:
    try:
        kept = fit(shape, value)
    except Malformed:
        return
    assert kept == value and fit(shape, kept) == kept


@pytest.mark.parametrize(
    ("value", "is_one"), [([], False), (["", " "], False), ("  ", False), ({"p1": ""}, False), ({"p3": ["", "x"]}, True)]
)
def test_space_is_no_answer(value: Any, *, is_one: bool) -> None:
    assert is_answered(value) is is_one


# ── marks ───────────────────────────────────────────────────────────────────

CITY = Blank((Accepted("北京"), Accepted("Beijing"), Accepted("北平", D("0.5"))))
STRICT = Blank((Accepted("GmbH"),), ignores_case=False, ignores_width=False)
PI = Blank((Accepted("3.14", tolerance=D("0.01")),))


@pytest.mark.parametrize(
    ("blank", "written", "share"),
    [
        (CITY, "北京", "1"),
        (CITY, " 北京 ", "1"),
        (CITY, "BEIJING", "1"),
        (CITY, "Ｂｅｉｊｉｎｇ", "1"),
        (CITY, "北平", "0.5"),
        (CITY, "上海", "0"),
        (CITY, "", "0"),
        (STRICT, "GmbH", "1"),
        (STRICT, "gmbh", "0"),
        (STRICT, "ＧｍｂＨ", "0"),
        (PI, "3.14", "1"),
        (PI, "3.15", "1"),
        (PI, "3.13", "1"),
        (PI, "3.1501", "0"),
        (PI, "３．１４", "1"),
        (PI, "+3.14", "1"),
        (PI, "pi", "0"),
        (PI, "3,14", "0"),
        (PI, "1e999999999", "0"),
        (PI, "NaN", "0"),
        (PI, "3.14 左右", "0"),
    ],
)
def test_what_a_blank_takes(blank: Blank, written: str, share: str) -> None:
    assert blank.share(written) == D(share)


TWO = Key(Kind.BLANK, partial=PartialCredit.SHARE, blanks=(CITY, PI))
WHOLE = Key(Kind.BLANK, blanks=(CITY, PI))
PARTS = Key(Kind.CASE, parts={"p1": (Key(Kind.SINGLE, frozenset({"a"})), D(2)), "p2": (TWO, D(4))})
WITH_TEXT = Key(Kind.CASE, parts={"p1": (Key(Kind.SINGLE, frozenset({"a"})), D(2)), "p2": (Key(Kind.SHORT), D(4))})


@pytest.mark.parametrize(
    ("key", "maximum", "value", "points", "outcome"),
    [
        (TWO, 4, ["北京", "3.14"], "4", Outcome.RIGHT),
        (TWO, 4, ["北京", ""], "2", Outcome.PARTLY),
        (TWO, 4, ["北平", ""], "1", Outcome.PARTLY),
        (TWO, 1, ["北平", "9"], "0.25", Outcome.PARTLY),
        (TWO, 4, ["", "9"], "0", Outcome.WRONG),
        (TWO, 4, ["", " "], "0", Outcome.UNANSWERED),
        (WHOLE, 4, ["北京", "9"], "0", Outcome.WRONG),
        (WHOLE, 4, ["北京", "3.14"], "4", Outcome.RIGHT),
        (WHOLE, 4, None, "0", Outcome.UNANSWERED),
        (Key(Kind.SHORT), 4, "写了", "0", Outcome.TO_MARK),
        (Key(Kind.SHORT), 4, " ", "0", Outcome.UNANSWERED),
        (PARTS, 6, {"p1": "a", "p2": ["北京", "3.14"]}, "6", Outcome.RIGHT),
        (PARTS, 6, {"p1": "a"}, "2", Outcome.PARTLY),
        (PARTS, 6, {"p1": "b"}, "0", Outcome.WRONG),
        (PARTS, 6, {}, "0", Outcome.UNANSWERED),
        (PARTS, 12, {"p1": "a"}, "4", Outcome.PARTLY),
        (PARTS, 5, {"p1": "a"}, "1.66", Outcome.PARTLY),
        (WITH_TEXT, 6, {"p1": "a", "p2": "x"}, "2", Outcome.TO_MARK),
        (WITH_TEXT, 6, {"p1": "a"}, "2", Outcome.PARTLY),
    ],
)
def test_points_of_every_kind(key: Key, maximum: int, value: Any, points: str, outcome: Outcome) -> None:
    mark = score(key, D(maximum), value)
    assert (mark.points, mark.outcome) == (D(points), outcome)


@given(
    st.lists(st.sampled_from(["北京", "北平", "x", "", "3.14"]), min_size=2, max_size=2), st.sampled_from([TWO, WHOLE]), st.integers(1, 100)
)
def test_no_answer_earns_more_than_all_or_less_than_nothing(value: list[str], key: Key, maximum: int) -> None:
    mark = score(key, D(maximum), value)
    assert 0 <= mark.points <= maximum and (mark.points == maximum) == (mark.outcome is Outcome.RIGHT)


# ── drafts, review, likeness ────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("draft", "found"),
    [
        (QuestionDraft(Kind.BLANK, "x"), [("blanks", "blank_needed")]),
        (QuestionDraft(Kind.BLANK, "x", blanks=(Blank((Accepted("a", D("0.5")),)),)), [("blanks", "blank_without_answer")]),
        (QuestionDraft(Kind.BLANK, "x", blanks=(Blank((Accepted("a", tolerance=D(1)),)),)), [("blanks", "not_a_number")]),
        (QuestionDraft(Kind.BLANK, "x", blanks=(CITY,), partial=PartialCredit.NET), [("partial", "partial_not_for_blanks")]),
        (QuestionDraft(Kind.SHORT, "x", rubric=(Criterion("y", D(2)),)), [("rubric", "rubric_is_not_the_points")]),
        (
            QuestionDraft(Kind.SHORT, "x", rubric=(Criterion("y", D(2)),), longest=0),
            [("longest", "length_outside"), ("rubric", "rubric_is_not_the_points")],
        ),
        (QuestionDraft(Kind.SHORT, "x", longest=0), [("longest", "length_outside")]),
        (QuestionDraft(Kind.CASE, "x"), [("parts", "part_needed")]),
        (
            QuestionDraft(Kind.CASE, "x", parts=(QuestionDraft(Kind.CASE, "y"),)),
            [("parts.1.kind", "kind_not_accepted"), ("parts.1.parts", "part_needed")],
        ),
        (QuestionDraft(Kind.SHORT, "x", difficulty=6), [("difficulty", "difficulty_outside")]),
        (QuestionDraft(Kind.SHORT, "x", table=(("a",), ("b", "c"))), [("table", "table_outside")]),
        (QuestionDraft(Kind.SINGLE, "x", (OptionDraft("a", is_right=True), OptionDraft("ａ"))), [("options", "same_option_twice")]),
    ],
)
def test_what_keeps_a_question_from_being_asked(draft: QuestionDraft, found: list[tuple[str, str]]) -> None:
    assert [(one.field, one.code) for one in faults(tidy(draft), kinds=frozenset(Kind))] == found


def test_nobody_passes_his_own_question_whatever_its_state() -> None:
    for state in review.NEXT:
        assert "approved" not in review.moves(state, review.Mover(is_author=True, is_reviewer=True))
        assert review.moves(state, review.Mover(is_author=False, is_reviewer=False)) == frozenset()


@given(st.text(min_size=12, max_size=60))
def test_a_text_is_wholly_like_itself_whatever_its_spaces_and_width(said: str) -> None:
    spaced = " ".join(said).upper()
    if likeness.plain(said) == likeness.plain(spaced):
        assert likeness.bands(said) == likeness.bands(spaced) and likeness.fingerprint(said) == likeness.fingerprint(spaced)


def test_near_duplicates_share_a_band_and_others_hardly_do() -> None:
    """Eight of ten shingles in common: at least 95 of 100; none in common: none of 100."""
    import random

    luck = random.Random(7)
    near = far = 0
    for _ in range(100):
        text = "".join(chr(0x4E00 + luck.randrange(3000)) for _ in range(40))
        other = text[:36] + "".join(chr(0x4E00 + luck.randrange(3000)) for _ in range(4))
        near += bool(set(likeness.bands(text)) & set(likeness.bands(other)))
        far += bool(set(likeness.bands(text)) & set(likeness.bands("".join(chr(0x6E00 + luck.randrange(2000)) for _ in range(40)))))
    assert near >= 95 and far == 0


# ── mutants ─────────────────────────────────────────────────────────────────


def _mutant(module: ModuleType, before: str, after: str) -> Any:
    """The module loaded anew beside the real one, with one expression changed."""
    source = Path(module.__file__ or "").read_text(encoding="utf-8")
    assert source.count(before) == 1, before
    spec = importlib.util.spec_from_loader(f"mutant_{abs(hash((before, after)))}", loader=None)
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    exec(compile(source.replace(before, after), spec.name, "exec"), made.__dict__)  # our own source
    return made


def _marks(engine: Any) -> Callable[[Key, int, Any], Any]:
    return lambda key, maximum, value: engine.score(_own(engine, key), D(maximum), value).points


MUTANTS: list[tuple[ModuleType, str, str, Callable[[Any], object]]] = [
    (blanks, "abs(found - wanted) <= one.tolerance", "abs(found - wanted) < one.tolerance", lambda m: _pi(m).share("3.15")),
    (
        blanks,
        "return text.casefold() if self.ignores_case else text",
        "return text.casefold()",
        lambda m: m.Blank((m.Accepted("G"),), ignores_case=False).share("g"),
    ),
    (blanks, "if self.ignores_width:", "if True:", lambda m: m.Blank((m.Accepted("G"),), ignores_width=False).share("Ｇ")),
    (blanks, "return max((", "return min((", lambda m: m.Blank((m.Accepted("a"), m.Accepted("A", D("0.5")))).share("a")),
    (blanks, "bool(written.strip()) and ", "", lambda m: m.Blank((m.Accepted(""),)).share(" ")),
    (scoring, "if key.partial is PartialCredit.SHARE else ZERO", "if key.partial else ZERO", lambda m: _marks(m)(WHOLE, 4, ["北京", "9"])),
    (scoring, "sum(earned, ZERO) / len(earned)", "max(earned)", lambda m: _marks(m)(TWO, 4, ["北京", ""])),
    (
        scoring,
        "if Outcome.TO_MARK in outcomes:",
        "if outcomes == {Outcome.TO_MARK}:",
        lambda m: str(m.score(_own(m, WITH_TEXT), D(6), {"p1": "a", "p2": "x"}).outcome),
    ),
    (
        scoring,
        "points = maximum if earned == total else",
        "points = earned if earned == total else",
        lambda m: _marks(m)(PARTS, 12, {"p1": "a", "p2": ["北京", "3.14"]}),
    ),
    (scoring, "(earned * maximum / total)", "(earned * total / maximum)", lambda m: _marks(m)(PARTS, 12, {"p1": "a"})),
    (answers, "if len(value) != count:", "if len(value) > count:", lambda m: _code(m, m.Shape(m.Kind.BLANK, blanks=2), ["x"])),
    (answers, "if len(value) > longest:", "if len(value) > longest + 1:", lambda m: _code(m, m.Shape(m.Kind.SHORT, longest=2), "abc")),
    (answers, 'in ("Cc", "Cs")', 'in ("Cc",)', lambda m: _code(m, m.Shape(m.Kind.SHORT), "\ud800")),
    (answers, "if unknown:", "if len(unknown) > 1:", lambda m: _code(m, m.Shape(m.Kind.CASE), {"p9": "a"})),
    (
        review,
        '("in_review", "approved"), ("in_review", "draft"), ("approved", "retired")',
        '("in_review", "draft"), ("approved", "retired")',
        lambda m: sorted(m.moves("in_review", m.Mover(is_author=False, is_reviewer=True))),
    ),
    (
        review,
        "BY_AUTHOR if who.is_author else",
        "BY_AUTHOR | BY_REVIEWER if who.is_author else",
        lambda m: sorted(m.moves("in_review", m.Mover(is_author=True, is_reviewer=True))),
    ),
]


def _pi(module: Any) -> Any:
    return module.Blank((module.Accepted("3.14", tolerance=D("0.01")),))


def _own(module: Any, key: Key) -> Any:
    """The same key made of the mutant's own classes."""
    parts = {name: (_own(module, inner), points) for name, (inner, points) in key.parts.items()}
    return module.Key(key.kind, key.right, module.PartialCredit(key.partial.value), key.blanks, parts)


def _code(module: Any, shape: Any, value: object) -> str:
    try:
        module.fit(shape, value)
    except (module.Malformed, KeyError) as error:
        return str(error)
    return "kept"


@pytest.mark.parametrize("at", range(len(MUTANTS)))
def test_every_seeded_mutant_is_seen(at: int) -> None:
    module, before, after, example = MUTANTS[at]
    real = _mutant(module, before, before)
    assert example(_mutant(module, before, after)) != example(real)


def test_a_mark_says_how_each_part_did() -> None:
    assert score(PARTS, D(6), {"p1": "a", "p2": ["北平", "9"]}).parts == {
        "p1": Mark(D(2), Outcome.RIGHT),
        "p2": Mark(D(1), Outcome.PARTLY),
    }
