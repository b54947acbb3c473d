"""The demo examinations: a bank made from content/bank, and the examinations of content/exams, through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import func, select

from app.bank import service as bank
from app.bank.models import CardState, QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.exams import service
from app.exams.models import Exam, ExamKind
from app.exams.rules.admission import Rule
from app.exams.rules.blueprint import Row
from app.exams.rules.sessions import Band as Grade
from app.exams.rules.sessions import Terms
from app.exams.rules.timing import ReleasePolicy
from app.kernel.clock import civil
from app.kernel.work import Actor, College, Work, working
from content.questions import Made, read_bank

PER_TOPIC = {"xs": 13, "s": 26, "m": 60, "full": 240}
"""Questions of each topic by scale of the demo."""
AUTHORS, REVIEWER, ASSEMBLER, OPENER = ("instructor", "instructor2"), "reviewer", "personnel", "city"
Acting = Callable[[str], Actor]
CHUNK = 200
SOURCE = "演示题库"
"""Where these questions come from; what is there already is counted by it."""


def load_exams(college: College, scale: str, acting: Acting, say: Callable[[str], object]) -> None:
    """Bank and examinations, unless they are there; what was interrupted is completed by the next load."""
    with working(college, Actor.system("demo"), write=False) as work:
        has = work.session.scalar(select(func.count()).where(QuestionVersion.source == SOURCE)) or 0
    made = list(read_bank(college.settings.content_dir / "bank", PER_TOPIC[scale]))
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
    say("演示考试已就绪")


def _question(work: Work, made: Made) -> UUID:
    """A question of an instructor, handed in."""
    uid = bank.add(work, _draft(made)).uid
    bank.move(work, uid, CardState.IN_REVIEW)
    return uid


def _draft(made: Made) -> QuestionDraft:
    common: dict[str, Any] = {"topic": made.topic, "difficulty": made.difficulty, "explanation": made.explanation, "source": SOURCE}
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
    rule = Rule(eligible.get("roster", False), ranks=tuple(eligible.get("ranks", ())), teams=tuple(eligible.get("teams", ())))
    return Terms(
        source["title"], source["minutes"], source["pass"], source["attempts"], source.get("cooling", 0),
        _at(work, source["opens"], 9), _at(work, source["closes"], 18),
        ReleasePolicy(source.get("release", "after_window")), tuple(Grade(least, name) for least, name in source.get("bands", ())),
        source.get("about", ""), Decimal(str(source.get("hours", 0))), source.get("password"), rule,
        source.get("sequential", False), source.get("markers", 1),
    )  # fmt: skip


def _at(work: Work, days: int, hour: int) -> datetime:
    """A full hour of the city so many days from now."""
    return (civil(work.now) + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
