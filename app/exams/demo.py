"""The demo examinations: a bank made from content/bank, and the examinations of content/exams, through the services."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import func, select, update

from app.bank import service as bank
from app.bank.models import CardState, ForPractice, QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import OptionDraft, Picture, QuestionDraft
from app.bank.rules.formats import text
from app.bank.rules.places import Place
from app.bank.rules.scoring import PartialCredit
from app.catalogue import queries as catalogue
from app.exams import service
from app.exams.models import Answer, Attempt, Exam, ExamKind
from app.exams.queries import planning
from app.exams.rules.admission import Rule
from app.exams.rules.assembly import Paper
from app.exams.rules.blueprint import Row
from app.exams.rules.sessions import Band as Grade
from app.exams.rules.sessions import Terms
from app.exams.rules.timing import ReleasePolicy
from app.kernel.clock import civil
from app.kernel.work import Actor, College, Work, working
from app.people.models import Account, Person
from content import charts
from content.questions import Made, read_bank
from content.reader import read_courses, slides

PER_TOPIC = {"xs": 14, "s": 28, "m": 70, "full": 252}
"""Questions of each topic by scale of the demo."""
AUTHORS, REVIEWER, ASSEMBLER, OPENER = ("instructor", "instructor2"), "reviewer", "personnel", "city"
Acting = Callable[[str], Actor]
CHUNK = 200
CHART = {"Q1": 48, "Q2": 62, "Q3": 74, "Q4": 56}
TABLED = QuestionDraft(
    Kind.SINGLE, "下表为某街道四个社区去年的走访情况。按户均走访次数从高到低，排在第一位的是哪个社区？",
    tuple(OptionDraft(name, name == "竹园社区") for name in ("梅林社区", "竹园社区", "松岗社区", "兰溪社区")), Decimal(2),
    "户均走访次数：梅林 1.5 次，竹园 2.0 次，松岗 1.2 次，兰溪 1.8 次。", "群众工作", keeps_order=True, difficulty=3, source="演示题库",
    table=(("社区", "户数", "走访次数"), ("梅林社区", "1,200", "1,800"), ("竹园社区", "900", "1,800"), ("松岗社区", "1,500", "1,800"),
           ("兰溪社区", "1,000", "1,800")),
)  # fmt: skip
"""A question that is answered out of its table."""
SOURCE = "演示题库"
"""Where these questions come from; what is there already is counted by it, but for what is open for practice (app/practice/demo.py)."""


def load_exams(college: College, scale: str, acting: Acting, say: Callable[[str], object]) -> None:
    """Bank and examinations, unless they are there; what was interrupted is completed by the next load."""
    with working(college, Actor.system("demo"), write=False) as work:
        practised = QuestionVersion.question_id.in_(select(ForPractice.question_id))
        has = work.session.scalar(select(func.count()).where(QuestionVersion.source == SOURCE, ~practised)) or 0
    root = college.settings.content_dir / "bank"
    chart = bank.receive(college.settings, charts.bars(CHART, 20))
    where = places(college)
    made = [*(draft(one, where) for one in read_bank(root, PER_TOPIC[scale])), *_written(root, where), _charted(chart.sha256), TABLED]
    with working(college, Actor.system("demo")) as work:
        bank.note_pictures(work, [chart])
    reviewer = acting(REVIEWER)
    for start in range(has, len(made), CHUNK):
        with working(college, acting(AUTHORS[start // CHUNK % 2])) as work:
            uids = [_question(work, one) for one in made[start : start + CHUNK]]
        with working(college, reviewer) as work:
            for uid in uids:
                bank.move(work, uid, CardState.APPROVED)
    say(f"题库：{max(len(made), has)} 题")
    for source in yaml.safe_load((college.settings.content_dir / "exams" / "exams.yaml").read_text(encoding="utf-8")):
        _exam(college, source, acting)
    _contest(college)
    say("演示考试已就绪")


def places(college: College) -> dict[str, Place]:
    """The slides of the published courses under their names, as places that questions point at."""
    found = slides(read_courses(college.settings.content_dir / "courses"))
    with working(college, Actor.system("demo"), write=False) as work:
        known = {one.code for one in catalogue.published_lectures(work, {code for code, _lecture, _second in found.values()})}
    return {name: Place(*place) for name, place in found.items() if place[0] in known}


def _question(work: Work, draft: QuestionDraft) -> UUID:
    """A question of an instructor, handed in."""
    uid = bank.add(work, draft).uid
    bank.move(work, uid, CardState.IN_REVIEW)
    return uid


def _written(root: Path, where: Mapping[str, Place]) -> list[QuestionDraft]:
    """Blanks, written answers and cases, as an author would paste them."""
    read = text.read((root / "more.txt").read_text(encoding="utf-8"))
    wrong = [one for one in read.all_findings() if one.is_error]
    assert not wrong, wrong
    taught = yaml.safe_load((root.parent / "exams" / "taught.yaml").read_text(encoding="utf-8"))
    drafts = [one.draft for one in read.questions if one.draft is not None]
    slide = {one.stem: name for one in drafts for begins, name in taught.items() if one.stem.startswith(begins)}
    return [replace(one, source=SOURCE, place=where.get(slide.get(one.stem, ""))) for one in drafts]


def _charted(picture: str) -> QuestionDraft:
    """A question that is answered out of its picture."""
    said = "；".join(f"{name} {count} 件" for name, count in CHART.items())
    return QuestionDraft(
        Kind.BLANK, "下图为某区四个季度受理的行政复议申请件数。受理最多的是第____季度，全年共受理____件。", points=Decimal(2),
        blanks=(Blank((Accepted("3"), Accepted("三"))), Blank((Accepted(str(sum(CHART.values())), tolerance=Decimal(0)),))),
        partial=PartialCredit.SHARE, explanation="第三季度 74 件最多；48、62、74、56 相加为 240 件。", topic="依法行政", difficulty=2,
        picture=Picture(picture, f"柱形图，按季度：{said}"), source=SOURCE,
    )  # fmt: skip


def draft(made: Made, where: Mapping[str, Place]) -> QuestionDraft:
    """A question of the material; it points at the slide that teaches it, if that is published."""
    common: dict[str, Any] = {"topic": made.topic, "difficulty": made.difficulty, "explanation": made.explanation, "source": SOURCE,
                              "place": where.get(made.taught)}  # fmt: skip
    if made.kind == Kind.JUDGE:
        return QuestionDraft.judge(made.stem, is_true=made.truth, points=Decimal(2), **common)
    points = Decimal(10) if made.kind == Kind.SHORT else Decimal(2)
    return QuestionDraft(Kind(made.kind), made.stem, tuple(OptionDraft(text, right) for text, right in made.options), points, **common)


def _exam(college: College, source: dict[str, Any], acting: Acting) -> None:
    """One examination: set up and checked by the personnel bureau, opened by the organisation department."""
    with working(college, Actor.system("demo"), write=False) as work:
        if work.session.scalar(select(Exam.id).where(Exam.kind == ExamKind.EXAM, Exam.title == source["title"])) is not None:
            return
    with working(college, acting(ASSEMBLER)) as work:
        uid = service.plan_exam(work, _terms(work, source)).uid
        rows = [Row(topic, Kind(kind), count, Decimal(points), low, high) for topic, kind, low, high, count, points in source["rows"]]
        service.set_blueprint(work, uid, rows)
        if source["state"] != "draft":
            service.move_exam(work, uid, "checked")
    with working(college, acting(OPENER)) as work:
        if source["state"] == "open":
            service.move_exam(work, uid, "open")
    with working(college, Actor.system("demo")) as work:
        for user_name, extra in source.get("seats", {}).items():
            service.seat(work, uid, user_name, extra)


def _terms(work: Work, source: dict[str, Any]) -> Terms:
    eligible = source.get("eligible", {})
    of_classes = planning.classes_named(work, eligible["classes"]) if "classes" in eligible else {}
    rule = Rule(eligible.get("roster", False), ranks=tuple(eligible.get("ranks", ())), teams=tuple(eligible.get("teams", ())),
                classes=tuple(of_classes[name] for name in eligible.get("classes", ())))  # fmt: skip
    return Terms(
        source["title"], source["minutes"], source["pass"], source["attempts"], source.get("cooling", 0),
        _at(work, source["opens"], 9), _at(work, source["closes"], 18),
        ReleasePolicy(source.get("release", "after_window")), tuple(Grade(least, name) for least, name in source.get("bands", ())),
        source.get("about", ""), Decimal(str(source.get("hours", 0))), source.get("password"), rule,
        source.get("sequential", False), source.get("markers", 1),
        source.get("ungraded", False),
    )  # fmt: skip


def _at(work: Work, days: int, hour: int) -> datetime:
    """A full hour of the city so many days from now."""
    return (civil(work.now) + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


CONTEST, SEATS = "廉政知识竞赛", 80
"""An examination without hours whose results are out at once, and how many have sat it: enough for its statistics."""


def _contest(college: College) -> None:
    """So many people of the city sit the contest, each as well as a number of his own says, unless it was sat before."""
    with working(college, Actor.system("demo"), write=False) as work:
        exam = work.session.scalar(select(Exam).where(Exam.kind == ExamKind.EXAM, Exam.title == CONTEST))
        if exam is None or work.session.scalar(select(func.count()).where(Attempt.exam_id == exam.id)):
            return
        named = select(Account.person_id)
        ids = list(work.session.scalars(select(Person.id).where(Person.id.not_in(named)).order_by(Person.id)))
    for number, person_id in enumerate(ids[:: max(len(ids) // SEATS, 1)][:SEATS]):
        actor = Actor(person_id=person_id, name=CONTEST, device="演示", actions=frozenset({"exams.sit"}))
        with working(college, actor) as work:
            _sit(work, exam, number, partial(_may_know, number))
    with working(college, Actor.system("demo")) as work:
        service.make_figures(work, exam.id)


def _may_know(number: int, version_id: int, luck: int) -> bool:
    """Of ten questions five to ten are known, the hardest ones last."""
    return luck < 40 + number * 61 % 60 - version_id % 7 * 4


def pass_quiz(work: Work, version_id: int, number: int) -> None:
    """The closing quiz of a course, passed with every answer right."""
    _sit(work, work.session.scalars(select(Exam).where(Exam.course_version_id == version_id)).one(), number, lambda _version, _luck: True)


def _sit(work: Work, exam: Exam, number: int, knows: Callable[[int, int], bool]) -> None:
    """One sitting; `knows` says by the version of a question and a number below 100 whether its answer is known."""
    attempt, _is_new = service.start(work, exam.uid)
    row = work.session.scalars(select(Attempt).where(Attempt.person_id == work.person_id, Attempt.uid == attempt.attempt)).one()
    lines = Paper.from_json(row.paper).lines
    keys = bank.secrets(work, [line.version_id for line in lines])
    for line in lines:
        luck = zlib.crc32(f"{line.version_id}|{number}".encode()) % 100
        is_known = knows(line.version_id, luck)
        right = [shown for shown, inner in line.options.items() if (inner in keys[line.version_id].right) == is_known]
        value = sorted(right) if line.kind is Kind.MULTIPLE else right[luck % len(right)]
        service.save(work, attempt.attempt, line.question, 1, value)
    _take_time(work, row, [line.question for line in lines], number)
    service.submit(work, attempt.attempt)


def _take_time(work: Work, row: Attempt, questions: Sequence[str], number: int) -> None:
    """As if each question had taken him half a minute to a minute and a half: begun so much earlier, each answer saved in its turn."""
    spent = [timedelta(seconds=30 + zlib.crc32(f"{question}|{number}".encode()) % 60) for question in questions]
    at = work.now - sum(spent, timedelta(0))
    mine = (Attempt.person_id == row.person_id, Attempt.id == row.id)
    work.session.execute(update(Attempt).where(*mine).values(started_at=at))
    for question, seconds in zip(questions, spent, strict=True):
        at += seconds
        answer = (Answer.person_id == row.person_id, Answer.attempt_id == row.id, Answer.question == question)
        work.session.execute(update(Answer).where(*answer).values(saved_at=at))
