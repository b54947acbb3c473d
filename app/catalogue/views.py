"""The studio 教师工作室: an instructor's courses and their editor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.catalogue import chapters, queries, service
from app.catalogue.actions import Action
from app.catalogue.forms import CourseForm, LectureForm, VersionForm, words_of, years_of
from app.catalogue.models import CourseVersion, Lecture
from app.kernel.errors import Invalid
from app.kernel.i18n import _
from app.kernel.web import Routes, page
from app.kernel.work import Work
from app.media import queries as media

routes = Routes("catalogue", __name__)


@routes.get("/studio", allow=Action.AUTHOR)
def studio(work: Work) -> ResponseReturnValue:
    """The instructor's courses, newest first."""
    return page("catalogue/studio.html", versions=queries.my_versions(work, request.args.get("page")))


@routes.get("/studio/courses/new", allow=Action.AUTHOR)
def begin_course(work: Work) -> ResponseReturnValue:
    """An empty course form."""
    return page("catalogue/course_form.html", form=CourseForm(lecturer=work.actor.name), version=None)


@routes.post("/studio/courses/new", allow=Action.AUTHOR)
def create_course(work: Work) -> ResponseReturnValue:
    """Make a course and open its editor."""
    form = CourseForm()
    if form.validate():
        try:
            values, topics = _said(form)
            version = service.create_course(work, **values)
            service.set_topics(work, version.course_id, [(name, name) for name in topics], values["framework"])
            return redirect(url_for(".edit_course", uid=version.uid), 303)
        except Invalid as refusal:
            form.blame(refusal)
    return page("catalogue/course_form.html", form=form, version=None), 422


@routes.get("/studio/courses/<uuid:uid>", allow=Action.AUTHOR)
def edit_course(work: Work, uid: UUID) -> ResponseReturnValue:
    """The editor of one version: what it says, its lectures, what it still lacks, its next step."""
    return _editor(work, service.own_version(work, uid))


@routes.get("/studio/courses/<uuid:uid>/edit", allow=Action.AUTHOR)
def change_course(work: Work, uid: UUID) -> ResponseReturnValue:
    """What the draft says, to be changed."""
    version = service.draft(work, uid)
    course = queries.course_of(work, version)
    audience = {name: getattr(course, name) for name in service.AUDIENCE}
    form = VersionForm(obj=version, topics="", **audience)
    form.objectives.data, form.list_years.data = "\n".join(version.objectives), " ".join(map(str, version.list_years))
    return page("catalogue/course_form.html", form=form, version=version)


