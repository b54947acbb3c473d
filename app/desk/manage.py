"""学时认定: list left, evidence right, one decision or a thousand, ten seconds to undo. Plain forms and links throughout."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.claims import service as claims
from app.claims import words
from app.claims.actions import Action as ClaimAction
from app.desk import forms, queries, service, showing
from app.desk.actions import Action
from app.desk.rules import OF_COURSES, OF_SAMPLES, Chip, Step, Tab, Verb
from app.kernel.clock import civil
from app.kernel.errors import Conflict, Invalid, Refusal
from app.kernel.i18n import _
from app.kernel.presentation import local_path
from app.kernel.web import Routes, college, page
from app.kernel.work import Actor, Work, working
from app.people import service as people

routes = Routes("desk", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50
"""Claims of a bulk act that are listed before it; the others are counted."""


@routes.get("/manage/hours", allow=Action.OPEN)
def show_desk(work: Work) -> ResponseReturnValue:
    """What waits, with the first of it beside its proof."""
    return _desk(work, forms.wanted(work, request.args), None)


@routes.get("/manage/hours/<uuid:uid>", allow=Action.OPEN)
def show_claim(work: Work, uid: UUID) -> ResponseReturnValue:
    """One claim beside its proof; on the phone a page of its own."""
    return _desk(work, forms.wanted(work, request.args), uid)


@routes.post("/manage/hours/<uuid:uid>/decide", allow=Action.OPEN, own_work=True)
def decide(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Decide on a claim; it is carried out in ten seconds unless it is undone."""
    return _hold(actor, uid, forms.asked)


