"""What may become a lecture, and what is made of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media.rules import (
    GIB,
    NEXT,
    Kind,
    Picture,
    Probed,
    Reason,
    Sound,
    State,
    contiguous,
    gain_for,
    judge,
    permille,
    space_needed,
)

PICTURE = Picture("h264", "Main", "yuv420p", 1920, 1080, 25.0, 4_000)
SOUND = Sound("aac", "LC", 2, 48_000)
FILM = Probed("mov", 60_000, 60_000, 2, PICTURE, SOUND)


def test_a_conforming_film_is_remuxed_first_and_then_encoded_in_two_rungs() -> None:
    verdict = judge(FILM)
    assert verdict.reason is None
    assert verdict.may_remux
    assert [(rung.name, rung.width, rung.height) for rung in verdict.rungs] == [("360p", 640, 360), ("720p", 1280, 720)]


@pytest.mark.parametrize(
    "change",
    [
        {"codec": "hevc", "profile": "Main 10", "pix_fmt": "yuv420p10le"},
        {"profile": "High 4:2:2"},
        {"pix_fmt": "yuv444p"},
        {"gap_ms": 10_001},
        {"rotation": 90},
        {"aspect": (4, 3)},
        {"interlaced": True},
    ],
)
def test_what_not_every_browser_plays_is_not_remuxed(change: dict[str, object]) -> None:
    assert not judge(replace(FILM, picture=replace(PICTURE, **change))).may_remux  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("probed", "reason"),
    [
        (replace(FILM, streams=9), Reason.TOO_MANY_STREAMS),
        (replace(FILM, picture=None, sound=None), Reason.NO_STREAM),
        (replace(FILM, picture=replace(PICTURE, codec="rawvideo")), Reason.UNSUPPORTED_CODEC),
        (replace(FILM, sound=replace(SOUND, codec="qdm2")), Reason.UNSUPPORTED_CODEC),
        (replace(FILM, picture=replace(PICTURE, width=8192, height=8192)), Reason.TOO_LARGE_PICTURE),
        (replace(FILM, picture=replace(PICTURE, width=0)), Reason.TOO_LARGE_PICTURE),
        (replace(FILM, duration_ms=6 * 3_600_000 + 1, held_ms=6 * 3_600_000 + 1), Reason.TOO_LONG),
        (replace(FILM, duration_ms=999, held_ms=999), Reason.TOO_SHORT),
        (replace(FILM, held_ms=30_000), Reason.TRUNCATED),
    ],
)
def test_a_file_is_refused_with_the_reason_that_applies(probed: Probed, reason: Reason) -> None:
    assert judge(probed).reason is reason


def test_two_lost_seconds_at_the_end_of_an_hour_are_forgiven() -> None:
    assert judge(Probed("mov", 3_600_000, 3_597_000, 2, PICTURE, SOUND)).reason is None


def test_a_film_without_sound_is_taken_with_a_note() -> None:
    verdict = judge(replace(FILM, sound=None))
    assert (verdict.reason, verdict.notes, verdict.rungs[0].audio_bits) == (None, ("no_sound",), 0)


def test_a_recording_without_picture_becomes_one_audio_rung() -> None:
    verdict = judge(replace(FILM, picture=None))
    assert (verdict.kind, verdict.may_remux, [rung.name for rung in verdict.rungs]) == (Kind.AUDIO, True, ["audio"])


@pytest.mark.parametrize(
    ("width", "height", "aspect", "rotation", "sizes"),
    [
        (640, 360, (1, 1), 0, [(640, 360)]),
        (480, 270, (1, 1), 0, [(480, 270)]),
        (854, 480, (1, 1), 0, [(640, 360), (854, 480)]),
        (1080, 1920, (1, 1), 0, [(360, 640), (720, 1280)]),
        (1920, 1080, (1, 1), 90, [(360, 640), (720, 1280)]),
        (1440, 1080, (4, 3), 0, [(640, 360), (1280, 720)]),
        (1024, 768, (1, 1), 0, [(480, 360), (960, 720)]),
    ],
)
def test_the_ladder_keeps_the_shape_and_never_enlarges(
    width: int, height: int, aspect: tuple[int, int], rotation: int, sizes: list[tuple[int, int]]
) -> None:
    picture = replace(PICTURE, width=width, height=height, aspect=aspect, rotation=rotation)
    assert [(rung.width, rung.height) for rung in judge(replace(FILM, picture=picture)).rungs] == sizes


def test_sixty_frames_a_second_become_thirty() -> None:
    assert {rung.fps for rung in judge(replace(FILM, picture=replace(PICTURE, fps=60.0))).rungs} == {30.0}


@pytest.mark.parametrize(("loudness", "gain"), [(None, 0.0), (-16.4, 0.0), (-70.0, 0.0), (-24.0, 8.0), (-6.0, -10.0), (-50.0, 20.0)])
def test_loudness_is_brought_to_sixteen_below(loudness: float | None, gain: float) -> None:
    assert gain_for(loudness) == gain


def test_segments_are_whole_milliseconds_without_gap() -> None:
    spans = contiguous(["a", "b", "c"], ["4.004000", "4.004000", "1.9"], 9_908)
    assert spans == [("a", 0, 4_004), ("b", 4_004, 8_008), ("c", 8_008, 9_908)]


def test_segments_of_another_rung_are_cut_to_the_known_duration() -> None:
    assert contiguous(["a", "b", "c"], ["4", "4", "0.1"], 8_000) == [("a", 0, 4_000), ("b", 4_000, 8_000)]
    assert contiguous(["a", "b"], ["4", "3.9"], 8_000)[-1] == ("b", 4_000, 8_000)
    assert contiguous([], [], 0) == []


@given(st.lists(st.integers(1_000, 20_000_000), min_size=1, max_size=50), st.integers(1, 400_000))
def test_segments_cover_the_whole_duration_whatever_the_playlist_says(micro: list[int], duration: int) -> None:
    words = [f"{n // 1_000_000}.{n % 1_000_000:06}" for n in micro]
    spans = contiguous([str(n) for n in range(len(words))], words, duration)
    assert spans[0][1] == 0
    assert spans[-1][2] == duration
    assert all(before[2] == after[1] and before[1] < before[2] for before, after in pairwise(spans))


@pytest.mark.parametrize(("size", "needed"), [(0, GIB), (GIB // 2, GIB), (3 * GIB, 6 * GIB)])
def test_the_space_guard_asks_for_a_gibibyte_or_twice_the_file(size: int, needed: int) -> None:
    assert space_needed(size) == needed


@pytest.mark.parametrize(("done", "whole", "told"), [(0, 0, 0), (500, 1_000, 500), (1_000, 1_000, 999), (9, 1, 999), (-5, 10, 0)])
def test_progress_never_claims_the_end_before_it_is_confirmed(done: int, whole: int, told: int) -> None:
    assert permille(done, whole) == told


def test_every_state_leads_somewhere_but_ready() -> None:
    assert set(NEXT) == set(State)
    assert [state for state, after in NEXT.items() if not after] == [State.READY]
