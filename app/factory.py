"""How the college is put together: settings in, a Flask application out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import click
from flask import Flask, g, request
from flask.cli import AppGroup
from flask_login import LoginManager, UserMixin
from jinja2 import ChoiceLoader, FileSystemBytecodeCache, FileSystemLoader, PrefixLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app.jobs import service as jobs
from app.kernel import assets, i18n, logs, metrics, presentation, security, web
from app.kernel.addresses import LateRule
from app.kernel.clock import Clock, WallClock
from app.kernel.db import Model, assert_durable, make_engine
from app.kernel.work import College
from config import Settings

DOMAINS = ("kernel", "jobs", "rulebook", "people", "ledger", "media", "certificates", "classes", "catalogue", "bank", "search", "exams",
           "learning", "claims", "practice", "history", "hours", "compliance", "desk", "years", "admin")  # fmt: skip
"""Bottom up, as in the floors of pyproject.toml; a folder under app/ that is missing here fails a house test."""

DOORS = ("views", "manage", "api")
"""The files of a domain that answer requests."""


class Commands(AppGroup):
    """`flask …` commands of every domain, imported when the first is asked for: a web server never needs them."""

    @cached_property
    def known(self) -> dict[str, click.Command]:
        """Each command by its name."""
        return {command.name: command for module in modules("commands") for command in module.commands}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, for the help text."""
        return sorted({*super().list_commands(ctx), *self.known})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, None if there is none."""
        return super().get_command(ctx, cmd_name) or self.known.get(cmd_name)


class Site(Flask):
    """Flask whose rules are compiled to write addresses only when they do."""

    url_rule_class = LateRule


class CookieUser(UserMixin):  # type: ignore[misc]  # flask_login ships no types
    """What the cookie names: a sign-in, looked up once per request inside the unit of work."""

    def __init__(self, cookie: str) -> None:
        self.id = cookie


def modules(name: str) -> list[ModuleType]:
    """The file `name` of every domain that has one, bottom up."""
    return [import_module(f"app.{domain}.{name}") for domain in DOMAINS if has(domain, name)]


def has(domain: str, name: str) -> bool:
    """Whether a domain has a file, or a package, of that name."""
    place = Path(__file__).parent / domain / name
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def metadata() -> type[Model]:
    """The model base with every table known to it."""
    modules("models")
    import_module("app.kernel.idempotency")
    return Model


def preload() -> None:
    """Import every file that an application opens, without making one: what forks afterwards shares it."""
    metadata()
    for name in ("listeners", "jobs", *DOORS):
        modules(name)


def create_app(settings: Settings, *, clock: Clock | None = None) -> Flask:
    """An application on its database; refuses a database that could lose what it acknowledged."""
    app = Site(__name__, static_folder="static", static_url_path="/static")
    app.config.update(
        SECRET_KEY=settings.secret_key, WTF_CSRF_TIME_LIMIT=None, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure_cookies, SESSION_COOKIE_NAME="college", MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_CONTENT_LENGTH=64 * 1024 * 1024, MAX_FORM_PARTS=2000, TRUSTED_HOSTS=settings.hosts or None, TESTING=settings.app_env == "test",
    )  # fmt: skip
    app.cli = Commands("college")
    metadata()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.sqlalchemy_url)
    if settings.app_env != "test":
        assert_durable(engine)
    app.extensions["college"] = College(settings, engine, clock or WallClock(settings.demo_clock_file))
    _open_doors(app, settings)
    _register(app)
    presentation.set_up(app, assets.Assets(_static(app) / "dist"))
    security.set_up(app, secure=settings.secure_cookies)
    metrics.set_up(app)
    if settings.app_env != "test":
        jobs.on_wake(_bell(app.extensions["college"]))
        logs.set_up(app, settings.log_level)
    app.register_error_handler(Exception, web.handle)
    return app


def _static(app: Flask) -> Path:
    return Path(app.root_path) / "static"


def _open_doors(app: Flask, settings: Settings) -> None:
    """Language, sign-in cookie, templates by domain, and who is behind a request."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(CookieUser)
    i18n.set_up(app, presentation.choose_locale)
    app.jinja_env.undefined = StrictUndefined
    compiled = settings.data_dir / "templates"
    compiled.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))  # compiling took longer than answering
    root = Path(app.root_path)
    domains = {domain: FileSystemLoader(root / domain / "templates") for domain in DOMAINS}
    app.jinja_loader = ChoiceLoader([PrefixLoader(domains), FileSystemLoader(root / "templates")])
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops, x_host=settings.proxy_hops)  # type: ignore[method-assign]

    @app.before_request
    def number() -> None:
        g.request_id = request.headers.get("X-Request-Id", "")[:64] or uuid4().hex
        g.pop("actor", None)

    @app.after_request
    def tell_number(response):  # type: ignore[no-untyped-def]
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return response


def _bell(college: College) -> Callable[[int], None]:
    """What wakes the workers; the queue is opened at the first job, for most processes never enqueue one."""

    @cache
    def bell() -> Any:
        return import_module("app.jobs.worker").Bell(college)

    return lambda job_id: bell().ring(job_id)


def _register(app: Flask) -> None:
    """Listeners, jobs, pages and programming interface of every domain."""
    for name in ("listeners", "jobs"):
        modules(name)
    endpoints: dict[str, web.Endpoint] = {}
    for name in DOORS:
        for module in modules(name):
            app.register_blueprint(module.routes.blueprint)
            endpoints |= {endpoint.name: endpoint for endpoint in module.routes.endpoints}
    app.extensions["endpoints"] = endpoints
    if has("people", "service"):
        service = import_module("app.people.service")
        app.extensions["identify"] = service.identify
        app.extensions["password_gate"] = service.password_gate
