"""The door: signing in and out, one's own account, password, sessions and tokens."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms.widgets import PasswordInput

from app.kernel import presentation
from app.kernel.errors import Invalid, Refusal, TooMany
from app.kernel.i18n import _
from app.kernel.web import PUBLIC, SIGNED_IN, Routes, college, page
from app.kernel.work import Actor, Work
from app.people import queries, service
from app.people.demo import cast
from app.people.forms import PasswordForm, SignInForm
from app.people.rules.passwords import PROFILES
from app.people.service import doors, passwords

routes = Routes("people", __name__)


@routes.get("/sign-in", allow=PUBLIC)
def sign_in(work: Work) -> ResponseReturnValue:
    """The one card with user name and password; who is signed in already goes on."""
    target = presentation.local_path(request.args.get("next"))
    if work.actor.is_signed_in:
        return redirect(target, 303)
    return _sign_in_page(SignInForm(next=target if target != "/" else "", user_name=request.args.get("as", "")))


@routes.post("/sign-in", allow=PUBLIC, own_work=True)
def enter(actor: Actor) -> ResponseReturnValue:
    """Check the password outside of any transaction and open a session."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    try:
        opened = doors.sign_in(college(), actor, form.user_name.data or "", form.password.data or "")
    except (doors.WrongCredentials, TooMany) as refusal:
        return _kept_out(form, refusal)
    _carry(opened.token)
    target = presentation.local_path(form.next.data)
    return redirect(url_for(".change_password") if opened.must_change_password else target, 303)


def _kept_out(form: SignInForm, refusal: Refusal) -> ResponseReturnValue:
    """The same card with the sentence under the password, and when to come back."""
    form.password.errors = [refusal.sentence]
    answer = make_response(_sign_in_page(form), refusal.status)
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _sign_in_page(form: SignInForm) -> str:
    """The card; in the demo with the accounts beside it, whose links fill the form in without any script."""
    settings = college().settings
    shown = cast.CAST if settings.app_env == "demo" and settings.account_profile == "demo" else ()
    chosen = any(member.user_name == form.user_name.data for member in shown) and request.method == "GET"
    if chosen:
        form.password.widget = PasswordInput(hide_value=False)
    return page("people/sign_in.html", form=form, cast=shown, demo_password=cast.PASSWORD, filled=cast.PASSWORD if chosen else "")


def _carry(token: str) -> None:
    """A new cookie: nothing of the session before it survives (fixation, THR-T23)."""
    session.clear()
    session["_user_id"] = token


@routes.post("/sign-out", allow=SIGNED_IN)
def sign_out(work: Work) -> ResponseReturnValue:
    """End this session."""
    doors.sign_out(work)
    session.clear()
    answer = make_response(redirect(url_for(".sign_in"), 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@routes.get("/account", allow=SIGNED_IN)
def show_account(work: Work) -> ResponseReturnValue:
    """What the college holds about oneself, the ID number masked."""
    return page("people/account.html", profile=queries.profile(work, work.person_id))


@routes.get("/account/password", allow=SIGNED_IN)
def change_password(work: Work) -> ResponseReturnValue:
    """The form for a new password."""
    return _password_page(work.actor, PasswordForm())


@routes.post("/account/password", allow=SIGNED_IN, own_work=True)
def save_password(actor: Actor) -> ResponseReturnValue:
    """Change it; every other session and token ends."""
    form = PasswordForm()
    if form.validate():
        try:
            passwords.change_password(college(), actor, form.present.data or "", form.wanted.data or "")
            flash(_("The password was changed. Other devices were signed out."))
            return redirect(url_for(".show_sessions"), 303)
        except Invalid as refusal:
            form.blame(refusal)
        except TooMany as refusal:
            form.present.errors = [refusal.sentence]
            return _password_page(actor, form), refusal.status, {"Retry-After": str(refusal.retry_after)}
    return _password_page(actor, form), 422


def _password_page(actor: Actor, form: PasswordForm) -> str:
    profile = PROFILES[college().settings.account_profile]
    return page("people/password.html", form=form, profile=profile, forced=actor.must_change_password)


@routes.get("/account/sessions", allow=SIGNED_IN)
def show_sessions(work: Work) -> ResponseReturnValue:
    """Where one is signed in: browsers and programs."""
    return page("people/sessions.html", sessions=queries.sessions(work), tokens=queries.tokens(work))


@routes.post("/account/sessions/<uuid:uid>/revoke", allow=SIGNED_IN)
def revoke_session(work: Work, uid: UUID) -> ResponseReturnValue:
    """Sign one device out."""
    if doors.revoke_session(work, uid):
        session.clear()
        return redirect(url_for(".sign_in"), 303)
    flash(_("The device was signed out."))
    return redirect(url_for(".show_sessions"), 303)


@routes.post("/account/sessions/revoke-others", allow=SIGNED_IN)
def revoke_others(work: Work) -> ResponseReturnValue:
    """Sign every other device and program out."""
    service.end_doors(work, work.actor.account_id or 0, but=work.actor.sign_in_id)
    flash(_("All other devices were signed out."))
    return redirect(url_for(".show_sessions"), 303)


@routes.post("/account/tokens/<uuid:uid>/revoke", allow=SIGNED_IN)
def revoke_token(work: Work, uid: UUID) -> ResponseReturnValue:
    """End one API token."""
    doors.revoke_token(work, uid)
    flash(_("The token was revoked."))
    return redirect(url_for(".show_sessions"), 303)
