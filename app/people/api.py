"""For programs: tokens and imports (interfaces.md §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from flask import request

from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.web import PUBLIC, SIGNED_IN, Routes, college
from app.kernel.work import Actor, Work
from app.people import queries, words
from app.people.actions import Action
from app.people.service import doors, importing

routes = Routes("people_api", __name__)

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


class TokenRequest(msgspec.Struct, forbid_unknown_fields=True):
    """User name and password, as on the sign-in page."""

    username: Name
    password: Secret


class TokenOpened(msgspec.Struct):
    """A bearer token, shown this once."""

    token: str
    expires_at: datetime


class TokenRow(msgspec.Struct):
    """One of one's own tokens, without its secret."""

    uid: UUID
    device: str
    created_at: datetime
    expires_at: datetime
    current: bool


class TokenList(msgspec.Struct):
    """All tokens in force; there are never more than a page."""

    items: list[TokenRow]
    next: str | None = None


@routes.post("/api/v1/tokens", allow=PUBLIC, body=TokenRequest, answers={201: TokenOpened}, csrf=False, own_work=True)
def create_token(actor: Actor, body: TokenRequest) -> tuple[TokenOpened, int]:
    """Open a token by user name and password. 401 when they are wrong, 429 with Retry-After when the door is shut."""
    opened = doors.open_token(college(), actor, body.username, body.password)
    assert opened.expires_at is not None  # tokens always end
    return TokenOpened(opened.token, opened.expires_at), 201


@routes.get("/api/v1/tokens", allow=SIGNED_IN, answers={200: TokenList})
def list_tokens(work: Work) -> TokenList:
    """One's own tokens in force."""
    return TokenList([TokenRow(row.uid, row.device, row.created_at, row.expires_at, row.is_this) for row in queries.tokens(work)])


class FindingRow(msgspec.Struct):
    """One thing wrong in one cell of the file."""

    row: int
    column: str
    code: str
    found: str
    expected: str
    error: bool
    text: str
    fix: str


class ImportReport(msgspec.Struct):
    """What an import found, and what it did (`done`) or would do."""

    dry_run: bool
    done: bool
    rows: int
    good: int
    bad: int
    created: int
    changed: int
    unchanged: int
    findings: list[FindingRow]
    more_findings: int


@routes.post("/api/v1/imports/people", allow=Action.IMPORT, answers={200: ImportReport}, own_work=True)
def import_people(actor: Actor) -> ImportReport:
    """Bring in the file of the multipart field `file`; `dry_run=1` changes nothing, `only_good=1` leaves out rows with errors.

    Rows with errors and no `only_good`: 422 `roll_has_errors` with the report, nothing changed.
    """
    file = request.files.get("file")
    if file is None:
        raise Invalid(_l("Choose a file first."), field="file")
    asked = {name: request.values.get(name, "") in ("1", "true") for name in ("dry_run", "only_good")}
    if asked["dry_run"]:
        return _told(importing.examine(college(), actor, file.stream), dry_run=True)
    try:
        return _told(importing.bring_in(college(), actor, file.stream, only_good=asked["only_good"]), dry_run=False)
    except importing.RollRefused as refusal:
        report = _told(importing.report_of(refusal), dry_run=False)
        raise importing.RollRefused(**msgspec.structs.asdict(report)) from refusal


def _told(report: importing.Report, *, dry_run: bool) -> ImportReport:
    """A report with its sentences in the reader's language."""
    rows = [FindingRow(**words.as_row(finding)) for finding in report.findings]
    return ImportReport(dry_run, report.done, report.rows, report.good, report.bad, report.created, report.changed, report.unchanged, rows,
                        report.more_findings)  # fmt: skip


@routes.delete("/api/v1/tokens/<uuid:uid>", allow=SIGNED_IN, answers={204: None})
def revoke_token(work: Work, uid: UUID) -> tuple[str, int]:
    """Revoke one of one's own tokens."""
    doors.revoke_token(work, uid)
    return "", 204
