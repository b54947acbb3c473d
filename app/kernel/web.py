"""Routes that cannot be written without saying who may enter (architecture.md §4.7).

A request travels: credentials → body read → unit of work → actor → `allow` → CSRF → view → commit → answer.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf as check_csrf_token
from sqlalchemy.exc import SQLAlchemyError
from wtforms.validators import ValidationError

from app.kernel import answers, bodies, idempotency, inputs
from app.kernel.errors import Forbidden, Refusal, Unauthenticated
from app.kernel.i18n import _l
from app.kernel.work import NOBODY, Actor, College, Work, working

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = frozenset({inputs.SENT_AS_WORDS, "multipart/form-data"})


class Gate(StrEnum):
    """Who may enter besides the holders of an action."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"


PUBLIC, SIGNED_IN = Gate.PUBLIC, Gate.SIGNED_IN


class WrongCsrf(Refusal):
    """A change that does not come from one of our pages (ATK-A61)."""

    status, code, text = 403, "csrf", _l("This form is too old or came from elsewhere. Nothing was changed; please reload the page.")


@dataclass(frozen=True)
class Credentials:
    """What a request brings to say who it is."""

    cookie: str = ""
    bearer: str = ""
    device: str = ""
    ip: str = ""
    lean: bool = False
    """Whether the person alone is asked for: what happens many times a second needs no roles."""


@dataclass(frozen=True)
class Endpoint:
    """What one route promises; the permission matrix and the OpenAPI document are read from these."""

    rule: str
    methods: tuple[str, ...]
    allow: str
    name: str
    body: Any = None
    answers: dict[int, Any] = field(default_factory=dict)
    creates: bool = False
    csrf: bool = True
    own_work: bool = False
    lean: bool = False
    summary: str = ""
    form: Any = None
    """The fields and files of a multipart body, for the document; the view reads them itself."""
    ahead: Callable[..., Any] | None = None
    again: idempotency.Again | None = None


def college() -> College:
    """The college of the running application."""
    return current_app.extensions["college"]  # type: ignore[no-any-return]


def page(template: str, /, **context: Any) -> str:
    """A rendered page; templates are named `<domain>/<file>`."""
    return render_template(template, **context)


