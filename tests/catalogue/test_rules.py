"""What a version lacks, how long it counts, and chapters as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue import chapters
from app.catalogue.rules import Lack, LectureFacts, lacks, nominal_ms

GOOD = LectureFacts("第一讲", is_playable=True, has_captions=True, is_mandatory=True, duration_ms=60_000)


def changed(**fields):
    return LectureFacts(**{**GOOD.__dict__, **fields})


@pytest.mark.parametrize(
    ("title", "summary", "compulsory", "lectures", "found"),
    [
        ("名称", "简介", False, [GOOD], []),
        (" ", "简介", False, [GOOD], [Lack("title")]),
        ("名称", "", False, [GOOD], [Lack("summary")]),
        ("名称", "简介", False, [], [Lack("no_mandatory_lecture")]),
        ("名称", "简介", False, [changed(is_mandatory=False)], [Lack("no_mandatory_lecture")]),
        ("名称", "简介", False, [changed(is_playable=False)], [Lack("media_not_ready", "第一讲")]),
        ("名称", "简介", False, [changed(has_captions=False)], []),
        ("名称", "简介", True, [changed(has_captions=False)], [Lack("captions_missing", "第一讲")]),
    ],
)
def test_a_draft_is_told_what_it_lacks(title, summary, compulsory, lectures, found):
    assert list(lacks(title, summary, compulsory, lectures)) == found


def test_only_mandatory_lectures_count():
    assert nominal_ms([GOOD, changed(is_mandatory=False), GOOD]) == 120_000


@given(st.lists(st.integers(1, 3000), unique=True).map(sorted))
def test_chapters_survive_being_written_as_text(seconds):
    made = [{"at_ms": second * 1000, "title": f"第 {n} 节"} for n, second in enumerate(seconds)]
    assert chapters.parse(chapters.as_text(made), 4_000_000) == made


@pytest.mark.parametrize(
    ("text", "line"),
    [("0:10 一\n0:05 二", 2), ("0:10 一\n\n0:10 二", 3), ("第一节", 1), ("0:61 一", 1), ("9:00 一", 1), ("0:10", 1)],
)
def test_a_line_that_is_no_chapter_is_named(text, line):
    with pytest.raises(chapters.BadChapter) as error:
        chapters.parse(text, 60_000)
    assert error.value.line == line


def test_hours_and_full_width_colons_are_understood():
    assert [c["at_ms"] for c in chapters.parse("0：32 甲\n1:02:03 乙", 0)] == [32_000, 3_723_000]