@routes.post("/studio/courses/<uuid:uid>/edit", allow=Action.AUTHOR)
def save_course(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep what the draft says."""
    form = VersionForm()
    version = service.draft(work, uid)
    if not form.validate():
        return page("catalogue/course_form.html", form=form, version=version), 422
    values, topics = _said(form)
    service.edit_version(work, uid, **values)
    if topics:
        course = queries.course_of(work, version)
        service.set_topics(work, course.id, [(name, name) for name in topics], course.framework)
    flash(_("The course was saved."))
    return redirect(url_for(".edit_course", uid=uid), 303)


def _said(form: CourseForm) -> tuple[dict[str, Any], list[str]]:
    """The form's values as the version keeps them, and its topics."""
    values = form.values()
    topics = words_of(values.pop("topics") or "")
    values["objectives"] = [line.strip() for line in (values["objectives"] or "").splitlines() if line.strip()]
    values["subject_kind"] = values["subject_kind"] or None
    values["list_years"] = years_of(values["list_years"] or "")
    return {name: value if value is not None else "" for name, value in values.items()} | {"subject_kind": values["subject_kind"]}, topics


def _editor(work: Work, version: CourseVersion, refusal: Invalid | None = None) -> ResponseReturnValue:
    """The editor page; with a refusal at its head when handing in failed."""
    shown = page(
        "catalogue/editor.html", version=version, course=queries.course_of(work, version), refusal=refusal,
        lectures=queries.lectures(work, version.id), lacks=service.missing(work, version) if version.state == "draft" else (),
    )  # fmt: skip
    return (shown, refusal.status) if refusal else shown


@routes.post("/studio/courses/<uuid:uid>/submit", allow=Action.AUTHOR)
def submit_course(work: Work, uid: UUID) -> ResponseReturnValue:
    """Hand the draft in for publication."""
    try:
        service.submit(work, uid)
    except service.NotComplete as refusal:
        return _editor(work, service.own_version(work, uid), refusal)
    flash(_("The course was handed in. A colleague will publish it."))
    return redirect(url_for(".edit_course", uid=uid), 303)


@routes.post("/studio/courses/<uuid:uid>/take-back", allow=Action.AUTHOR)
def take_course_back(work: Work, uid: UUID) -> ResponseReturnValue:
    """Go on writing what was handed in."""
    service.take_back(work, uid)
    return redirect(url_for(".edit_course", uid=uid), 303)


@routes.post("/studio/courses/<uuid:course_uid>/versions", allow=Action.AUTHOR)
def begin_version(work: Work, course_uid: UUID) -> ResponseReturnValue:
    """A new draft that begins as a copy of what is published."""
    version = service.new_version(work, course_uid)
    return redirect(url_for(".edit_course", uid=version.uid), 303)


@routes.get("/studio/courses/<uuid:uid>/lectures/new", allow=Action.AUTHOR)
def begin_lecture(work: Work, uid: UUID) -> ResponseReturnValue:
    """An empty lecture form with the instructor's media to choose from."""
    version = service.draft(work, uid)
    return _lecture_page(work, _lecture_form(work), version)


@routes.post("/studio/courses/<uuid:uid>/lectures/new", allow=Action.AUTHOR)
def add_lecture(work: Work, uid: UUID) -> ResponseReturnValue:
    """Append a lecture."""
    version = service.draft(work, uid)
    form = _lecture_form(work)
    if form.validate():
        try:
            lecture = service.add_lecture(work, uid, title=form.title.data)
            _keep_lecture(work, lecture.uid, form)
            return redirect(url_for(".edit_course", uid=uid), 303)
        except Invalid as refusal:
            form.blame(refusal)
    work.undo()
    return _lecture_page(work, form, version), 422


@routes.get("/studio/lectures/<uuid:uid>", allow=Action.AUTHOR)
def change_lecture(work: Work, uid: UUID) -> ResponseReturnValue:
    """One lecture of a draft, to be changed."""
    lecture, version = service.draft_lecture(work, uid)
    form = _lecture_form(work, obj=lecture)
    form.asset.data, form.chapters.data = queries.asset_uid(work, lecture), chapters.as_text(lecture.chapters)
    return _lecture_page(work, form, version, lecture)


@routes.post("/studio/lectures/<uuid:uid>", allow=Action.AUTHOR)
def save_lecture(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep a changed lecture."""
    lecture, version = service.draft_lecture(work, uid)
    form = _lecture_form(work)
    if form.validate():
        try:
            _keep_lecture(work, uid, form)
            flash(_("The lecture was saved."))
            return redirect(url_for(".edit_course", uid=version.uid), 303)
        except Invalid as refusal:
            form.blame(refusal)
    work.undo()
    return _lecture_page(work, form, version, lecture), 422


def _lecture_page(work: Work, form: LectureForm, version: CourseVersion, lecture: Lecture | None = None) -> str:
    """The form of a lecture, with the drop zone beside it."""
    limit = work.settings.media_max_bytes
    return page("catalogue/lecture_form.html", form=form, version=version, lecture=lecture, limit=limit)


def _lecture_form(work: Work, **values: Any) -> LectureForm:
    """The lecture form with the instructor's own media as choices."""
    form = LectureForm(**values)
    form.asset.choices = [
        SelectChoice("", _("Choose later")),
        *(SelectChoice(str(asset.uid), asset.file_name) for asset in media.my_assets(work)),
    ]
    return form


def _keep_lecture(work: Work, uid: UUID, form: LectureForm) -> None:
    """Write the form into the lecture; chapters are checked against the length of its medium."""
    asset_uid = UUID(form.asset.data) if form.asset.data else None
    lecture = service.edit_lecture(work, uid, title=form.title.data, summary=form.summary.data or "", is_mandatory=form.is_mandatory.data,
                                   asset_uid=asset_uid)  # fmt: skip
    try:
        typed = chapters.parse(form.chapters.data or "", lecture.duration_ms)
    except chapters.BadChapter as error:
        raise Invalid(_("Line %(line)s is not a chapter in order within the lecture: %(found)s"), field="chapters", line=error.line,
                      found=error.found) from error  # fmt: skip
    if chapters.as_text(typed) != chapters.as_text(lecture.chapters):  # what was only shown keeps its milliseconds
        lecture.chapters = typed


@routes.post("/studio/lectures/<uuid:uid>/move", allow=Action.AUTHOR)
def move_lecture(work: Work, uid: UUID) -> ResponseReturnValue:
    """One place up or down."""
    service.move_lecture(work, uid, up=request.form.get("to") == "up")
    _lecture, version = service.draft_lecture(work, uid)
    return redirect(url_for(".edit_course", uid=version.uid), 303)


@routes.post("/studio/lectures/<uuid:uid>/remove", allow=Action.AUTHOR)
def remove_lecture(work: Work, uid: UUID) -> ResponseReturnValue:
    """Take the lecture out of the draft."""
    version = service.remove_lecture(work, uid)
    flash(_("The lecture was removed. Its video is still in your media."))
    return redirect(url_for(".edit_course", uid=version.uid), 303)
