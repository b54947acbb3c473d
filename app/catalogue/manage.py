"""The publishing desk: what was handed in, what is published."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue import queries, service
from app.catalogue.actions import Action
from app.catalogue.models import VersionState
from app.kernel.i18n import _
from app.kernel.web import Routes, page
from app.kernel.work import Work

routes = Routes("catalogue_desk", __name__)


@routes.get("/manage/courses", allow=Action.PUBLISH)
def courses(work: Work) -> ResponseReturnValue:
    """Versions waiting for publication, or of another state."""
    wanted = request.args.get("state", "submitted")
    state = VersionState(wanted) if wanted in ("submitted", "published", "retired") else VersionState.SUBMITTED
    return page("catalogue/manage/courses.html", state=state, versions=queries.versions_in(work, state, request.args.get("page")))


@routes.get("/manage/courses/<uuid:uid>", allow=Action.PUBLISH)
def show_version(work: Work, uid: UUID) -> ResponseReturnValue:
    """One version with its lectures, as its publisher looks at it."""
    version = service.submitted(work, uid)
    return page(
        "catalogue/manage/version.html",
        version=version,
        course=queries.course_of(work, version),
        lectures=queries.lectures(work, version.id),
        is_own=version.author_id == work.actor.person_id,
    )


@routes.post("/manage/courses/<uuid:uid>/publish", allow=Action.PUBLISH)
def publish_course(work: Work, uid: UUID) -> ResponseReturnValue:
    """Publish what was handed in."""
    version = service.publish(work, uid)
    flash(_("Published: %(title)s", title=version.title))
    return redirect(url_for(".show_version", uid=uid), 303)


@routes.post("/manage/courses/<uuid:uid>/send-back", allow=Action.PUBLISH)
def send_course_back(work: Work, uid: UUID) -> ResponseReturnValue:
    """Return it to its author."""
    service.send_back(work, uid)
    flash(_("The course went back to its author."))
    return redirect(url_for(".courses"), 303)


@routes.post("/manage/courses/<uuid:uid>/retire", allow=Action.RETIRE)
def retire_course(work: Work, uid: UUID) -> ResponseReturnValue:
    """Take it out of the catalogue."""
    service.retire(work, uid)
    flash(_("The course was retired. Those who have begun may finish it within 30 days."))
    return redirect(url_for(".show_version", uid=uid), 303)