class Routes:
    """A blueprint on which every route names who may enter; leaving `allow` out is a TypeError at import."""

    def __init__(self, name: str, import_name: str) -> None:
        self.blueprint = Blueprint(name, import_name)
        self.endpoints: list[Endpoint] = []

    def get(self, rule: str, *, allow: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A page or answer that changes nothing; its transaction only reads."""
        return self.route(rule, ("GET",), allow=allow, **options)

    def post(self, rule: str, *, allow: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A change; committed once if the view returns."""
        return self.route(rule, ("POST",), allow=allow, **options)

    def put(self, rule: str, *, allow: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A change that may be repeated without further effect."""
        return self.route(rule, ("PUT",), allow=allow, **options)

    def patch(self, rule: str, *, allow: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A partial change."""
        return self.route(rule, ("PATCH",), allow=allow, **options)

    def delete(self, rule: str, *, allow: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A removal."""
        return self.route(rule, ("DELETE",), allow=allow, **options)

    def route(
        self,
        rule: str,
        methods: tuple[str, ...],
        *,
        allow: str,
        body: Any = None,
        answers: dict[int, Any] | None = None,
        creates: bool = False,
        csrf: bool = True,
        own_work: bool = False,
        lean: bool = False,
        form: Any = None,
        ahead: Callable[..., Any] | None = None,
        again: idempotency.Again | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Any method. `own_work` views get the actor instead of a work and open their own (long uploads, hashing).

        What `ahead` finds its view gets as `ready`; where writers stand in line it is looked for before the turn to write.
        Under an `Idempotency-Key` that comes again, `again` reads anew what the first answer named.
        """

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            endpoint = Endpoint(rule, methods, str(allow), f"{self.blueprint.name}.{view.__name__}", body, answers or {},
                                creates, csrf, own_work, lean, (view.__doc__ or "").strip().split("\n")[0], form, ahead, again)  # fmt: skip
            self.endpoints.append(endpoint)
            options: dict[str, Any] = {"provide_automatic_options": False} if "OPTIONS" in methods else {}
            self.blueprint.add_url_rule(rule, view.__name__, _entered(endpoint, view), methods=list(methods), **options)
            return view

        return register


def _entered(endpoint: Endpoint, view: Callable[..., Any]) -> Callable[..., ResponseReturnValue]:
    """The view behind its gate."""

    def act(work: Work, arguments: dict[str, Any]) -> ResponseReturnValue:
        if endpoint.ahead is not None and "ready" not in arguments:
            arguments["ready"] = endpoint.ahead(work, **arguments)
        return _answer(view(work, **arguments))

    @wraps(view)
    def enter(**arguments: Any) -> ResponseReturnValue:
        credentials = _credentials(endpoint)
        raw = _read(endpoint)
        with nullcontext() if endpoint.own_work else college().lane.held():
            return compute(credentials, raw, arguments)

    def compute(credentials: Credentials, raw: bytes, arguments: dict[str, Any]) -> ResponseReturnValue:
        ahead = _ahead(endpoint)
        write = request.method not in SAFE and not endpoint.own_work and ahead is None
        with working(college(), NOBODY, write=write, request_id=g.request_id) as work:
            _admit(work, endpoint, credentials)
            if endpoint.body is not None:
                arguments["body"] = bodies.decode(raw, endpoint.body)
            if ahead is not None:
                arguments["ready"] = ahead(work, **arguments)
            elif not endpoint.own_work:
                return idempotency.once(work, endpoint, raw, lambda: act(work, arguments), endpoint.again, _answer)
            actor = work.actor
        if ahead is not None:
            with working(college(), actor, request_id=g.request_id) as work:
                return act(work, arguments)
        if request.mimetype in FORMS:
            inputs.check_form()
        return _answer(view(actor, **arguments))

    return enter


def _ahead(endpoint: Endpoint) -> Callable[..., Any] | None:
    """What is read before the turn to write, where writers stand in line; who repeats himself is answered as before."""
    stands_in_line = college().turns is not None
    return endpoint.ahead if stands_in_line and not request.headers.get("Idempotency-Key") else None


def _read(endpoint: Endpoint) -> bytes:
    """The body of a programming interface, or a parsed form; before the transaction begins, so a slow sender holds no lock."""
    inputs.check_address()
    if endpoint.body is not None:
        return bodies.read_bytes(beacon=not endpoint.csrf)
    if request.method not in SAFE:
        inputs.limit_form()
        if not endpoint.own_work:
            inputs.check_form()
    return b""


def _credentials(endpoint: Endpoint) -> Credentials:
    """The session cookie or bearer token of the request, with its device and address."""
    header = request.headers.get("Authorization", "")
    bearer = header[7:].strip() if header[:7].lower() == "bearer " else ""
    cookie = "" if bearer else str(session.get("_user_id") or "")
    return Credentials(cookie, bearer, request.headers.get("User-Agent", "")[:300], request.remote_addr or "", endpoint.lean)


def _admit(work: Work, endpoint: Endpoint, credentials: Credentials) -> None:
    """Find the actor and hold him against the gate; refuse by the least telling answer."""
    actor = None
    if credentials.cookie or credentials.bearer:
        actor = current_app.extensions["identify"](work, credentials)
    if actor is None:
        if endpoint.allow != PUBLIC or credentials.bearer:
            raise Unauthenticated()
        actor = Actor(device=credentials.device, ip=credentials.ip)
    work.actor = g.actor = actor
    if endpoint.allow not in (PUBLIC, SIGNED_IN) and not actor.may(endpoint.allow):
        raise Forbidden()
    if actor.must_change_password:
        current_app.extensions["password_gate"](endpoint)
    if endpoint.csrf and request.method not in SAFE and not credentials.bearer:
        _check_csrf()


def _check_csrf() -> None:
    """The token of the form or header belongs to this browser session; the API without any cookie needs none."""
    if request.path.startswith("/api/") and not request.cookies:
        return
    try:
        check_csrf_token(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except ValidationError as error:
        raise WrongCsrf() from error
    g.csrf_valid = True


def _answer(value: Any) -> ResponseReturnValue:
    """What a view gave back as a response: structs, dictionaries and lists are JSON."""
    status, headers = 200, None
    if isinstance(value, tuple):
        value, status, *rest = value
        headers = rest[0] if rest else None
    if isinstance(value, msgspec.Struct | dict | list):
        value = answers.json_answer(value, status)
    response = value if isinstance(value, Response) else current_app.make_response((value, status))
    if headers:
        response.headers.extend(headers)
    return response


def handle(error: Exception) -> ResponseReturnValue:
    """The one handler: refusals become pages or problem documents, defects an incident with a number."""
    refusal = answers.as_refusal(error)
    if refusal is None:
        current_app.logger.exception("unexpected error", extra={"request_id": getattr(g, "request_id", "")})
        return answers.incident()
    if refusal.code == Unauthenticated.code and _wants_page():
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?") if request.path != "/" else None), 303)
    if refusal.code == "password_change_required" and _wants_page():
        return redirect(url_for("people.change_password"), 303)
    if "actor" not in g and not answers.wants_json():
        _recognise()
    return answers.refuse(refusal)


def _recognise() -> None:
    """Find the actor for a page that no route answers, so that its head still knows him."""
    credentials = Credentials(str(session.get("_user_id") or ""), ip=request.remote_addr or "")
    if credentials.cookie:
        try:
            with working(college(), NOBODY, write=False) as work:
                g.actor = current_app.extensions["identify"](work, credentials) or NOBODY
        except SQLAlchemyError:
            g.actor = NOBODY


def _wants_page() -> bool:
    """Whether a person's browser asks for a page, so that it can be sent to another."""
    return request.method == "GET" and not answers.wants_json() and "text/html" in request.headers.get("Accept", "text/html")
