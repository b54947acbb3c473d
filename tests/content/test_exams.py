"""The demo examinations: the fourteen of domain.md §10.3 can be sat, their bank fills them, and early keys are nobody else's."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.bank.rules import likeness
from app.bank.rules.formats import text
from app.exams.demo import PER_TOPIC
from content.questions import read_bank
from content.reader import read_courses, slides

CONTENT = Path(__file__).parents[2] / "content"
LISTED: list[dict[str, Any]] = yaml.safe_load((CONTENT / "exams" / "exams.yaml").read_text(encoding="utf-8"))
EXAMS = [one for one in LISTED if one["state"] != "draft"]
EARLY = ("full_at_once", "closing_quiz")
BEYOND = {("依法行政", "blank", 2): 1, ("群众工作", "single", 3): 1}
"""The questions that the demo makes out of a chart and a table."""


def test_there_are_fourteen_and_each_is_open() -> None:
    """Beside one that is being set up."""
    assert len(EXAMS) == 14 and all(one["state"] == "open" and one["closes"] > 0 for one in EXAMS)


def test_each_is_offered_to_those_it_is_for() -> None:
    """domain.md §10.3 names them in the titles: newcomers and section level, division level, the teams, a class, who was off his post."""
    said = {one["title"]: one["eligible"] for one in EXAMS if one.get("eligible")}
    assert said == {
        "初任培训结业考试": {"ranks": ["section_below"]},
        "科级任职资格考试": {"ranks": ["section_below"]},
        "处级任职考试": {"ranks": ["division"]},
        "综合管理类应知应会考试": {"teams": ["party_gov"]},
        "专业技术类应知应会考试": {"teams": ["professional"]},
        "公需科目考试": {"teams": ["professional"]},
        "网上专题班结业考试": {"classes": ["网上专题班：数字政务"]},
        "离岗培训返岗考试": {"roster": True},
        "中青班综合测评": {"roster": True},
    }
    assert next(one["seats"] for one in EXAMS if one["title"] == "离岗培训返岗考试") == {"retraining": 15}


def test_keys_are_out_at_once_only_where_there_is_one_attempt_or_no_grade() -> None:
    """The terms refuse anything else; the one self-test is that of domain.md §10.3."""
    early = [one for one in LISTED if one.get("release") == "full_at_once"]
    assert all(one["attempts"] == 1 or one.get("ungraded") for one in early)
    assert [one["title"] for one in LISTED if one.get("ungraded")] == ["心理调适自测"]


@pytest.mark.parametrize("scale", PER_TOPIC)
def test_the_bank_fills_every_paper(scale: str) -> None:
    found: Counter[tuple[str, str, int]] = Counter(BEYOND)
    found.update((one.topic, one.kind, one.difficulty) for one in read_bank(CONTENT / "bank", PER_TOPIC[scale]))
    pasted = text.read((CONTENT / "bank" / "more.txt").read_text(encoding="utf-8")).questions
    found.update((one.draft.topic, one.draft.kind.value, one.draft.difficulty) for one in pasted if one.draft)
    for exam in EXAMS:
        for topic, kind, low, high, count, _points in exam["rows"]:
            there = sum(number for (of, is_, hard), number in found.items() if of == topic and is_ == kind and low <= hard <= high)
            assert there >= count, (exam["title"], topic, kind, there)


@pytest.mark.parametrize("scale", PER_TOPIC)
def test_no_two_questions_of_the_bank_are_worded_the_same(scale: str) -> None:
    stems = [one.stem for one in read_bank(CONTENT / "bank", PER_TOPIC[scale])]
    assert len(stems) == len(set(stems))


def test_no_two_questions_of_a_small_bank_read_nearly_alike() -> None:
    pieces = [likeness.shingles(one.stem) for one in read_bank(CONTENT / "bank", PER_TOPIC["s"])]
    assert all(likeness.likeness(one, other) < likeness.NEAR for one, other in combinations(pieces, 2))


def test_what_gives_keys_out_early_shares_no_question_with_another() -> None:
    for one, other in combinations(EXAMS, 2):
        if one.get("release") in EARLY or other.get("release") in EARLY:
            shared = {tuple(row[:2]) for row in one["rows"]} & {tuple(row[:2]) for row in other["rows"]}
            assert not shared, (one["title"], other["title"])
    assert all(row[0] for exam in EXAMS for row in exam["rows"]), "a row of every topic takes all of the bank"


SLIDES = slides(read_courses(CONTENT / "courses"))


def test_every_place_of_the_bank_is_a_slide_of_a_course() -> None:
    """Each says the class it is of, so none is left behind when a class is renamed."""
    for path in sorted((CONTENT / "bank").glob("*.yaml")):
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert read.get("taught", {}).keys() <= read["classes"].keys(), path.name
        assert set(read.get("taught", {}).values()) <= SLIDES.keys(), path.name
    pasted = [one.draft.stem for one in text.read((CONTENT / "bank" / "more.txt").read_text(encoding="utf-8")).questions if one.draft]
    for begins, slide in yaml.safe_load((CONTENT / "exams" / "taught.yaml").read_text(encoding="utf-8")).items():
        assert slide in SLIDES and sum(stem.startswith(begins) for stem in pasted) == 1, begins


def test_most_examinations_ask_what_a_lecture_teaches() -> None:
    """A missed question then leads back to the second of its lecture."""
    taught = {one.topic for one in read_bank(CONTENT / "bank", PER_TOPIC["xs"]) if one.taught}
    assert len(taught) >= 9
    without = [exam["title"] for exam in EXAMS if not any(row[0] in taught for row in exam["rows"])]
    assert without == ["党章党规在线测试（本月）", "课后小测：数字素养"], "no course teaches their topics"


def test_closing_quizzes_draw_from_the_bank_what_no_slide_teaches() -> None:
    """So their questions can be there before the courses are; and every examination of the list draws by its blueprint."""
    drawing = [course for course in read_courses(CONTENT / "courses") if course.quiz.bank]
    taught = {one.topic for one in read_bank(CONTENT / "bank", PER_TOPIC["full"]) if one.taught}
    assert len(drawing) >= 2 and all(course.quiz.topics and not taught & set(course.quiz.topics) for course in drawing)
    assert all(exam["rows"] for exam in LISTED)
