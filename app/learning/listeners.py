"""What study hears from below: a graded attempt may complete a course; exams ask who may sit, the ledger what a line rests on."""

from __future__ import annotations

from collections.abc import Sequence

from app.exams import service as exams
from app.kernel.events import on
from app.kernel.i18n import _
from app.kernel.presentation import clock_text, moment_text
from app.kernel.quantity import hours_text
from app.kernel.work import Work
from app.learning import queries, service
from app.learning.queries import Basis, Watched
from app.ledger import service as ledger

exams.set_eligibility(service.eligibility, service.begun)
exams.set_finished(service.finished)


@on(exams.AttemptGraded)
def passed_quiz_may_complete_the_course(work: Work, event: exams.AttemptGraded) -> None:
    """A passed closing quiz is the last step of its course."""
    if event.passed and event.course_version_id is not None:
        service.quiz_passed(work, event.person_id, event.course_version_id, event.score)


@ledger.set_evidence
def study_behind_a_line(work: Work, person_id: int, source_type: str, source_id: str) -> Sequence[ledger.Evidence]:
    """The lectures seen and the quiz passed; nothing for lines that do not come from a course."""
    found = queries.basis(work, person_id, source_id) if source_type == queries.COURSE else None
    if found is None:
        return ()
    return (*(_lecture(one) for one in found.lectures), *_quiz(found))


def _lecture(one: Watched) -> ledger.Evidence:
    ranges = _(", ").join(f"{clock_text(start)}–{clock_text(end)}" for start, end in one.covered)
    facts = [(_("Counted"), f"{clock_text(one.covered_ms)} / {clock_text(one.duration_ms)}")]
    if ranges:
        facts.append((_("Ranges"), ranges))
    if one.completed_at is not None:
        facts.append((_("Completed at"), moment_text(one.completed_at)))
    title = _("Lecture %(number)s: %(title)s", number=one.at, title=one.title)
    return ledger.Evidence(title, tuple(facts), f"/courses/{one.course_uid}/lectures/{one.uid}", done=one.completed_at is not None)


def _quiz(found: Basis) -> list[ledger.Evidence]:
    if found.quiz_passed_at is None:
        return []
    facts = [(_("Passed at"), moment_text(found.quiz_passed_at))]
    if found.quiz_score is not None:
        facts.insert(0, (_("Score"), hours_text(found.quiz_score)))
    return [ledger.Evidence(_("Closing quiz"), tuple(facts))]
