"""A certificate on the screen and on paper, and the public page that verifies it."""

from __future__ import annotations

from urllib.parse import quote

import segno
from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.certificates import fonts, queries
from app.certificates.limits import Bucket
from app.certificates.models import Certificate
from app.certificates.rules import canonical_number, grouped_code
from app.certificates.wording import words_of
from app.kernel.answers import json_answer, wants_json
from app.kernel.errors import NotFound
from app.kernel.quantity import hours_text
from app.kernel.web import PUBLIC, SIGNED_IN, Routes, page
from app.kernel.work import Work

routes = Routes("certificates", __name__)
_asked = Bucket(burst=60, per_second=1.0)


@routes.get("/certificates/<no>", allow=SIGNED_IN)
def show_certificate(work: Work, no: str) -> ResponseReturnValue:
    """The certificate on the screen, for its owner and for staff whose scope holds the owner."""
    made = queries.shown_to_reader(work, no)
    url = _verify_url(work, made)
    drawn = segno.make(url, error="m", boost_error=False)
    qr = Markup(drawn.svg_inline(scale=3, svgclass="qr", lineclass=None, omitsize=True, dark="#17212b"))  # noqa: S704  # our own SVG
    words = words_of(made)
    return page("certificates/certificate.html", made=made, words=words, qr=qr, url=url, is_mine=made.person_id == work.actor.person_id)


@routes.get("/certificates/<no>.pdf", allow=SIGNED_IN)
def certificate_pdf(work: Work, no: str) -> Response:
    """The certificate as a PDF; refused by name when a character of it cannot be printed here."""
    from app.certificates import paper  # a PDF library of twelve megabytes, for those workers only that print

    made = queries.shown_to_reader(work, no)
    words = words_of(made)
    chosen = fonts.choose(fonts.families(work.settings.data_dir), words.text())
    content = paper.certificate(words, _verify_url(work, made), chosen, made.issued_at)
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.no}.pdf"'
    return answer


@routes.get("/verify", allow=PUBLIC)
def verify_form(work: Work) -> ResponseReturnValue:
    """Where a number and its check code are typed in."""
    no, code = request.args.get("no", "").strip(), request.args.get("code", "").strip()
    if no:
        known = canonical_number(no) or no
        return redirect(f"/verify/{quote(known, safe='')}" + (f"?code={quote(code, safe='')}" if code else ""), 303)
    return page("certificates/verify_form.html", no="", missing=False)


@routes.get("/verify/<no>", allow=PUBLIC)
def verify(work: Work, no: str) -> ResponseReturnValue:
    """Whether a certificate is genuine and stands: masked name, title, hours, date, state, and nothing more."""
    _asked.take(work.actor.ip, work.now)
    try:
        found = queries.public_view(work, no, request.args.get("code", ""))
    except NotFound:
        if wants_json():
            raise
        return page("certificates/verify_form.html", no=no[:40], missing=True), 404
    if wants_json():
        return json_answer(
            {
                "no": found.no, "state": found.state, "name": found.name, "title": found.title, "hours": hours_text(found.hours),
                "date": found.occurred_to.isoformat(), "issued_on": found.issued_on.isoformat(),
                "revoked_on": found.revoked_on.isoformat() if found.revoked_on else None, "code": found.code,
            }
        )  # fmt: skip
    return page("certificates/verify.html", found=found)


def _verify_url(work: Work, made: Certificate) -> str:
    """The public address with the check code, as printed."""
    base = work.settings.public_url.rstrip("/") or request.host_url.rstrip("/")
    return f"{base}/verify/{made.no}?code={grouped_code(made.check_code)}"
