"""The quiz editor of the studio: terms, questions, preview."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.bank.rules.answers import CHOICE, Kind
from app.catalogue.actions import Action as CatalogueAction
from app.exams import queries, service
from app.exams.actions import Action
from app.exams.forms import QuestionForm, TermsForm
from app.exams.manage.routes import routes
from app.exams.models import Exam
from app.exams.queries import lectures, sourcing
from app.exams.rules.drafts import ExamTerms
from app.exams.service import Faulty, OptionShown, QuestionShown
from app.kernel.errors import Invalid, NotFound
from app.kernel.i18n import _
from app.kernel.web import page
from app.kernel.work import Work


@routes.get("/studio/courses/<uuid:uid>/quiz", allow=Action.AUTHOR)
def show_course_quiz(work: Work, uid: UUID) -> ResponseReturnValue:
    """The quiz of a course version; where there is none yet, the form that begins one."""
    version_id, exam_uid = service.quiz_of_version(work, uid)
    if exam_uid is not None:
        return redirect(url_for(".show_quiz", uid=exam_uid), 303)
    form = TermsForm(title=_("Closing quiz"), pass_mark=60, max_attempts=3, limit_minutes=20)
    return _terms_page(work, form, None, version_id)


def _terms_page(work: Work, form: TermsForm, exam: Exam | None, version_id: int | None) -> str:
    """Title and figures, and what the bank has for the course."""
    assert version_id is not None
    form.know(sourcing.offers(work))
    return page("exams/terms_form.html", form=form, exam=exam, course=lectures.course(work, version_id),
                there=sourcing.size(work, version_id, form.topics.data or ()))  # fmt: skip


@routes.post("/studio/courses/<uuid:uid>/quiz", allow=Action.AUTHOR)
def create_course_quiz(work: Work, uid: UUID) -> ResponseReturnValue:
    """Begin the quiz of a draft."""
    version_id, _exam_uid = service.quiz_of_version(work, uid)
    form = _sent_terms(work)
    if form.validate():
        try:
            exam = service.begin_quiz(work, uid, _terms(form))
            return redirect(url_for(".show_quiz", uid=exam.uid), 303)
        except Faulty as refusal:
            _blame(form, refusal)
    return _terms_page(work, form, None, version_id), 422


def _sent_terms(work: Work) -> TermsForm:
    form = TermsForm()
    form.know(sourcing.offers(work))
    return form


def _terms(form: TermsForm) -> ExamTerms:
    topics = tuple(form.topics.data or ())
    return ExamTerms(form.title.data, form.pass_mark.data, form.max_attempts.data, form.limit_minutes.data, form.draw.data,
                     form.bank_draw.data, topics)  # fmt: skip


@routes.get("/studio/exams/<uuid:uid>", allow=Action.AUTHOR)
def show_quiz(work: Work, uid: UUID) -> ResponseReturnValue:
    """The questions of a quiz with their keys, for their author."""
    exam = service.own_quiz(work, uid)
    rows = queries.pool_rows(work, exam)
    total = service.plain(sum((row.version.points for row in rows), Decimal(0)))
    return page("exams/quiz.html", exam=exam, rows=rows, course=_course(work, exam), total=total, plain=service.plain,
                drawn=_drawn(work, exam))  # fmt: skip


def _drawn(work: Work, exam: Exam) -> tuple[int, int, list[str]] | None:
    """How many the quiz draws from the bank, how many there are, and of which knowledge points beside its lectures."""
    kept = sourcing.source(work, exam.id)
    return (kept.count, sourcing.size(work, exam.course_version_id, kept.topics), kept.topics) if kept else None


@routes.get("/manage/courses/<uuid:uid>/quiz", allow=CatalogueAction.PUBLISH)
def review_quiz(work: Work, uid: UUID) -> ResponseReturnValue:
    """The same questions and keys for whoever is to publish the course: nobody answers for what they could not read."""
    version_id, exam = service.quiz_for_review(work, uid)
    rows = queries.pool_rows(work, exam) if exam else []
    total = service.plain(sum((row.version.points for row in rows), Decimal(0)))
    course = lectures.course(work, version_id)
    return page("exams/manage/course_quiz.html", exam=exam, rows=rows, course=course, total=total, plain=service.plain,
                drawn=_drawn(work, exam) if exam else None)  # fmt: skip


def _course(work: Work, exam: Exam) -> lectures.CourseFacts:
    assert exam.course_version_id is not None
    return lectures.course(work, exam.course_version_id)


@routes.get("/studio/exams/<uuid:uid>/terms", allow=Action.AUTHOR)
def change_terms(work: Work, uid: UUID) -> ResponseReturnValue:
    """Title and figures, to be changed."""
    exam = service.editable_quiz(work, uid)
    kept = sourcing.source(work, exam.id)
    form = TermsForm(obj=exam, bank_draw=kept.count if kept else None, topics=kept.topics if kept else [])
    return _terms_page(work, form, exam, exam.course_version_id)


@routes.post("/studio/exams/<uuid:uid>/terms", allow=Action.AUTHOR)
def save_terms(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep title and figures."""
    form = _sent_terms(work)
    if form.validate():
        try:
            service.set_terms(work, uid, _terms(form))
            flash(_("The quiz was saved."))
            return redirect(url_for(".show_quiz", uid=uid), 303)
        except Faulty as refusal:
            _blame(form, refusal)
    exam = service.editable_quiz(work, uid)
    return _terms_page(work, form, exam, exam.course_version_id), 422


