"""How words are cut, what is searched for, where a passage begins and what is shown of it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.rules.passages import moment, passages
from app.search.rules.showing import hits, pieces, stretch
from app.search.rules.words import FENCE, LONGEST_QUERY, MOST_TERMS, document, terms, words

MIXED = st.text(alphabet="干部教育ＡＢab1，。 _\"*()-'𠮷", max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("干部教育", ["干部", "部教", "教育", "育"]),
        ("党", ["党"]),
        ("PPP项目，ＡＢＣ", ["ppp", "项目", "目", "abc"]),
        ("学时_认定", ["学时", "时", "认定", "定"]),
        ("——！", []),
        ("𠮷野家", ["𠮷野", "野家", "家"]),
    ],
)
def test_two_neighbours_are_a_word(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("干部教育", [(("干部", "部教", "教育"), False)]),
        ("党", [(("党",), True)]),
        ("PPP项目", [(("ppp", "项目"), False)]),
        ("项目ppp", [(("项目", "目", "ppp"), True)]),
        ("干部 flask 干部", [(("干部",), False), (("flask",), True)]),
        ('"干部" OR NOT * ^x:y', [(("干部",), False), (("or",), True), (("not",), True), (("x",), True), (("y",), True)]),
        ("，。*\"'%_", []),
    ],
)
def test_a_query_is_terms_and_nothing_else(query: str, expected: list[tuple[tuple[str, ...], bool]]) -> None:
    assert [(term.words, term.is_begun) for term in terms(query)] == expected


def test_a_query_has_an_end() -> None:
    assert len(terms(" ".join(f"w{n}" for n in range(100)))) == MOST_TERMS
    assert terms("习" * 5000)[0].text == "习" * LONGEST_QUERY


@given(MIXED, st.data())
def test_any_part_of_a_run_is_found_as_a_phrase_of_its_words(text: str, data: st.DataObject) -> None:
    runs = [run.text for run in terms(text)]
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))
    if not all(ord(letter) > 0x2E80 for letter in run):
        return
    begin = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(begin + 1, len(run)))
    (term,) = terms(run[begin:end])
    said = document([], [text])
    places = range(len(said) - len(term.words) + 1)
    assert any(
        said[at : at + len(term.words) - 1] == list(term.words[:-1])
        and (
            said[at + len(term.words) - 1].startswith(term.words[-1]) if term.is_begun else said[at + len(term.words) - 1] == term.words[-1]
        )
        for at in places
    )


def test_titles_are_marked_and_fields_are_fenced() -> None:
    said = document(["党课"], ["学"])
    assert said == ["党课", "课", FENCE, f"{FENCE}党课", f"{FENCE}课", FENCE, "学", FENCE]
    assert FENCE not in words(f"党{FENCE}课")


def test_passages_hold_all_that_is_said_and_know_when() -> None:
    cues = [(second * 1000, f"第{second}句话讲的是调查研究的方法。") for second in range(100)]
    found = list(passages(cues))
    assert len(found) > 4
    assert all(any(text in one.text for one in found) for _at, text in cues)
    for one in found:
        for begin, at_ms in one.marks:
            assert one.text[begin:].startswith(f"第{at_ms // 1000}句话")
    assert all(earlier.marks[-1] == (earlier.text.rindex("第"), later.at_ms) for earlier, later in pairwise(found))


def test_what_is_said_across_two_cues_is_one_text() -> None:
    (one,) = passages([(0, "加强干部教"), (4_000, "育培训"), (8_000, "Use"), (9_000, "Flask")])
    assert one.text == "加强干部教育培训Use Flask"
    assert [moment(one.marks, one.text.index(words), 0) for words in ("加强", "教育", "培训", "Flask")] == [0, 0, 4_000, 9_000]


def test_hits_are_marked_in_the_text_as_it_is_written() -> None:
    assert [(piece.text, piece.is_hit) for piece in pieces("ＡＩ与人工智能", terms("ai 智能"))] == [
        ("ＡＩ", True), ("与人工", False), ("智能", True),
    ]  # fmt: skip
    assert hits("He said AI", terms("ai")) == [(8, 10)]


def test_a_stretch_begins_a_little_before_the_hit() -> None:
    shown = "".join(piece.text for piece in stretch(["开头", "前" * 200 + "干部教育" + "后" * 200], terms("干部")))
    assert shown.startswith("…前")
    assert shown.endswith("后…")
    assert "干部教育" in shown
    assert len(shown) <= 112
    assert stretch(["", ""], terms("干部")) == ()
    assert stretch(["没有的"], terms("干部"))[0].text == "没有的"
