"""Captions: SRT or WebVTT in, clean WebVTT out, every fault with its line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media.captions import BadCaptions, Cue, Fault, clean, convert, parse, straighten, write

SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\n各位学员，大家好。\r\n\r\n2\r\n00:00:02,600 --> 00:00:04,000\r\n今天讲第一章。\r\n"


def cues(vtt: str) -> list[Cue]:
    """The cues of what was written."""
    found, faults = parse(vtt)
    assert faults == []
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_each_encoding_of_chinese_offices_is_recognised(encoding: str) -> None:
    assert "各位学员，大家好。" in convert(SRT.encode(encoding))


def test_srt_becomes_webvtt() -> None:
    assert convert(SRT.encode()).startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n各位学员，大家好。\n\n2\n")


def test_webvtt_heads_notes_styles_and_settings_are_left_behind() -> None:
    head = "WEBVTT - 标题\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE 备注\n\n"
    text = head + "id\n01:02.5 --> 01:04.000 align:start line:0\n<v 王讲>好\n"
    assert [(cue.start, cue.end, cue.text) for cue in cues(convert(text.encode()))] == [(62_500, 64_000, "好")]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("<script>alert(1)</script>你好", "你好"),
        ("<SCRIPT src=x>a</SCRIPT >你好", "你好"),
        ("<i>你好</i>", "你好"),
        ("{\\an8}你好", "你好"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;你好", "你好"),
        ("&amp;lt;img src=x onerror=alert(1)&amp;gt;你好", "你好"),
        ("<scr<b>ipt>你好", "<script>你好"),
        ("a\u202eb\x00c", "abc"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_only_words_are_left_of_a_cue(words: str, left: str) -> None:
    cleaned = clean(words)
    assert cleaned in (left, left.replace("<script>", ""))
    assert "<" not in write([Cue(0, 1, cleaned)])


def test_overlapping_and_unordered_cues_are_put_in_order() -> None:
    found = straighten([Cue(5_000, 9_000, "c"), Cue(0, 6_000, "a"), Cue(5_000, 6_000, "d"), Cue(2_000, 3_000, "b")])
    assert [(cue.start, cue.end, cue.text) for cue in found] == [(0, 2_000, "a"), (2_000, 3_000, "b"), (5_000, 9_000, "c\nd")]


@given(st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 9_000)), min_size=1, max_size=40))
def test_cues_never_overlap_nor_run_backwards(spans: list[tuple[int, int]]) -> None:
    found = straighten([Cue(start, start + length, "词") for start, length in spans], 60_000)
    assert all(one.start < one.end <= two.start for one, two in pairwise(found))


@pytest.mark.parametrize(
    ("text", "fault", "line"),
    [
        ("", Fault.NO_CUES, 1),
        ("WEBVTT\n\n", Fault.NO_CUES, 1),
        ("1\n00:00:01,000 --> 坏\n词\n", Fault.BAD_TIME, 2),
        ("1\n00:00:01,000 --> 00:61:00,000\n词\n", Fault.BAD_TIME, 2),
        ("1\n00:00:01,000 --> 00:00:02,000\n词\n\n2\n00:00:05,000 --> 00:00:04,000\n词\n", Fault.ENDS_FIRST, 6),
        ("这不是字幕\n", Fault.STRAY_TEXT, 1),
        ("1\n00:00:01,000 --> 00:00:02,000\n" + "词" * 1_001, Fault.TOO_LONG, 2),
        ("1\n00:02:00,000 --> 00:02:02,000\n词\n", Fault.AFTER_END, 2),
    ],
)
def test_each_fault_names_its_line(text: str, fault: Fault, line: int) -> None:
    with pytest.raises(BadCaptions) as refused:
        convert(text.encode(), 60_000)
    assert (refused.value.faults[0].fault, refused.value.faults[0].line) == (fault, line)


def test_all_faults_are_told_at_once_but_not_more_than_twenty() -> None:
    text = "\n\n".join("1\nbad --> worse\n词" for _ in range(30))
    with pytest.raises(BadCaptions) as refused:
        convert(text.encode())
    assert [found.line for found in refused.value.faults] == [2 + 4 * n for n in range(20)]


@pytest.mark.parametrize("content", [b"\xff\xff\xff\xff1", b"\x00" * 10, b"\x89PNG\r\n\x1a\n\xff\xd8\xff"])
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(BadCaptions) as refused:
        convert(content)
    assert refused.value.faults[0].fault in (Fault.ENCODING, Fault.STRAY_TEXT, Fault.NO_CUES)


def test_two_megabytes_are_the_limit() -> None:
    with pytest.raises(BadCaptions) as refused:
        convert(b"a" * 2_000_001)
    assert refused.value.faults[0].fault is Fault.TOO_LARGE


def test_a_cue_without_words_is_dropped_and_one_past_the_end_is_cut() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:09,000\n词\n"
    assert [(cue.start, cue.end) for cue in cues(convert(text.encode(), 5_000))] == [(3_000, 5_000)]


@given(st.binary(max_size=400))
def test_any_bytes_give_captions_or_faults_and_never_an_error(content: bytes) -> None:
    try:
        assert convert(content).startswith("WEBVTT\n")
    except BadCaptions as bad:
        assert bad.faults
