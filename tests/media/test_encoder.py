"""What is made of a file: HLS by copying and encoding, pictures, loudness; under limits that hold."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from app.media import encoder, ffmpeg
from app.media.ffmpeg import Bench, find_binary, inspect
from app.media.playlists import Rendition, master, read_rendition, sprite_track
from app.media.probe import Unfit, probe
from app.media.rules import Probed, Reason, Sprite, gain_for, judge
from app.media.runner import MIB, Limits, Stop
from tests.media import corpus
from tests.media.conftest import Clips

LIMITS = Limits(seconds=60, cpu=120)


def bench_for(path: Path, tmp_path: Path, *folders: str, limits: Limits = LIMITS) -> tuple[Bench, Probed]:
    """A job folder with the file in it, and what the file holds."""
    bench = Bench(find_binary(), tmp_path / "job", limits)
    encoder.lay_out(bench.job, path, *folders)
    return bench, probe(path, "mp3" if path.suffix == ".mp3" else "mov")


def read_back(folder: Path, made: Rendition, tmp_path: Path) -> Probed:
    """A rendition glued together again and probed."""
    whole = tmp_path / f"{made.name}.mp4"
    whole.write_bytes((folder / made.init).read_bytes() + b"".join((folder / file).read_bytes() for file, _from, _to in made.segments))
    return probe(whole, "mov")


def test_a_remux_keeps_every_sample_and_cuts_at_keyframes(clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.film, tmp_path, encoder.COPY)
    made = encoder.remux(bench, probed)
    assert (made.duration_ms, made.width, made.height, made.codecs[:5]) == (6_000, 320, 180, "avc1.")
    assert [span[1:] for span in made.segments] == [(0, 4_000), (4_000, 6_000)]
    again = read_back(bench.job, made, tmp_path)
    assert again.picture is not None
    assert again.sound is not None
    assert abs(again.held_ms - 6_000) <= 100


def test_both_rungs_have_keyframes_at_the_same_moments(tmp_path: Path) -> None:
    path = corpus.film(tmp_path / "wide.mp4", 10, "1280x720")
    bench, probed = bench_for(path, tmp_path, "360p", "720p")
    told: list[int] = []
    small, large = encoder.encode(bench, probed, judge(probed).rungs, 0.0, on_progress=told.append)
    assert [span[1:] for span in small.segments] == [span[1:] for span in large.segments] == [(0, 4_000), (4_000, 8_000), (8_000, 10_000)]
    assert (small.width, large.width, small.codecs) == (640, 1280, small.codecs)
    assert small.mean_bits < large.mean_bits
    assert told == sorted(told)
    for made in (small, large):
        again = read_back(bench.job, made, tmp_path)
        assert again.picture is not None
        assert again.picture.gap_ms <= 4_000
        assert again.picture.pix_fmt == "yuv420p"


def test_ten_bit_hevc_becomes_h264_that_every_browser_plays(clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.hevc, tmp_path, "360p")
    (made,) = encoder.encode(bench, probed, judge(probed).rungs, 0.0)
    again = read_back(bench.job, made, tmp_path)
    assert again.picture is not None
    assert (again.picture.codec, again.picture.profile, again.picture.pix_fmt) == ("h264", "Main", "yuv420p")


def test_a_film_without_sound_is_encoded_without_a_sound_track(clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.get("silent.mp4", "silent_film"), tmp_path, encoder.COPY, "360p")
    assert encoder.remux(bench, probed).codecs.startswith("avc1.")
    (made,) = encoder.encode(bench, probed, judge(probed).rungs, 0.0)
    assert made.codecs.count(",") == 0
    assert encoder.loudness(bench, probed) is None


def test_an_mp3_becomes_one_aac_rendition(clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.mp3, tmp_path, "audio")
    (made,) = encoder.encode(bench, probed, judge(probed).rungs, 0.0)
    assert (made.name, made.codecs, made.height) == ("audio", "mp4a.40.2", 0)
    assert made.segments[-1][2] == made.duration_ms
    assert abs(made.duration_ms - 5_000) < 150


def test_a_quiet_recording_is_brought_to_sixteen_lufs(tmp_path: Path) -> None:
    quiet = corpus.make(
        tmp_path / "quiet.m4a", "-f", "lavfi", "-i", "sine=1000:sample_rate=48000", "-t", "6", "-af", "volume=-12dB", "-c:a", "aac"
    )
    bench, probed = bench_for(quiet, tmp_path, "audio")
    before = encoder.loudness(bench, probed)
    assert before is not None
    assert before < -25
    (made,) = encoder.encode(bench, probed, judge(probed).rungs, gain_for(before))
    loud = tmp_path / "loud.mp4"
    loud.write_bytes((bench.job / made.init).read_bytes() + b"".join((bench.job / f).read_bytes() for f, _a, _b in made.segments))
    other, again = bench_for(loud, tmp_path / "b")
    after = encoder.loudness(other, again)
    assert after is not None
    assert abs(after + 16) < 1.5


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    silence = corpus.make(tmp_path / "silence.m4a", "-f", "lavfi", "-i", "anullsrc=r=24000:cl=mono", "-t", "3", "-c:a", "aac")
    bench, probed = bench_for(silence, tmp_path)
    assert encoder.loudness(bench, probed) is None


def test_poster_and_sprite_are_pictures_of_the_right_size(clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.film, tmp_path)
    encoder.poster(bench, probed)
    name, track = encoder.sprite(bench, probed, 6_000)
    assert size_of(bench.job / "poster.jpg") == (320, 180)
    assert size_of(bench.job / name) == (1_600, 90)
    assert track.splitlines()[2:4] == ["00:00:00.000 --> 00:00:05.000", "sprite.jpg#xywh=0,0,160,90"]
    assert track.splitlines()[5] == "00:00:05.000 --> 00:00:06.000"


@pytest.mark.parametrize("at_ms", [0, 3_100, 5_999, 6_000])
def test_any_moment_of_a_film_can_be_its_poster(at_ms: int, clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.film, tmp_path)
    assert size_of(bench.job / encoder.poster(bench, probed, at_ms)) == (320, 180)


def test_one_lone_keyframe_is_enough_for_a_sprite(clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.hevc, tmp_path)
    assert encoder.sprite(bench, probed, 4_000)[0] == "sprite.jpg"


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a JPEG."""
    from PIL import Image

    with Image.open(path) as picture:
        assert picture.format == "JPEG"
        return picture.size


