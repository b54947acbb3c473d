"""Staff pages: people within one's scope, units."""

from __future__ import annotations

import io
from datetime import date
from uuid import UUID

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import Conflict, Invalid, NotFound, Refusal
from app.kernel.fields import whole
from app.kernel.forms import Form
from app.kernel.i18n import _, _l
from app.kernel.web import Routes, college, page
from app.kernel.work import Actor, Work, working
from app.people import deeds, queries, service, words
from app.people.actions import Action
from app.people.forms import ChangeForm, GrantForm, ImportForm, OpenAccountForm
from app.people.models import Roll, Unit
from app.people.service import changing, rolls
from app.people.service.changing.subject import OutsideScope, OwnRecord

routes = Routes("people_desk", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@routes.get("/manage/people", allow=Action.SEE)
def list_people(work: Work) -> ResponseReturnValue:
    """People one may see, found by name or unit."""
    words = queries.folded(request.args.get("q"))
    unit = queries.unit_by_uid(work, _uid(request.args["unit"])) if request.args.get("unit") else None
    found = queries.people(work, words, unit, request.args.get("page"))
    here = url_for(".list_people", q=words or None, unit=unit.uid if unit else None)
    return page("people/manage/people.html", people=found, words=words, unit=unit, here=here)


@routes.get("/manage/people/<uuid:uid>", allow=Action.SEE)
def show_person(work: Work, uid: UUID) -> ResponseReturnValue:
    """One person: posts, teams, tags, leave, and who changed them; with what the reader may change."""
    it, closed = queries.person_page(work, uid), changing.closed_years(work)
    back = changing.withdrawable((post for post, _unit in it.posts), closed)
    returns = it.gone_on is not None and changing.can_return(it.gone_on, closed)
    return page("people/manage/person.html", it=it, back=back, returns=returns, words=words, name_of=queries.unit_name,
                names=queries.names_in_trail(work, it.trail))  # fmt: skip


@routes.get("/manage/people/<uuid:uid>/changes/<deed>", allow=Action.EDIT)
def begin_change(work: Work, uid: UUID, deed: str) -> ResponseReturnValue:
    """The form of one kind of change."""
    return _begin(work, uid, _deed(deeds.PERSON, deed), Action.EDIT)


@routes.post("/manage/people/<uuid:uid>/changes/<deed>", allow=Action.EDIT)
def make_change(work: Work, uid: UUID, deed: str) -> ResponseReturnValue:
    """Enter the change; a refusal is told on the form."""
    return _make(work, uid, _deed(deeds.PERSON, deed))


@routes.get("/manage/people/<uuid:uid>/leave/<deed>", allow=Action.LEAVE)
def begin_leave(work: Work, uid: UUID, deed: str) -> ResponseReturnValue:
    """The form for leave, or for its early end."""
    return _begin(work, uid, _deed(deeds.LEAVE, deed), Action.LEAVE)


@routes.post("/manage/people/<uuid:uid>/leave/<deed>", allow=Action.LEAVE)
def make_leave(work: Work, uid: UUID, deed: str) -> ResponseReturnValue:
    """Enter leave, or end it early."""
    return _make(work, uid, _deed(deeds.LEAVE, deed))


def _begin(work: Work, uid: UUID, deed: deeds.Deed, action: Action) -> str:
    it = queries.person_page(work, uid)
    if it.person.id == work.actor.person_id:
        raise OwnRecord()
    queries.require_over(work, action, it.person.id)
    return _change_page(it, work, deed, deed.form(data=_present_values(it, deed)))


def _make(work: Work, uid: UUID, deed: deeds.Deed) -> ResponseReturnValue:
    form = deed.form()
    if form.validate():
        try:
            with work.session.begin_nested():
                deed.verb(work, uid, form, _of())
            after = _after(work, uid)
            flash(_("Entered.") if after != url_for(".list_people") else _("Entered. Another organ is in charge of the person now."))
            return redirect(after, 303)
        except (Invalid, Conflict, OutsideScope, OwnRecord) as refusal:
            _blame(form, refusal)
    return _change_page(queries.person_page(work, uid), work, deed, form), 422


def _after(work: Work, uid: UUID) -> str:
    """The person's page, or the list when the change has put him beyond the officer's scope."""
    try:
        queries.person_page(work, uid)
    except NotFound:
        return url_for(".list_people")
    return url_for(".show_person", uid=uid)


def _blame(form: Form, refusal: Refusal) -> None:
    """Beside its field where the refusal names one, else at the head of the form."""
    form.blame(refusal)


def _deed(known: dict[str, deeds.Deed], name: str) -> deeds.Deed:
    if name not in known:
        raise NotFound()
    return known[name]


def _of() -> int:
    """Which spell is meant; a number no spell has means none."""
    asked = request.values.get("of", "")
    return whole(asked, 17) or 0


def _present_values(it: queries.PersonPage, deed: deeds.Deed) -> dict[str, str]:
    """The present post, where the form is about another one."""
    if it.present is None or "post" not in deed.fields or "is_primary" in deed.fields:
        return {}
    post = it.present[0]
    return {"rank": post.rank_level or "", "post": post.post, "position_class": post.position_class}


def _change_page(it: queries.PersonPage, work: Work, deed: deeds.Deed, form: ChangeForm) -> str:
    beside = queries.units_beside(work, it.present[1].path if it.present else "") if "unit" in deed.fields else []
    crumbs = [(_("People"), url_for(".list_people")), (it.person.name, url_for(".show_person", uid=it.person.uid)), (deed.title, None)]
    return page(
        "people/manage/change.html", deed=deed, form=form, crumbs_=crumbs, name=it.person.name, about=it.line, beside=beside, of=_of()
    )


@routes.get("/manage/units", allow=Action.SEE_UNITS)
def show_root(work: Work) -> ResponseReturnValue:
    """The top of the tree of units."""
    return _units_page(work, None)


@routes.get("/manage/units/<uuid:uid>", allow=Action.SEE_UNITS)
def show_unit(work: Work, uid: UUID) -> ResponseReturnValue:
    """One unit, what lies below it, what it was called before."""
    return _units_page(work, uid)


def _units_page(work: Work, uid: UUID | None) -> str:
    tree = queries.unit_page(work, uid, _day())
    own = queries.unit_by_uid(work, tree.unit.uid)
    may = own.valid_to is None and work.may(Action.EDIT_UNITS) and queries.unit_within(work, Action.EDIT_UNITS, own.path)
    trail = queries.unit_trail(work, own.id)
    names = queries.names_in_trail(work, trail)
    return page("people/manage/units.html", tree=tree, may_edit=may, own=own, trail=trail, names=names, words_=words)


@routes.get("/manage/units/<uuid:uid>/changes/<deed>", allow=Action.EDIT_UNITS)
def begin_unit_change(work: Work, uid: UUID, deed: str) -> ResponseReturnValue:
    """The form of one kind of change of a unit."""
    chosen, unit = _deed(deeds.UNIT, deed), queries.unit_by_uid(work, uid)
    if not queries.unit_within(work, Action.EDIT_UNITS, unit.path):
        raise NotFound()
    return _unit_change_page(work, unit, chosen, chosen.form(data={"name_zh": unit.name_zh, "name_en": unit.name_en}))


@routes.post("/manage/units/<uuid:uid>/changes/<deed>", allow=Action.EDIT_UNITS)
def make_unit_change(work: Work, uid: UUID, deed: str) -> ResponseReturnValue:
    """Enter the change; a refusal is told on the form."""
    chosen = _deed(deeds.UNIT, deed)
    form = chosen.form()
    if form.validate():
        try:
            with work.session.begin_nested():
                chosen.verb(work, uid, form, 0)
            flash(_("Entered."))
            return redirect(url_for(".show_unit", uid=uid), 303)
        except (Invalid, Conflict) as refusal:
            _blame(form, refusal)
    return _unit_change_page(work, queries.unit_by_uid(work, uid), chosen, form), 422


def _unit_change_page(work: Work, unit: Unit, deed: deeds.Deed, form: ChangeForm) -> str:
    name = queries.unit_name(unit)
    beside = queries.units_beside(work, unit.path.rpartition("/")[0]) if "unit" in deed.fields else []
    crumbs = [(_("Units"), url_for(".show_root")), (name, url_for(".show_unit", uid=unit.uid)), (deed.title, None)]
    return page("people/manage/change.html", deed=deed, form=form, crumbs_=crumbs, name=name, about="", beside=beside, of=0)


@routes.get("/manage/people/import", allow=Action.IMPORT)
def begin_import(work: Work) -> ResponseReturnValue:
    """Choose a file of people."""
    return page("people/manage/import.html", form=ImportForm())


@routes.get("/manage/people/import/template.xlsx", allow=Action.IMPORT)
def import_template(work: Work) -> ResponseReturnValue:
    """An empty workbook with the columns and what may stand in them."""
    return send_file(io.BytesIO(rolls.template()), XLSX, as_attachment=True, download_name="people-template.xlsx")


@routes.post("/manage/people/import", allow=Action.IMPORT, own_work=True)
def examine_file(actor: Actor) -> ResponseReturnValue:
    """Examine the file and show what was found; nothing is brought in yet."""
    form = ImportForm()
    if form.validate():
        try:
            file = form.file.data
            uid = rolls.lay_down(college(), actor, file.filename or "", file.stream)
            return redirect(url_for(".show_roll", uid=uid), 303)
        except Invalid as refusal:
            form.blame(refusal)
    return page("people/manage/import.html", form=form), 422


@routes.get("/manage/people/import/<uuid:uid>", allow=Action.IMPORT)
def show_roll(work: Work, uid: UUID) -> ResponseReturnValue:
    """What was found in a file, and what bringing it in will do or has done."""
    return _roll_page(rolls.own_roll(work, uid))


@routes.post("/manage/people/import/<uuid:uid>", allow=Action.IMPORT, own_work=True)
def carry_out(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Bring the people in."""
    report = rolls.carry_out(college(), actor, uid, only_good=request.form.get("only_good") == "1")
    flash(words.brought_word(report.created, report.changed))
    return redirect(url_for(".show_roll", uid=uid), 303)


def _roll_page(roll: Roll) -> ResponseReturnValue:
    report = rolls.from_json(roll.report)
    findings = [(finding, *words.told(finding)) for finding in report.findings]
    return page("people/manage/roll.html", roll=roll, report=report, findings=findings)


@routes.get("/manage/accounts", allow=Action.ACCOUNTS)
def list_accounts(work: Work) -> ResponseReturnValue:
    """Accounts within one's jurisdiction, with what keeps somebody from entering."""
    words = queries.folded(request.args.get("q"))
    return _accounts_page(work, words, OpenAccountForm())


@routes.post("/manage/accounts", allow=Action.ACCOUNTS)
def open_account(work: Work) -> ResponseReturnValue:
    """Open an account for somebody who has none; a first password is given on its page."""
    form = OpenAccountForm()
    words = queries.folded(request.args.get("q"))
    if form.validate():
        try:
            service.open_account(work, UUID(form.person.data), form.user_name.data)
            flash(_("The account was opened. Now give it a first password."))
            return redirect(url_for(".show_account", uid=form.person.data), 303)
        except Invalid as refusal:
            form.blame(refusal)
    if form.person.errors:
        raise NotFound()
    return _accounts_page(work, words, form), 422


def _accounts_page(work: Work, words: str, form: OpenAccountForm) -> str:
    found = queries.accounts(work, words, request.args.get("page"))
    newcomers = queries.without_account(work, words)
    here = url_for(".list_accounts", q=words or None)
    return page("people/manage/accounts.html", accounts=found, newcomers=newcomers, form=form, words=words, here=here)


@routes.get("/manage/accounts/<uuid:uid>", allow=Action.ACCOUNTS)
def show_account(work: Work, uid: UUID) -> ResponseReturnValue:
    """One account: its state, what may be done, the roles of its owner."""
    return _account_page(work, uid, _grant_form(work))


@routes.post("/manage/accounts/<uuid:uid>/password", allow=Action.ACCOUNTS, own_work=True)
def issue_password(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Give a first password, shown on this one answer and never again."""
    with working(college(), actor, write=False) as work:
        row = queries.account_of(work, uid)
    fresh = service.issue_password(college(), actor, row.user_name)
    with working(college(), actor, write=False) as work:
        return _account_page(work, uid, _grant_form(work), fresh)


@routes.post("/manage/accounts/<uuid:uid>/unlock", allow=Action.ACCOUNTS)
def unlock_account(work: Work, uid: UUID) -> ResponseReturnValue:
    """Open the door that failures have shut."""
    service.unlock(work, service.account_named(work, queries.account_of(work, uid).user_name))
    flash(_("The account was unlocked."))
    return redirect(url_for(".show_account", uid=uid), 303)


@routes.post("/manage/accounts/<uuid:uid>/enabled", allow=Action.ACCOUNTS)
def set_account_enabled(work: Work, uid: UUID) -> ResponseReturnValue:
    """Disable the account, which ends its sessions at once, or enable it again."""
    enabled = request.form.get("enabled") == "1"
    service.set_enabled(work, service.account_named(work, queries.account_of(work, uid).user_name), enabled=enabled)
    flash(_("The account was enabled.") if enabled else _("The account was disabled. All its sessions have ended."))
    return redirect(url_for(".show_account", uid=uid), 303)


@routes.post("/manage/accounts/<uuid:uid>/roles", allow=Action.ROLES)
def grant_role(work: Work, uid: UUID) -> ResponseReturnValue:
    """Give a role over a jurisdiction."""
    form = _grant_form(work)
    if form.validate():
        try:
            whose = queries.account_of(work, uid).person_id
            if service.needs_second(work, form.role.data):
                service.ask_role(work, whose, form.role.data, form.jurisdiction.data)
                flash(_("Asked for. It holds as soon as a second officer has confirmed it."))
            else:
                service.grant_role(work, whose, form.role.data, form.jurisdiction.data)
                flash(_("The role was granted."))
            return redirect(url_for(".show_account", uid=uid), 303)
        except (Invalid, Conflict) as refusal:
            form.form_errors.append(refusal.sentence)
    return _account_page(work, uid, form), 422


@routes.post("/manage/accounts/<uuid:uid>/roles/<int:grant>/withdraw", allow=Action.ROLES)
def withdraw_role(work: Work, uid: UUID, grant: int) -> ResponseReturnValue:
    """Take a role away, at once."""
    service.withdraw_role(work, queries.account_of(work, uid).person_id, grant)
    flash(_("The role was withdrawn."))
    return redirect(url_for(".show_account", uid=uid), 303)


@routes.get("/manage/role-requests", allow=Action.CONFIRM_ROLES)
def list_role_requests(work: Work) -> ResponseReturnValue:
    """Privileged roles that wait for a second officer."""
    return page("people/manage/role_requests.html", waiting=service.waiting_roles(work))


@routes.post("/manage/role-requests/<int:request_id>", allow=Action.CONFIRM_ROLES)
def decide_role_request(work: Work, request_id: int) -> ResponseReturnValue:
    """Confirm a grant that another officer asked for, or refuse it."""
    if request.form.get("verb") == "confirm":
        service.confirm_role(work, request_id)
        flash(_("Confirmed. The role holds from now on."))
    else:
        service.refuse_role(work, request_id)
        flash(_("Refused. Nothing was granted."))
    return redirect(url_for(".list_role_requests"), 303)


def _grant_form(work: Work) -> GrantForm:
    form = GrantForm()
    form.role.choices, form.jurisdiction.choices = queries.choices(work)
    return form


def _account_page(work: Work, uid: UUID, form: GrantForm, fresh: str = "") -> str:
    row = queries.account_of(work, uid)
    return page("people/manage/account.html", owner=row, card=queries.card(work, row.person_id), form=form, fresh=fresh,
                grants=queries.grants_of(work, row.person_id), waiting=service.waiting_roles(work, row.person_id),
                is_own=row.person_id == work.actor.person_id)  # fmt: skip


def _day() -> date | None:
    """The date asked for, or none."""
    words = request.args.get("on")
    if not words:
        return None
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise Invalid(_l("Give the date as 2026-11-22."), field="on") from error


def _uid(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError as error:
        raise Invalid(_l("This is not the address of a unit."), field="unit") from error
