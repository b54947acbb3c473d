"""在职自学认定 for the claimant: my claims, a form for each kind, evidence, one claim with its trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.claims import forms, queries, service, words
from app.claims.actions import Action
from app.claims.models import Claim
from app.claims.rules import ClaimState, Entered, Kind, read, suggest
from app.claims.service.refusals import TooManyFiles
from app.kernel.clock import civil
from app.kernel.errors import Conflict, Invalid, NotFound, Refusal, TooLarge
from app.kernel.i18n import _
from app.kernel.quantity import hours_text
from app.kernel.web import SIGNED_IN, Routes, college, page
from app.kernel.work import Actor, Work, working
from app.rulebook.rules import RuleSet

routes = Routes("claims", __name__)
STRICT = "default-src 'none'; sandbox"
"""Evidence is looked at, never run: nothing in it may load, script or be framed."""


@routes.get("/hours/claims", allow=Action.FILE)
def list_claims(work: Work) -> ResponseReturnValue:
    """My claims: what is waiting for me, for others, and what is decided."""
    every = queries.mine(work)
    groups = {"me": [], "others": [], "done": []}  # type: dict[str, list[Claim]]
    for claim in every:
        place = {"draft": "me", "returned": "me", "submitted": "others", "unit_checked": "others"}.get(claim.state, "done")
        groups[place].append(claim)
    return page("claims/list.html", groups=groups, count=len(every), kinds=service.kinds(work).kinds, today=civil(work.now).date())


@routes.get("/hours/claims/new", allow=Action.FILE)
def choose_kind(work: Work) -> ResponseReturnValue:
    """What can be claimed, and how its hours come about."""
    offered, units = service.kinds(work).offered, _book_today(work).units
    return page("claims/kinds.html", kinds=offered, rules={kind.id: words.rule(kind, units) for kind in offered})


@routes.get("/hours/claims/new/<kind>", allow=Action.FILE)
def new_claim(work: Work, kind: str) -> ResponseReturnValue:
    """The form of one kind."""
    chosen = service.offered(work, kind)
    return _form_page(work, chosen, forms.form_of(chosen, civil(work.now).date()))


@routes.post("/hours/claims/new/<kind>", allow=Action.FILE, own_work=True)
def create_claim(actor: Actor, kind: str) -> ResponseReturnValue:
    """Keep a new claim with its files; hand it in if that button was pressed."""
    with working(college(), actor, write=False) as work:
        chosen, today = service.offered(work, kind), civil(work.now).date()
    form = forms.form_of(chosen, today)
    try:
        files = _received()
        with working(college(), actor) as work:
            uid = service.start(work, chosen.id, form.values()).uid
            service.attach(work, uid, files)
    except (Conflict, Invalid, TooLarge) as refusal:
        with working(college(), actor, write=False) as work:
            return _form_page(work, chosen, _unkept(_blamed(form, refusal))), refusal.status
    return _go_on(actor, uid)


@routes.get("/hours/claims/<uuid:uid>/edit", allow=Action.FILE)
def edit_claim(work: Work, uid: UUID) -> ResponseReturnValue:
    """A draft in its form."""
    claim = service.own(work, uid)
    if claim.state != ClaimState.DRAFT:
        return redirect(url_for(".show_claim", uid=uid), 303)
    kind = service.kinds(work).kinds[claim.kind]
    return _form_page(work, kind, forms.form_of(kind, civil(work.now).date(), claim), claim)


@routes.post("/hours/claims/<uuid:uid>/edit", allow=Action.FILE, own_work=True)
def save_claim(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Keep a draft as it was changed; hand it in if that button was pressed."""
    with working(college(), actor, write=False) as work:
        claim = service.own(work, uid)
        kind, today = service.kinds(work).kinds[claim.kind], civil(work.now).date()
    form, are_kept = forms.form_of(kind, today), False
    try:
        files = _received()
        with working(college(), actor) as work:
            service.attach(work, uid, files)
        are_kept = True
        with working(college(), actor) as work:
            service.edit(work, uid, form.values())
    except (Invalid, TooLarge) as refusal:
        with working(college(), actor, write=False) as work:
            form = _blamed(form, refusal) if are_kept else _unkept(_blamed(form, refusal))
            return _form_page(work, kind, form, service.own(work, uid)), refusal.status
    return _go_on(actor, uid)


