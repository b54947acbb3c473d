"""Builds a lecture: script → speech → captions and chapters → slides → video, only when the script has changed."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from content.builder.captions import Timeline, lay_out, web_vtt
from content.builder.phonemes import Speller
from content.builder.slides import Camera, Setting, page
from content.builder.speech import Narrator
from content.builder.video import encode, loudness, poster, write_wave
from content.reader import CourseHead, fingerprint, lecture_scripts, media_folder
from content.script import LectureScript, load

OUTPUTS = ("lecture.mp4", "lecture.vtt", "lecture.chapters.json", "poster.jpg", "build.json")


@dataclass(frozen=True)
class Studio:
    """The instruments of a build, opened once."""

    narrator: Narrator
    camera: Camera


def stale(course: CourseHead) -> list[Path]:
    """The scripts of a course whose media is missing or was made from other words."""
    return [path for path in lecture_scripts(course.folder) if not _current(course, path)]


def _current(course: CourseHead, script: Path) -> bool:
    folder = media_folder(script)
    if not all((folder / name).is_file() for name in OUTPUTS):
        return False
    made = json.loads((folder / "build.json").read_text(encoding="utf-8"))
    return bool(made["fingerprint"] == fingerprint(course, script))


def build_lecture(course: CourseHead, path: Path, studio: Studio) -> str:
    """Make the media of one script and say how it came out. Raises on text that cannot be spoken or does not fit."""
    script = load(path)
    speller = Speller(script.say)
    spoken = [studio.narrator.speak(speller.phonemes(sentence), script.voice) for sentence in _sentences(script)]
    timeline = lay_out(script, spoken)
    folder = media_folder(path)
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        shots = _photograph(course, path, script, timeline, studio.camera, Path(scratch))
        sound = Path(scratch) / "sound.wav"
        write_wave(timeline.samples, sound)
        encode(shots, timeline.duration_ms, sound, folder / "lecture.mp4")
        poster(shots[0][1], folder / "poster.jpg")
    (folder / "lecture.vtt").write_text(web_vtt(timeline.cues), encoding="utf-8")
    _write_json(folder / "lecture.chapters.json", _chapters(script, timeline))
    heard = loudness(folder / "lecture.mp4")
    _write_json(folder / "build.json", {"fingerprint": fingerprint(course, path), "loudness_lufs": heard["input_i"]})
    size = (folder / "lecture.mp4").stat().st_size
    return f"{course.slug}/{path.stem}: {timeline.duration_ms / 1000:.1f} s, {size / 1024:.0f} KiB, {heard['input_i']} LUFS"


def _sentences(script: LectureScript) -> list[str]:
    return [sentence for slide in script.slides for sentence in slide.sentences]


def _photograph(
    course: CourseHead, path: Path, script: LectureScript, timeline: Timeline, camera: Camera, folder: Path
) -> list[tuple[int, Path]]:
    """One picture for every mark of the time line, with the moment from which it shows."""
    setting = Setting(course.framework, course.title, course.lecturer, int(path.stem[:2]), len(script.slides))
    shots = []
    for mark in timeline.marks:
        picture = folder / f"{mark.slide:02}-{'x' if mark.active is None else mark.active}.png"
        if not picture.exists():
            camera.take(page(script.slides[mark.slide], mark.slide, mark.active, setting), picture)
        shots.append((mark.at_ms, picture))
    return shots


def _chapters(script: LectureScript, timeline: Timeline) -> dict[str, object]:
    starts: dict[int, int] = {}
    for mark in timeline.marks:
        starts.setdefault(mark.slide, mark.at_ms)
    chapters = [{"slide": n + 1, "start_ms": starts[n], "title": slide.heading} for n, slide in enumerate(script.slides)]
    return {"duration_ms": timeline.duration_ms, "chapters": chapters}


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