@routes.post("/manage/hours/<uuid:uid>/revoke", allow=ClaimAction.CERTIFY, own_work=True)
def revoke(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Take a certified claim back by reversal; this stands at once."""
    try:
        with working(college(), actor) as work:
            claim = claims.revoke(work, uid, request.form.get("reason", ""))
    except (Conflict, Invalid) as refusal:
        return _again(actor, uid, refusal)
    flash(_("Revoked: %(title)s. The ledger keeps both lines.", title=claim.title))
    return _back(uid)


@routes.post("/manage/hours/<uuid:uid>/hear", allow=ClaimAction.CERTIFY, own_work=True)
def hear(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Hear an appeal: grant so many hours, or let the decision stand; it is carried out in ten seconds unless it is undone."""
    return _hold(actor, uid, forms.hearing)


@routes.post("/manage/hours/many", allow=ClaimAction.CERTIFY)
def decide_many(work: Work) -> ResponseReturnValue:
    """Certify many clean claims as claimed: first count and hours, then the act; conflicts are left out and listed."""
    return _many(work, claims.look_many, service.hold_many, "desk/manage/many.html")


@routes.post("/manage/hours/pass", allow=ClaimAction.CHECK)
def pass_many(work: Work) -> ResponseReturnValue:
    """Pass many clean claims to certification: first count and hours, then the act; what is odd is left out and listed."""
    return _many(work, claims.look_pass, service.hold_pass, "desk/manage/pass.html")


def _many(work: Work, look: Callable[..., claims.Looked], hold: Callable[..., Any], template: str) -> ResponseReturnValue:
    """What would be done with the chosen claims, and once it is said to be sure, the act."""
    wanted = forms.wanted(work, request.args)
    chosen = queries.chosen_uids(work, wanted) if request.form.get("all") else forms.uids()
    if not request.form.get("sure"):
        found = look(work, chosen)
        total = sum((claim.hours_claimed or Decimal(0) for claim in found.claims), Decimal(0))
        return page(template, showing=showing, found=found, hours=total, here=forms.address(wanted), rows=_told(work, found), most=SHOWN)
    service.catch_up(work)
    held, left = hold(work, chosen)
    return _on(held, left, wanted)


def _told(work: Work, found: claims.Looked) -> dict[UUID, queries.Row]:
    """Whose claims an act takes along or leaves out."""
    return queries.told(work, [claim.uid for claim in found.claims[:SHOWN]] + [one.uid for one in found.left_out])


def _on(held: Any, left: Sequence[claims.LeftOut], wanted: queries.Wanted) -> ResponseReturnValue:
    """To what was left out, or back to the list."""
    if left:
        return redirect(url_for(".show_held", uid=held.uid), 303)
    return redirect(url_for(".show_desk", **forms.address(wanted)), 303)


@routes.post("/manage/hours/return", allow=Action.OPEN)
def return_many(work: Work) -> ResponseReturnValue:
    """Return many with one reason: first their count and the reason, then the act; what cannot be returned is left out and listed."""
    wanted = forms.wanted(work, request.args)
    if not request.form.get("sure"):
        return _return_page(work, wanted, None)
    try:
        service.catch_up(work)
        held, left = service.hold_return(work, forms.uids(), request.form.get("reason", ""))
    except Invalid as refusal:
        return _return_page(work, wanted, refusal), refusal.status
    return _on(held, left, wanted)


@routes.get("/manage/hours/list.xlsx", allow=Action.OPEN)
def export_workbook(work: Work) -> ResponseReturnValue:
    """The list as it is filtered, as a workbook: every claim of it in my scope, with the rules and the moment it rests on."""
    from app.desk import sheets  # libraries of many megabytes, for those workers only that print

    return _file(work, sheets.workbook(work, forms.wanted(work, request.args)), "xlsx", XLSX)


@routes.get("/manage/hours/list.csv", allow=Action.OPEN)
def export_table(work: Work) -> ResponseReturnValue:
    """The same as CSV."""
    from app.desk import sheets

    return _file(work, sheets.table(work, forms.wanted(work, request.args)), "csv", "text/csv")


@routes.get("/manage/hours/decisions/<uuid:uid>", allow=Action.OPEN)
def show_held(work: Work, uid: UUID) -> ResponseReturnValue:
    """One decision of mine: waiting, undone, carried out, with what was left out and why."""
    held = service.held_of(work, uid)
    left = [name for name, _code, _sentence in held.outcome.get("left_out", ())]
    return page("desk/manage/held.html", showing=showing, held=held, what=showing.first_words(held),
                told=showing.held_words(held, work.now), is_of_courses=held.verb in OF_COURSES, is_of_samples=held.verb in OF_SAMPLES,
                named=queries.named(work, left) if held.verb in OF_COURSES else {},
                rows={} if held.verb in OF_COURSES else queries.told(work, map(UUID, left)), as_uid=UUID)  # fmt: skip


@routes.post("/manage/hours/decisions/<uuid:uid>/undo", allow=Action.OPEN)
def undo(work: Work, uid: UUID) -> ResponseReturnValue:
    """Take a decision back within its ten seconds."""
    held = service.undo(work, uid)
    flash(_("Undone. Nothing was entered anywhere: %(what)s", what=showing.first_words(held)))
    return redirect(local_path(request.form.get("next"), url_for(".show_desk")), 303)


@routes.get("/manage/hours/courses", allow=ClaimAction.CERTIFY)
def show_courses(work: Work) -> ResponseReturnValue:
    """Finished courses whose hours wait for a person (`certify: online_course: manual`)."""
    return _courses(work, are_samples=False)


@routes.post("/manage/hours/courses", allow=ClaimAction.CERTIFY, own_work=True)
def decide_courses(actor: Actor) -> ResponseReturnValue:
    """Certify the chosen courses, or decline them with a reason; carried out in ten seconds unless undone. Who was quicker is named."""
    try:
        with working(college(), actor) as work:
            service.catch_up(work)
            held, left = service.hold_courses(work, queries.keys_of(work, forms.courses()), forms.asked_of_courses())
            uid = held.uid
    except (Conflict, Invalid) as refusal:
        return _courses_again(actor, refusal, are_samples=False)
    return redirect(url_for(".show_held", uid=uid) if left else url_for(".show_courses"), 303)


@routes.get("/manage/hours/samples", allow=ClaimAction.CERTIFY)
def show_samples(work: Work) -> ResponseReturnValue:
    """Courses that posted by themselves and were drawn for a person to look at."""
    return _courses(work, are_samples=True)


@routes.post("/manage/hours/samples/<uuid:person>/<uuid:version>", allow=ClaimAction.CERTIFY, own_work=True)
def decide_sample(actor: Actor, person: UUID, version: UUID) -> ResponseReturnValue:
    """Find a drawn course right, or take its hours back with a reason; carried out in ten seconds unless it is undone."""
    try:
        with working(college(), actor) as work:
            service.catch_up(work)
            service.hold_sample(work, queries.key_of(work, person, version), forms.asked_of_sample())
    except (Conflict, Invalid) as refusal:
        return _courses_again(actor, refusal, are_samples=True, at=(person, version))
    return redirect(url_for(".show_samples"), 303)


@routes.get("/manage/hours/delegations", allow=Action.DELEGATE)
def show_delegations(work: Work) -> ResponseReturnValue:
    """Who certifies for me, from when to when."""
    return _delegations(work)


def _delegations(work: Work, refusal: Refusal | None = None) -> str:
    """The page, with a refusal at the head of its form and what was typed still there."""
    return page("desk/manage/delegations.html", lent=people.delegations(work), fellows=people.fellows(work),
                today=civil(work.now).date(), refusal=refusal, given=request.form)  # fmt: skip


@routes.post("/manage/hours/delegations", allow=Action.DELEGATE)
def delegate(work: Work) -> ResponseReturnValue:
    """Lend my authority to a colleague of my unit for some days."""
    person_id, since, until = forms.delegation()
    try:
        people.delegate(work, person_id, since, until)
    except (Conflict, Invalid) as refusal:
        return _delegations(work, refusal), refusal.status
    flash(_("Delegated. What your deputy does bears both names."))
    return redirect(url_for(".show_delegations"), 303)


@routes.post("/manage/hours/delegations/<int:grant>/end", allow=Action.DELEGATE)
def end_delegation(work: Work, grant: int) -> ResponseReturnValue:
    """Take it back at once."""
    people.end_delegation(work, grant)
    flash(_("The delegation has ended."))
    return redirect(url_for(".show_delegations"), 303)


def _desk(work: Work, wanted: queries.Wanted, uid: UUID | None, refusal: Refusal | None = None) -> str:
    """The page of both halves."""
    found = queries.inbox(work, wanted, request.args.get("page"))
    rows = found.page.items
    counts = queries.counts(work, wanted.step, wanted.few)
    shown = None
    if uid is not None or rows:
        shown = queries.sheet(work, wanted, uid or rows[0].claim.uid)
    before = max(request.args.get("before", 0, int), 0)
    place = next((n for n, row in enumerate(rows, 1) if shown is not None and row.claim.uid == shown.claim.uid), None)
    g.badges = {"desk": str(counts[Chip.ALL])}
    return page(
        "desk/manage/desk.html", wanted=wanted, found=found.page, counts=counts, shown=shown, is_own_page=uid is not None,
        place=before + place if place else None, before=before, held=queries.recent(work), steps=queries.steps_of(work), words=words,
        kinds=claims.kinds(work).kinds, today=civil(work.now).date(), address=forms.address, showing=showing,
        reasons=showing.reasons_for(shown), refusal=refusal, given=request.form, Tab=Tab, Chip=Chip, Step=Step, Verb=Verb,
        neighbours=_neighbours(rows, shown), moment=work.now,
    )  # fmt: skip


def _courses(work: Work, *, are_samples: bool, refusal: Refusal | None = None, at: tuple[UUID, UUID] | None = None) -> str:
    """The courses that wait or were drawn, what was decided a moment ago, and a refusal (of the one `at`) with what was typed."""
    found = (queries.samples if are_samples else queries.pending_courses)(work, request.args.get("page"))
    return page("desk/manage/courses.html", found=found, are_samples=are_samples, refusal=refusal, given=request.form,
                chosen=forms.courses(), at=at, held=queries.recent(work), showing=showing, moment=work.now)  # fmt: skip


def _courses_again(actor: Actor, refusal: Refusal, *, are_samples: bool, at: tuple[UUID, UUID] | None = None) -> ResponseReturnValue:
    with working(college(), actor, write=False) as work:
        return _courses(work, are_samples=are_samples, refusal=refusal, at=at), refusal.status


def _hold(actor: Actor, uid: UUID, asked: Callable[[], service.Asked]) -> ResponseReturnValue:
    """Keep a decision on a claim or its appeal, and go on to the next one."""
    try:
        with working(college(), actor) as work:
            service.catch_up(work)
            service.hold(work, uid, asked())
    except (Conflict, Invalid) as refusal:
        return _again(actor, uid, refusal)
    with working(college(), actor, write=False) as work:
        wanted = forms.wanted(work, request.args)
        after = _next(work, wanted, uid)
    there = forms.address(wanted)
    return redirect(url_for(".show_claim", uid=after, **there) if after else url_for(".show_desk", **there), 303)


def _return_page(work: Work, wanted: queries.Wanted, refusal: Refusal | None) -> str:
    """What would be returned, and the field of the reason."""
    found = claims.look_return(work, forms.uids())
    hours_ = sum((claim.hours_claimed or Decimal(0) for claim in found.claims), Decimal(0))
    return page("desk/manage/return.html", showing=showing, found=found, hours=hours_, here=forms.address(wanted), refusal=refusal,
                reason=request.form.get("reason", ""), reasons=showing.RETURN_REASONS, rows=_told(work, found), most=SHOWN)  # fmt: skip


def _file(work: Work, content: bytes, ending: str, media_type: str) -> ResponseReturnValue:
    name = f"claims-{civil(work.now):%Y%m%d-%H%M}.{ending}"
    return send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name)