def test_the_master_playlist_lists_the_lowest_rendition_first() -> None:
    small = Rendition("360p", "360p/init.mp4", "avc1.4d401e,mp4a.40.2", 700_000, 400_000, 8_000, (), 640, 360, 25.0)
    large = Rendition("720p", "720p/init.mp4", "avc1.4d401f,mp4a.40.2", 2_000_000, 1_500_000, 8_000, (), 1280, 720, 25.0)
    lines = master([large, small]).splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["360p/index.m3u8", "720p/index.m3u8"]
    assert 'CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000' in lines[3]


def test_the_sprite_map_follows_the_columns() -> None:
    words = re.findall(r"#xywh=(\S+)", sprite_track(Sprite(160, 90, 5_000, 13), 61_000))
    assert (len(words), words[0], words[10], words[-1]) == (13, "0,0,160,90", "0,90,160,90", "320,90,160,90")


def test_a_child_that_takes_too_long_is_killed_and_named(clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.film, tmp_path, "360p", limits=Limits(seconds=0, cpu=60))
    with pytest.raises(Unfit) as refused:
        encoder.encode(bench, probed, judge(probed).rungs, 0.0)
    assert refused.value.reason is Reason.TIME_LIMIT


def test_a_child_that_wants_too_much_memory_ends_without_harm(tmp_path: Path) -> None:
    path = corpus.film(tmp_path / "wide.mp4", 2, "1280x720")
    bench, probed = bench_for(path, tmp_path, "360p", "720p", limits=Limits(seconds=60, cpu=60, memory=150 * MIB))
    with pytest.raises(Unfit) as refused:
        encoder.encode(bench, probed, judge(probed).rungs, 0.0)
    assert refused.value.reason in (Reason.MEMORY_LIMIT, Reason.DAMAGED)


def test_a_child_that_writes_too_much_is_stopped(clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.film, tmp_path, encoder.COPY, limits=Limits(seconds=60, cpu=60, file=2_000))
    with pytest.raises(Unfit):
        encoder.remux(bench, probed)


def test_a_stop_from_the_meter_names_its_reason(clips: Clips, tmp_path: Path) -> None:
    def full(_ms: int) -> None:
        raise Stop(Reason.NO_SPACE)

    bench, probed = bench_for(clips.film, tmp_path, "360p")
    with pytest.raises(Unfit) as refused:
        encoder.encode(bench, probed, judge(probed).rungs, 0.0, on_progress=full)
    assert refused.value.reason is Reason.NO_SPACE


def test_an_original_that_others_may_not_read_is_copied_not_changed(clips: Clips, tmp_path: Path) -> None:
    private = tmp_path / "private.mp4"
    shutil.copyfile(clips.film, private)
    private.chmod(0o600)
    bench, probed = bench_for(private, tmp_path, encoder.COPY)
    (bench.job / ffmpeg.INPUT).chmod(0o644)
    assert encoder.remux(bench, probed).duration_ms == 6_000
    assert private.stat().st_mode & 0o777 == 0o600


def test_the_setting_names_the_binary_and_a_wrong_one_is_told() -> None:
    assert find_binary(find_binary()) == find_binary()
    with pytest.raises(Unfit) as refused:
        find_binary("/nowhere/ffmpeg")
    assert refused.value.reason is Reason.NO_ENCODER
    assert inspect(find_binary()).missing == ()


def test_every_command_line_forces_demuxer_and_protocol(clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, probed = bench_for(clips.film, tmp_path, encoder.COPY, "360p")
    commands: list[list[str]] = []
    start = Bench.start

    def spy(self: Bench, command: list[str], on_progress: object = None) -> object:
        commands.append(command)
        return start(self, command, on_progress)  # type: ignore[arg-type]

    monkeypatch.setattr(Bench, "start", spy)
    encoder.remux(bench, probed)
    encoder.encode(bench, probed, judge(probed).rungs, 3.0)
    encoder.poster(bench, probed)
    encoder.sprite(bench, probed, 6_000)
    encoder.loudness(bench, probed)
    assert len(commands) == 5
    for command in commands:
        before = command[: command.index("-i")]
        assert ("-f", "mov") in pairwise(before)
        assert ("-protocol_whitelist", "file") in pairwise(before)
        assert command[command.index("-i") + 1] == "input.bin"
        assert "-nostdin" in command
        assert "film.mp4" not in " ".join(command)


@pytest.mark.parametrize("left", [0, 3, 500])
def test_a_segment_that_is_not_whole_is_seen_though_ffmpeg_calls_it_success(left: int, clips: Clips, tmp_path: Path) -> None:
    bench, probed = bench_for(clips.film, tmp_path, encoder.COPY)
    made = encoder.remux(bench, probed)
    segment = bench.job / made.segments[1][0]
    segment.write_bytes(segment.read_bytes()[:left])
    with pytest.raises(Unfit) as refused:
        read_rendition(bench.job, encoder.COPY, probed, None)
    assert refused.value.reason is Reason.DAMAGED
