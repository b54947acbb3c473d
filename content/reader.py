"""Reads the shipped courses: pure, standard library and PyYAML only. The demo loader and the tests use it.

`read_courses(root)` returns every course of a folder with its lectures (built media beside each script) and questions.
Format: content/README.md.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from content.script import LectureScript, load

FRAMEWORKS = ("loyalty", "competence", "restraint")
KINDS = ("single", "multiple", "true_false")
RECIPE = 1
"""Raise it when the builder changes what it makes of the same script."""
_TRUE_FALSE = (("true", "对"), ("false", "错"))


class CourseError(ValueError):
    """A course folder that breaks the format; the message names file and fault."""


@dataclass(frozen=True)
class Topic:
    """A subject of the catalogue."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Quiz:
    """The closing quiz: `draw` questions out of the course's, passed at `pass_mark` of 100, at most `attempts` times.

    Beside them `bank` questions that are open for practice, of the knowledge points `topics` or taught by the course.
    """

    pass_mark: int
    attempts: int
    draw: int
    bank: int = 0
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """A slide as a chapter; `slide` counts from 1, `start_ms` from the beginning of the lecture."""

    slide: int
    start_ms: int
    title: str


@dataclass(frozen=True)
class LectureSource:
    """One lecture: `position` counts from 1. The media files exist once the builder has run."""

    position: int
    slug: str
    title: str
    title_en: str
    script_path: Path
    mp4_path: Path
    vtt_path: Path
    chapters_path: Path
    poster_path: Path
    duration_ms: int
    chapters: tuple[Chapter, ...]
    script: LectureScript


@dataclass(frozen=True)
class Option:
    """A choice; `option` is its id within the question."""

    option: str
    text: str


@dataclass(frozen=True)
class QuestionSource:
    """A question of the closing quiz. `lecture` (from 1), `slide` (from 1) and `second` say where it is taught."""

    id: str
    kind: str
    stem: str
    options: tuple[Option, ...]
    key: tuple[str, ...]
    points: int
    explanation: str
    topic: str
    lecture: int
    slide: int
    second: int


@dataclass(frozen=True)
class CourseHead:
    """What course.yaml says before anything is built: enough to build."""

    folder: Path
    slug: str
    title: str
    framework: str
    lecturer: str


@dataclass(frozen=True)
class CourseSource:
    """A whole course."""

    slug: str
    code: str
    title: str
    title_en: str
    framework: str
    topics: tuple[Topic, ...]
    summary: str
    summary_en: str
    objectives: tuple[str, ...]
    objectives_en: tuple[str, ...]
    lecturer_name: str
    lecturer_post: str
    levels: tuple[str, ...]
    position_classes: tuple[str, ...]
    teams: tuple[str, ...]
    subject_kind: str
    listed: bool
    """Of a public subject: whether it stands on the lists of the present year and the one before."""
    compulsory: bool
    featured: bool
    quiz: Quiz
    lectures: tuple[LectureSource, ...]
    questions: tuple[QuestionSource, ...]


def _yaml(path: Path) -> Any:
    with path.open(encoding="utf-8") as stream:
        return yaml.safe_load(stream)


def course_folders(root: Path) -> list[Path]:
    """The course folders under a root, by name."""
    return sorted(path.parent for path in root.glob("*/course.yaml"))


def lecture_scripts(folder: Path) -> list[Path]:
    """The lecture scripts of a course, in order."""
    return sorted(folder.glob("[0-9][0-9]-*.md"))


def media_folder(script: Path) -> Path:
    """Where the media of a script stands: `01-name.md` → `01/`."""
    return script.parent / script.stem[:2]


def read_head(folder: Path) -> CourseHead:
    """Course facts that slides show."""
    meta = _yaml(folder / "course.yaml")
    lecturer = f"{meta['lecturer']['name']}　{meta['lecturer']['post']}"
    return CourseHead(folder, folder.name, meta["title"], meta["framework"], lecturer)


