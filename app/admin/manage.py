"""Pages of the staff shell: the landing and the background work."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.admin import shell
from app.admin.actions import Action
from app.desk import queries as desk
from app.jobs import queries as jobs
from app.jobs import service
from app.kernel.errors import Conflict, Forbidden
from app.kernel.i18n import _, _l
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work

routes = Routes("admin", __name__)


class NotFailed(Conflict):
    """Only a failed job is put back by hand."""

    code, text = "job_not_failed", _l("This job has not failed, or someone has already put it back.")


@routes.get("/manage", allow=SIGNED_IN)
def landing(work: Work) -> ResponseReturnValue:
    """What this person may do for the college; 403 for those who only study."""
    areas = shell.areas(work.actor)
    if not areas:
        raise Forbidden()
    if work.may("desk.open"):
        g.badges = {"desk": str(desk.waiting(work))}
    return page("admin/manage/landing.html", areas=areas)


@routes.get("/manage/jobs", allow=Action.JOBS)
def show_jobs(work: Work) -> ResponseReturnValue:
    """Background work by state, newest first."""
    state = request.args.get("state", "")
    return page("admin/manage/jobs.html", state=state, counts=jobs.counts(work), jobs=jobs.listed(work, state, request.args.get("page")))


@routes.post("/manage/jobs/<uuid:uid>/retry", allow=Action.JOBS)
def retry_job(work: Work, uid: UUID) -> ResponseReturnValue:
    """Put a failed job back."""
    if not service.retry(work, jobs.id_of(work, uid)):
        raise NotFailed()
    flash(_("The job was put back and will run at once."))
    return redirect(url_for(".show_jobs"), 303)
