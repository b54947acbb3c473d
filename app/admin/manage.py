"""Pages of the staff shell: the landing, the background work, and what the auditor reads."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.admin import forms, queries, sheets, shell, words
from app.admin.actions import Action
from app.admin.queries import View, Wanted
from app.desk import queries as desk
from app.jobs import queries as jobs
from app.jobs import service
from app.kernel.clock import civil
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.fields import year
from app.kernel.i18n import _, _l
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.learning import queries as learning
from app.ledger import queries as ledger
from app.ledger.actions import Action as Ledger
from app.ledger.queries import pages

routes = Routes("admin", __name__)
MOST_LINES = 1_000_000
"""Beyond any line there is; a number no column could hold never reaches the database."""


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


@routes.get("/manage/audit", allow=Action.AUDIT)
def show_audit(work: Work) -> ResponseReturnValue:
    """Whether the ledger holds, by what is stored, and the trails of those who decide on hours and years. Read-only."""
    asked = forms.wanted(request.args)
    found, counts = _trail(work, asked, request.args.get("page"))
    return page("admin/manage/audit.html", asked=asked, found=found, counts=counts, health=ledger.health(work), words=words, View=View,
                called=queries.called(work, asked.person),
                address=forms.address, work=work, here=url_for(".show_audit", **forms.address(asked)))  # fmt: skip


@routes.get("/manage/audit.csv", allow=Action.AUDIT)
def audit_table(work: Work) -> ResponseReturnValue:
    """The trail as it is narrowed, as CSV with the reader's name on it."""
    asked = forms.wanted(request.args)
    content = sheets.trail(work, asked)
    name = f"audit-{asked.view}-{civil(work.now):%Y%m%d-%H%M}.csv"
    return send_file(io.BytesIO(content), "text/csv", as_attachment=True, download_name=name)


@routes.get("/manage/audit/people/<uuid:uid>", allow=Ledger.VERIFY)
def show_audited(work: Work, uid: UUID) -> ResponseReturnValue:
    """A year of somebody's lines, each with its hash and whether a seal covers it."""
    whom = queries.audited(work, uid)
    shown = pages.year_page(work, whom.person_id, year(request.args.get("year")))
    end, _seal = ledger.chain_end(work, whom.person_id)
    return page("admin/manage/audited.html", whom=whom, shown=shown, end=end)


@routes.get("/manage/audit/people/<uuid:uid>/lines/<int:seq>", allow=Ledger.VERIFY)
def show_audited_line(work: Work, uid: UUID, seq: int) -> ResponseReturnValue:
    """One line of theirs: hash, seal, proof, and the study or the claim behind it."""
    whom = queries.audited(work, uid)
    shown = pages.line_page(work, whom.person_id, min(seq, MOST_LINES))
    return page("admin/manage/audited_line.html", whom=whom, shown=shown, is_course=shown.row.line.source_type == learning.COURSE)


@routes.get("/manage/audit/people/<uuid:uid>/lines/<int:seq>/study", allow=Ledger.VERIFY)
def show_audited_study(work: Work, uid: UUID, seq: int) -> ResponseReturnValue:
    """The study behind the line of a course: every opening of the player, what was credited of it, what was not and why."""
    whom = queries.audited(work, uid)
    line = ledger.line(work, whom.person_id, min(seq, MOST_LINES))
    if line.source_type != learning.COURSE:
        raise NotFound()
    found = learning.play_sessions(work, whom.person_id, line.source_id)
    return page("admin/manage/audited_study.html", whom=whom, line=line, found=found, words=words, most=learning.MOST_SESSIONS)


def _trail(work: Work, asked: Wanted, cursor: str | None) -> tuple[Any, Any]:
    """The page of the trail that is asked for; of the sample also how many stand where."""
    match asked.view:
        case View.CLAIMS:
            return queries.claim_deeds(work, asked, cursor), None
        case View.COURSES:
            return queries.course_deeds(work, asked, cursor), None
        case View.YEARS:
            return queries.year_deeds(work, asked, cursor), None
        case _:
            return queries.samples(work, asked, cursor), queries.sample_counts(work)