def fingerprint(course: CourseHead, script: Path) -> str:
    """What the media of a script was made from: its words, its course's head and the recipe."""
    parts = (str(RECIPE), course.title, course.framework, course.lecturer, script.read_text(encoding="utf-8"))
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def read_courses(root: Path) -> tuple[CourseSource, ...]:
    """Every course under `root`, by folder name. Raises `CourseError` or `ScriptError` on a fault."""
    topics = {code: Topic(code, names["zh"], names["en"]) for code, names in _yaml(root / "topics.yaml").items()}
    return tuple(_course(folder, topics) for folder in course_folders(root))


def slides(courses: Iterable[CourseSource]) -> dict[str, tuple[str, int, int]]:
    """Every slide under its name, `course/lecture/slide` from 1: the code of its course, its lecture, the second it begins at."""
    return {
        f"{course.code}/{lecture.position}/{chapter.slide}": (course.code, lecture.position, chapter.start_ms // 1000)
        for course in courses for lecture in course.lectures for chapter in lecture.chapters
    }  # fmt: skip


def _course(folder: Path, topics: dict[str, Topic]) -> CourseSource:
    meta = _yaml(folder / "course.yaml")
    try:
        lectures = tuple(_lecture(n, path) for n, path in enumerate(lecture_scripts(folder), 1))
        return CourseSource(
            slug=folder.name,
            code=meta["code"],
            title=meta["title"],
            title_en=meta["title_en"],
            framework=meta["framework"],
            topics=tuple(topics[code] for code in meta["topics"]),
            summary=meta["summary"],
            summary_en=meta["summary_en"],
            objectives=tuple(meta["objectives"]),
            objectives_en=tuple(meta["objectives_en"]),
            lecturer_name=meta["lecturer"]["name"],
            lecturer_post=meta["lecturer"]["post"],
            levels=tuple(meta["levels"]),
            position_classes=tuple(meta["position_classes"]),
            teams=tuple(meta["teams"]),
            subject_kind=meta["subject_kind"],
            listed=meta.get("listed", False),
            compulsory=meta["compulsory"],
            featured=meta.get("featured", False),
            quiz=Quiz(**meta["quiz"]),
            lectures=lectures,
            questions=tuple(_question(row, lectures) for row in _yaml(folder / "questions.yaml")),
        )
    except (KeyError, TypeError, IndexError, FileNotFoundError) as fault:
        raise CourseError(f"{folder.name}: {type(fault).__name__}: {fault}") from fault


def _lecture(position: int, path: Path) -> LectureSource:
    script, folder = load(path), media_folder(path)
    made = json.loads((folder / "lecture.chapters.json").read_text(encoding="utf-8"))
    return LectureSource(
        position=position,
        slug=path.stem[3:],
        title=script.title,
        title_en=script.title_en,
        script_path=path,
        mp4_path=folder / "lecture.mp4",
        vtt_path=folder / "lecture.vtt",
        chapters_path=folder / "lecture.chapters.json",
        poster_path=folder / "poster.jpg",
        duration_ms=made["duration_ms"],
        chapters=tuple(Chapter(row["slide"], row["start_ms"], row["title"]) for row in made["chapters"]),
        script=script,
    )


def _question(row: dict[str, Any], lectures: tuple[LectureSource, ...]) -> QuestionSource:
    """One row of questions.yaml; a true_false row has `key: true|false` and no options."""
    options: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    if row["kind"] == "true_false":
        options, key = _TRUE_FALSE, ("true" if row["key"] else "false",)
    else:
        options, key = tuple((str(option), text) for option, text in row["options"].items()), tuple(map(str, row["key"]))
    if row["kind"] not in KINDS or not set(key) <= {option for option, _ in options}:
        raise CourseError(f"question {row['id']}: unknown kind or key")
    if row["lecture"] < 1 or row["slide"] < 1:
        raise CourseError(f"question {row['id']}: lectures and slides count from 1")
    chapter = lectures[row["lecture"] - 1].chapters[row["slide"] - 1]
    return QuestionSource(
        id=row["id"],
        kind=row["kind"],
        stem=row["stem"],
        options=tuple(Option(option, text) for option, text in options),
        key=key,
        points=row.get("points", 10),
        explanation=row["explanation"],
        topic=row["topic"],
        lecture=row["lecture"],
        slide=row["slide"],
        second=chapter.start_ms // 1000,
    )