@routes.post("/hours/claims/<uuid:uid>/evidence/<uuid:evidence>/remove", allow=Action.FILE)
def remove_evidence(work: Work, uid: UUID, evidence: UUID) -> ResponseReturnValue:
    """Take a file out of a draft."""
    service.detach(work, uid, evidence)
    flash(_("The file was taken out."))
    return redirect(url_for(".edit_claim", uid=uid), 303)


@routes.get("/hours/claims/<uuid:uid>/evidence/<uuid:evidence>", allow=SIGNED_IN)
def show_evidence(work: Work, uid: UUID, evidence: UUID) -> ResponseReturnValue:
    """A picture made anew from the evidence, or the PDF as a file to keep; nothing in either may run."""
    file = queries.evidence_file(work, uid, evidence)
    is_picture = file.width is not None
    ending = "" if not is_picture else ".preview" if request.args.get("size") == "small" else ".view"
    place = service.place(work.settings, file.sha256, ending)
    name = f"evidence-{file.sha256[:8]}{'.jpg' if is_picture else '.pdf'}"
    answer: Response = send_file(place, "image/jpeg" if is_picture else "application/pdf", as_attachment=not is_picture, download_name=name)
    answer.headers["Content-Security-Policy"] = STRICT
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@routes.get("/hours/claims/<uuid:uid>/evidence/<uuid:evidence>/pages/<int:number>", allow=SIGNED_IN)
def show_page(work: Work, uid: UUID, evidence: UUID, number: int) -> ResponseReturnValue:
    """A page of a PDF as a picture, painted when the file was handed in."""
    place = service.page_place(work.settings, queries.evidence_file(work, uid, evidence).sha256, number)
    if place is None:
        raise NotFound()
    answer: Response = send_file(place, "image/png")
    answer.headers["Content-Security-Policy"] = STRICT
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@routes.get("/hours/claims/<uuid:uid>", allow=Action.FILE)
def show_claim(work: Work, uid: UUID) -> ResponseReturnValue:
    """One of my claims: what I entered, its proof, what was found, what was done, what I can do."""
    return _claim_page(work, uid)


def _claim_page(work: Work, uid: UUID, refusal: Refusal | None = None) -> str:
    """The claim as it stands; a refused appeal with what was typed still in its form."""
    service.own(work, uid)
    shown = queries.claim_page(work, uid)
    papers = service.papers_of(work, shown.files)
    return page("claims/claim.html", shown=shown, words=words, papers=papers, today=civil(work.now).date(), refusal=refusal,
                given=request.form)  # fmt: skip


@routes.post("/hours/claims/<uuid:uid>/withdraw", allow=Action.FILE)
def withdraw_claim(work: Work, uid: UUID) -> ResponseReturnValue:
    """Take a claim back."""
    service.withdraw(work, uid)
    flash(_("The claim was withdrawn."))
    return redirect(url_for(".show_claim", uid=uid), 303)


@routes.post("/hours/claims/<uuid:uid>/complete", allow=Action.FILE)
def complete_claim(work: Work, uid: UUID) -> ResponseReturnValue:
    """Open a returned claim for changes."""
    service.complete(work, uid)
    return redirect(url_for(".edit_claim", uid=uid), 303)


