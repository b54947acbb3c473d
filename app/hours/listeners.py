"""Answers to announcements from lower floors, in their transactions; the ledger asks here what the line of an examination rests on."""

from __future__ import annotations

from collections.abc import Sequence

from app.exams.service import AttemptGraded, ResultsChanged
from app.hours import queries, service
from app.kernel.events import on
from app.kernel.i18n import _
from app.kernel.presentation import moment_text
from app.kernel.quantity import hours_text
from app.kernel.work import Work
from app.learning.service import CourseCompleted
from app.ledger.service import Evidence, set_evidence


@on(CourseCompleted)
def a_finished_course_becomes_hours(work: Work, event: CourseCompleted) -> None:
    """Credit the course."""
    service.credit_course(work, event.person_id, event.course_version_id, event.score)


@on(AttemptGraded)
def a_passed_examination_becomes_hours(work: Work, event: AttemptGraded) -> None:
    """Post its hours, once; a closing quiz is a step of its course and has none of its own, a failure posts nothing."""
    if event.passed and event.course_version_id is None:
        service.settle_exam(work, event.exam_id, [event.person_id])


@on(ResultsChanged)
def a_result_that_changed_gives_or_takes_hours(work: Work, event: ResultsChanged) -> None:
    """Post what a pass gives, reverse what a lost one takes."""
    service.settle_exam(work, event.exam_id, event.people, event.reason)


@set_evidence
def examination_behind_a_line(work: Work, person_id: int, source_type: str, source_id: str) -> Sequence[Evidence]:
    """The sitting that was passed, and how its hours come about; nothing for lines that come from elsewhere."""
    found = queries.exam_basis(work, person_id, source_id) if source_type == service.EXAM else None
    if found is None:
        return ()
    attempt, credit = found.attempt, found.credit
    sat = [
        (_("Score"), hours_text(credit.score)),
        (_("Pass mark (of 100)"), str(found.exam.pass_mark)),
        (_("Paper handed in"), moment_text(attempt.submitted_at) if attempt.submitted_at else ""),
        (_("Receipt"), attempt.receipt or ""),
    ]
    worth = [
        (_("Set for this examination"), hours_text(found.set_hours)),
        (_("By the rule set"), f"{hours_text(credit.hours)} · {credit.rule_set_version}"),
    ]
    href = f"/exams/attempts/{attempt.uid}/result"
    return Evidence(_("Examination passed: %(title)s", title=credit.title), tuple(sat), href), Evidence(_("Study hours"), tuple(worth))
