"""Addresses of the house itself: preferences, health, figures for the operator, the interface's description."""

from __future__ import annotations

import hmac
import mimetypes
import os
from pathlib import Path
from typing import Any

from flask import Response, current_app, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from werkzeug.security import safe_join

from app.kernel import answers, metrics, openapi
from app.kernel.clock import civil
from app.kernel.covers import cover_svg
from app.kernel.errors import NotFound, Unavailable
from app.kernel.i18n import LOCALES
from app.kernel.presentation import SIZES, THEMES, local_path
from app.kernel.web import PUBLIC, Routes, page
from app.kernel.work import Actor, Work

routes = Routes("kernel", __name__)

CHOICES = {"theme": THEMES, "size": SIZES, "lang": tuple(LOCALES)}
YEAR_SECONDS = 365 * 24 * 3600


@routes.post("/preferences", allow=PUBLIC, own_work=True)
def prefer(actor: Actor) -> Any:
    """Keep a choice of theme, type size or language in its cookie."""
    name, value = request.form.get("name", ""), request.form.get("value", "")
    answer: Any = Response(status=204) if answers.wants_json() else redirect(local_path(request.form.get("next")), 303)
    if value in CHOICES.get(name, ()):
        secure = current_app.extensions["college"].settings.secure_cookies
        answer.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=secure, httponly=True)
    return answer


@routes.get("/healthz", allow=PUBLIC, own_work=True)
def alive(actor: Actor) -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@routes.get("/readyz", allow=PUBLIC)
def ready(work: Work) -> ResponseReturnValue:
    """The database answers and is at the version of this code."""
    try:
        version = work.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except Exception as error:
        raise Unavailable() from error
    return {"status": "ok", "schema": version, "day": civil(work.now).date().isoformat()}


@routes.get("/metrics", allow=PUBLIC, own_work=True)
def figures(actor: Actor) -> ResponseReturnValue:
    """Prometheus text; for this machine, or with the operator's token."""
    settings = current_app.extensions["college"].settings
    token = settings.metrics_token
    held = bool(token) and hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    local = request.remote_addr in ("127.0.0.1", "::1") and "X-Forwarded-For" not in request.headers
    if not (held or local):
        raise NotFound()
    shared = settings.data_dir / "metrics"
    return Response(metrics.exposition(str(shared) if shared.is_dir() else None), mimetype="text/plain")


@routes.get("/api/v1/openapi.json", allow=PUBLIC, own_work=True)
def describe(actor: Actor) -> ResponseReturnValue:
    """The whole programming interface, OpenAPI 3.1, made from the routes themselves."""
    return answers.json_answer(openapi.document(current_app.extensions["endpoints"].values()))


@routes.get("/static/dist/<path:name>", allow=PUBLIC, own_work=True)
def built(actor: Actor, name: str) -> ResponseReturnValue:
    """A built file: its name carries its hash, so it may be kept for ever; packed where the asker unpacks."""
    folder = Path(current_app.static_folder or "") / "dist"
    packed = request.accept_encodings.best_match(["gzip"]) and safe_join(str(folder), f"{name}.gz")
    if packed and os.path.isfile(packed):  # says no to a name that is too long, where Path raises
        answer = send_from_directory(folder, f"{name}.gz", mimetype=mimetypes.guess_type(name)[0] or "text/plain", max_age=YEAR_SECONDS)
        answer.headers["Content-Encoding"] = "gzip"
    else:
        answer = send_from_directory(folder, name, max_age=YEAR_SECONDS)
    answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


@routes.get("/ui", allow=PUBLIC, own_work=True)
def gallery(actor: Actor) -> ResponseReturnValue:
    """Every part of the pages on one page, for those who build them; not in production."""
    if not current_app.extensions["college"].settings.is_demo:
        raise NotFound()
    return page("ui.html")


@routes.get("/covers/<uuid:uid>.svg", allow=PUBLIC, own_work=True)
def cover(actor: Actor, uid: object) -> ResponseReturnValue:
    """The landscape drawn for a course: the same for ever for one uid, so it may be cached."""
    answer = Response(cover_svg(str(uid)), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
