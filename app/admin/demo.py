"""The demo college: the courses in content/ and the people of the demo city, through the services a person uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from app.bank import demo as bank
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.catalogue import service as catalogue
from app.catalogue.models import Course, CourseVersion
from app.exams import service as exams
from app.exams.rules.drafts import ExamTerms
from app.kernel.clock import civil
from app.kernel.work import Actor, College, Work, working
from app.media import service as media
from app.people import service as people
from app.people.models import Account
from content.reader import CourseSource, LectureSource, QuestionSource, read_courses

LIMIT = 30
"""Minutes of a closing quiz."""
AUTHORS, PUBLISHER = ("instructor", "instructor2"), "reviewer"
Say = Callable[[str], None]


def load_courses(college: College, say: Say) -> int:
    """Bring in every course that is not there yet; each is written by an instructor and published by the reviewer.

    So an interrupted load is completed by the next start, and a course added to content/ appears.
    """
    sources = read_courses(college.settings.content_dir / "courses")
    for number, source in enumerate(sources):
        with working(college, Actor.system("demo"), write=False) as work:
            if work.session.scalar(select(Course.id).where(Course.code == source.code)) is not None:
                continue
            author, publisher = actor_named(work, AUTHORS[number % 2]), actor_named(work, PUBLISHER)
        with working(college, author) as work:
            uid = _write(work, source).uid
        with working(college, publisher) as work:
            catalogue.publish(work, uid)
        say(f"课程 {number + 1}/{len(sources)}：{source.title}")
    with working(college, Actor.system("demo"), write=False) as work:
        author, reviewer = actor_named(work, AUTHORS[0]), actor_named(work, PUBLISHER)
    bank.load(college, author, reviewer)
    return len(sources)


def actor_named(work: Work, user_name: str) -> Actor:
    """The person behind a demo account, as an actor with his own grants."""
    person_id = work.session.scalar(select(Account.person_id).where(Account.user_name == user_name))
    if person_id is None:
        raise LookupError(f"there is no account {user_name}; load the people first")
    return people.actor_for(work, person_id)


def _write(work: Work, source: CourseSource) -> CourseVersion:
    """One course with lectures and quiz, handed in."""
    year = civil(work.now).year
    version = catalogue.create_course(
        work,
        code=source.code,
        title=source.title,
        title_en=source.title_en,
        framework=source.framework,
        summary=source.summary,
        summary_en=source.summary_en,
        objectives=list(source.objectives),
        is_compulsory=source.compulsory,
        is_featured=source.featured,
        subject_kind=source.subject_kind or None,
        list_years=[year - 1, year] if source.listed else [],
        levels=source.levels,
        position_classes=source.position_classes,
        teams=source.teams,
        lecturer=f"{source.lecturer_name} {source.lecturer_post}",
    )
    catalogue.set_topics(work, version.course_id, [(topic.zh, topic.en) for topic in source.topics], source.framework)
    lecture_ids = [_lecture(work, version, lecture) for lecture in source.lectures]
    title, quiz, draw = f"《{source.title}》随堂测验", source.quiz, min(source.quiz.draw, len(source.questions))
    questions = [_question(question, lecture_ids) for question in source.questions]
    exam = exams.create_closing_quiz(work, version.id, title, questions, quiz.pass_mark, quiz.attempts, LIMIT, draw)
    if quiz.bank:
        exams.set_terms(work, exam.uid, ExamTerms(title, quiz.pass_mark, quiz.attempts, LIMIT, draw, quiz.bank, tuple(quiz.topics)))
    catalogue.submit(work, version.uid)
    return version


def _lecture(work: Work, version: CourseVersion, source: LectureSource) -> int:
    """One lecture with its film, captions and chapters; its number."""
    asset = media.ingest_ready(
        work,
        source.mp4_path,
        file_name=f"{source.title}.mp4",
        owner_id=version.author_id,
        captions=source.vtt_path.read_text(encoding="utf-8"),
        poster=source.poster_path,
        chapters=[{"at_ms": chapter.start_ms, "title": chapter.title} for chapter in source.chapters],
    )
    return catalogue.add_lecture(work, version.uid, title=source.title, asset_id=asset.id).id


def _question(source: QuestionSource, lecture_ids: list[int]) -> QuestionDraft:
    """A question as the examination desk takes it."""
    taught = {
        "points": Decimal(source.points),
        "explanation": source.explanation,
        "topic": source.topic,
        "lecture_id": lecture_ids[source.lecture - 1],
        "at_second": source.second,
    }
    if source.kind == "true_false":
        return replace(QuestionDraft.judge(source.stem, is_true=source.key == ("true",)), **taught)  # type: ignore[arg-type]
    options = [OptionDraft(option.text, option.option in source.key) for option in source.options]
    return QuestionDraft(Kind(source.kind), source.stem, options, **taught)  # type: ignore[arg-type]