@routes.get("/studio/exams/<uuid:uid>/preview", allow=Action.AUTHOR)
def preview_quiz(work: Work, uid: UUID) -> ResponseReturnValue:
    """The questions as a learner sees them; nothing is kept."""
    exam = service.own_quiz(work, uid)
    return page("exams/preview.html", exam=exam, questions=_as_shown(queries.pool_rows(work, exam)), course=_course(work, exam))


def _as_shown(rows: list[queries.PoolRow]) -> list[QuestionShown]:
    """The pool as a paper, without what is secret."""
    return [
        QuestionShown(f"p{number}", row.version.kind, row.version.stem, service.plain(row.version.points),
                      [OptionShown(letter, text) for letter, text in row.version.options])
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip


@routes.get("/studio/exams/<uuid:uid>/questions/new", allow=Action.AUTHOR)
def begin_question(work: Work, uid: UUID) -> ResponseReturnValue:
    """An empty question of the kind in the address."""
    exam = service.editable_quiz(work, uid)
    return _question_page(work, exam, _kind(request.args.get("kind", "single")), _form(work, exam))


def _kind(word: str) -> Kind:
    if word not in CHOICE:
        raise NotFound()
    return Kind(word)


def _form(work: Work, exam: Exam) -> QuestionForm:
    form = QuestionForm()
    form.know(lectures.choices(work, exam.course_version_id))
    return form


def _question_page(work: Work, exam: Exam, kind: Kind, form: QuestionForm, question: UUID | None = None) -> str:
    return page("exams/question_form.html", exam=exam, course=_course(work, exam), kind=kind.value, form=form, question=question)


@routes.post("/studio/exams/<uuid:uid>/questions/new", allow=Action.AUTHOR)
def add_question(work: Work, uid: UUID) -> ResponseReturnValue:
    """Append a question; «save and next» opens an empty one of the same kind."""
    exam = service.editable_quiz(work, uid)
    kind, form = _kind(request.args.get("kind", "single")), _form(work, exam)
    if form.validate():
        try:
            service.add_question(work, exam, form.draft(kind, lectures.choices(work, exam.course_version_id)))
            flash(_("The question was saved."))
            another = url_for(".begin_question", uid=uid, kind=kind.value)
            return redirect(another if request.form.get("then") == "next" else url_for(".show_quiz", uid=uid), 303)
        except Faulty as refusal:
            _blame(form, refusal, kind)
    return _question_page(work, exam, kind, form), 422


@routes.get("/studio/exams/<uuid:uid>/questions/<uuid:question>", allow=Action.AUTHOR)
def change_question(work: Work, uid: UUID, question: UUID) -> ResponseReturnValue:
    """A question, to be changed."""
    exam = service.editable_quiz(work, uid)
    row, form = queries.question_row(work, exam, question), _form(work, exam)
    form.show(row)
    return _question_page(work, exam, Kind(row.version.kind), form, question)


@routes.post("/studio/exams/<uuid:uid>/questions/<uuid:question>", allow=Action.AUTHOR)
def save_question(work: Work, uid: UUID, question: UUID) -> ResponseReturnValue:
    """Keep a changed question as its next version."""
    exam = service.editable_quiz(work, uid)
    kind, form = Kind(queries.question_row(work, exam, question).version.kind), _form(work, exam)
    if form.validate():
        try:
            service.revise_question(work, uid, question, form.draft(kind, lectures.choices(work, exam.course_version_id)))
            flash(_("The question was saved."))
            return redirect(url_for(".show_quiz", uid=uid), 303)
        except Faulty as refusal:
            _blame(form, refusal, kind)
    return _question_page(work, exam, kind, form, question), 422


@routes.post("/studio/exams/<uuid:uid>/questions/<uuid:question>/remove", allow=Action.AUTHOR)
def remove_question(work: Work, uid: UUID, question: UUID) -> ResponseReturnValue:
    """Take a question out of the quiz."""
    service.remove_question(work, uid, question)
    flash(_("The question was removed."))
    return redirect(url_for(".show_quiz", uid=uid), 303)


@routes.post("/studio/exams/<uuid:uid>/questions/<uuid:question>/move", allow=Action.AUTHOR)
def move_question(work: Work, uid: UUID, question: UUID) -> ResponseReturnValue:
    """Exchange a question with its neighbour."""
    service.move_question(work, uid, question, up=request.form.get("to") == "up")
    return redirect(url_for(".show_quiz", uid=uid), 303)


_FIELD = {"options": "option_a", "kind": "stem"}


def _blame(form: TermsForm | QuestionForm, refusal: Faulty, kind: Kind | None = None) -> None:
    """Every fault beside its field; a true/false question has one field for its key."""
    for fault in refusal.found:
        field = "truth" if fault.field == "right" and kind is Kind.JUDGE else _FIELD.get(fault.field, fault.field)
        form.blame(Invalid(service.SENTENCES[fault.code], field=field))
