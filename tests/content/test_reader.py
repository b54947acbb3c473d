"""The course reader: folders in, frozen facts out, faults named."""

import shutil
from pathlib import Path

import pytest

from content.reader import CourseError, fingerprint, read_courses, read_head

ROOT = Path(__file__).parents[2] / "content" / "courses"
SLUG = "leadership-communication"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with one shipped course."""
    shutil.copytree(ROOT / SLUG, tmp_path / SLUG)
    shutil.copy(ROOT / "topics.yaml", tmp_path)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Replace text in a file that has it."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_course_comes_with_lectures_in_order_and_paths_that_exist(root: Path) -> None:
    (course,) = read_courses(root)
    assert (course.slug, course.title, course.framework, course.featured) == (SLUG, "领导沟通技巧", "competence", True)
    assert [lecture.position for lecture in course.lectures] == [1, 2, 3]
    for lecture in course.lectures:
        assert all(path.is_file() for path in (lecture.mp4_path, lecture.vtt_path, lecture.chapters_path, lecture.poster_path))
    assert course.topics[0].zh == "沟通表达"


def test_a_true_false_question_gets_its_two_options(root: Path) -> None:
    (course,) = read_courses(root)
    question = next(question for question in course.questions if question.kind == "true_false")
    assert [(option.option, option.text) for option in question.options] == [("true", "对"), ("false", "错")]
    assert question.key in {("true",), ("false",)}


def test_a_key_outside_the_options_is_refused(root: Path) -> None:
    edit(root / SLUG / "questions.yaml", "key: [a, b, d]", "key: [a, b, f]")
    with pytest.raises(CourseError, match="lc-2"):
        read_courses(root)


def test_a_question_about_a_slide_that_is_not_there_is_refused(root: Path) -> None:
    edit(root / SLUG / "questions.yaml", "slide: 5", "slide: 9")
    with pytest.raises(CourseError, match=SLUG):
        read_courses(root)


def test_an_unknown_topic_is_refused(root: Path) -> None:
    edit(root / SLUG / "course.yaml", "topics: [communication", "topics: [gardening")
    with pytest.raises(CourseError, match="gardening"):
        read_courses(root)


def test_a_lecture_without_media_is_refused(root: Path) -> None:
    (root / SLUG / "02" / "lecture.chapters.json").unlink()
    with pytest.raises(CourseError, match=SLUG):
        read_courses(root)


def test_the_fingerprint_follows_words_lecturer_and_title(root: Path) -> None:
    script = root / SLUG / "01-listen-first.md"
    before = fingerprint(read_head(root / SLUG), script)
    edit(script, "大家好。", "你们好。")
    after = fingerprint(read_head(root / SLUG), script)
    edit(root / SLUG / "course.yaml", "沈知微", "沈知著")
    assert len({before, after, fingerprint(read_head(root / SLUG), script)}) == 3