def _neighbours(rows: Any, shown: Any) -> tuple[Any, Any]:
    """The claims before and after the one that is shown, within the page."""
    uids = [row.claim.uid for row in rows]
    if shown is None or shown.claim.uid not in uids:
        return None, None
    n = uids.index(shown.claim.uid)
    return (uids[n - 1] if n else None), (uids[n + 1] if n + 1 < len(uids) else None)


def _again(actor: Actor, uid: UUID, refusal: Refusal) -> ResponseReturnValue:
    """The page as it now stands, with the refusal at its head and what was typed still in the form."""
    with working(college(), actor, write=False) as work:
        return _desk(work, forms.wanted(work, request.args), uid, refusal), refusal.status


def _next(work: Work, wanted: queries.Wanted, uid: UUID) -> UUID | None:
    """What to look at after a decision: the claim that followed it, else the first of the list."""
    rows = queries.inbox(work, wanted, request.args.get("page")).page.items
    follows = request.form.get("follows", "")
    uids = [row.claim.uid for row in rows if row.claim.uid != uid]
    return next((one for one in uids if str(one) == follows), uids[0] if uids else None)


def _args() -> dict[str, Any]:
    return {name: value for name, value in request.args.items() if name != "page"}


def _back(uid: UUID) -> ResponseReturnValue:
    return redirect(url_for(".show_claim", uid=uid, **_args()), 303)