@routes.post("/hours/claims/<uuid:uid>/appeal", allow=Action.FILE, own_work=True)
def appeal_claim(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Appeal against a decision, once."""
    try:
        with working(college(), actor) as work:
            service.appeal(work, uid, request.form.get("reason", ""))
    except (Conflict, Invalid) as refusal:
        with working(college(), actor, write=False) as work:
            return _claim_page(work, uid, refusal), refusal.status
    flash(_("Your appeal was handed in. Somebody who had no part in the decision will hear it."))
    return redirect(url_for(".show_claim", uid=uid), 303)


@routes.get("/hours/claims/suggest/<kind>", allow=Action.FILE)
def suggest_hours(work: Work, kind: str) -> ResponseReturnValue:
    """What the entries of a form come to so far: hours, days, the reasons, and what lies on the same days, for the page to show."""
    chosen = service.offered(work, kind)
    given, _faults = read(chosen, request.args)
    book = _book_today(work)
    told = _suggested(chosen, given, book) or {"hours": "", "days": "", "reasons": []}
    ahead = service.ahead(work, chosen, given, book)
    return {**told, "into": words.into(ahead.into), "met": [words.finding(one) for one in ahead.met]}


def _suggested(kind: Kind, given: Entered, book: RuleSet) -> dict[str, Any] | None:
    found = suggest(kind, given, book)
    if found is None:
        return None
    days = _("training days: %(days)s", days=hours_text(found.days)) if found.days else ""
    return {"hours": hours_text(found.hours), "days": days, "reasons": words.suggestion(kind, [note.as_json() for note in found.notes])}


def _go_on(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """After keeping a draft: hand it in where that was asked for, or say that it was kept."""
    if request.form.get("then") != "submit":
        flash(_("The draft was saved. Nobody else sees it before you hand it in."))
        return redirect(url_for("claims.edit_claim", uid=uid), 303)
    try:
        with working(college(), actor) as work:
            service.submit(work, uid)
    except Refusal as refusal:
        with working(college(), actor, write=False) as work:
            claim = service.own(work, uid)
            kind = service.kinds(work).kinds[claim.kind]
            form = forms.form_of(kind, civil(work.now).date(), claim)
            flash(_("It is kept as a draft."))
            return _form_page(work, kind, _blamed(form, refusal), claim), refusal.status
    flash(_("The claim was handed in. Your unit checks it first."))
    return redirect(url_for("claims.show_claim", uid=uid), 303)


def _form_page(work: Work, kind: Kind, form: Any, claim: Claim | None = None) -> str:
    book = _book_today(work)
    given, _faults = read(kind, form.values())
    ahead, files = service.ahead(work, kind, given, book), queries.files_of(work, claim) if claim else ()
    return page(
        "claims/form.html",
        kind=kind,
        form=form,
        claim=claim,
        files=files,
        papers=service.papers_of(work, files),
        words=words,
        own=forms.OWN,
        required={one.name: one.is_required for one in kind.fields},
        told=_suggested(kind, given, book),
        into=words.into(ahead.into),
        met=[words.finding(one) for one in ahead.met],
        rule=words.rule(kind, book.units),
        most=service.MOST_FILES,
        megabytes=service.MOST_BYTES // 1024**2,
        book=book,
    )


def _blamed(form: Any, refusal: Refusal) -> Any:
    """The sentences of a refusal beside their fields, or at the head of the form."""
    field = refusal.facts.get("field", "")
    faults = refusal.facts.get("faults") or [{"field": field, "sentence": refusal.sentence}]
    forms.blame(form, faults)
    return form


def _unkept(form: Any) -> Any:
    """Say beside the files that those which came with a refused form were not kept: a browser sends them once."""
    if any(file.filename for file in request.files.getlist("evidence")):
        forms.blame(form, [{"field": "evidence", "sentence": _("The chosen files were not kept. Please choose them again.")}])
    return form


def _received() -> Sequence[service.Examined]:
    """The files of the request, looked over and kept; empty fields are none."""
    sent = [file for file in request.files.getlist("evidence") if file.filename]
    if len(sent) > service.MOST_FILES:
        raise TooManyFiles(most=service.MOST_FILES, field="evidence")
    return [_examined(file) for file in sent]


def _examined(file: FileStorage) -> service.Examined:
    with file.stream as stream:
        return service.receive(college().settings, stream, file.filename or "")


def _book_today(work: Work) -> RuleSet:
    return service.rules_on(work, civil(work.now).date())
