"""For programs: tokens and imports (interfaces.md §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from app.kernel.web import PUBLIC, SIGNED_IN, Routes, college
from app.kernel.work import Actor, Work
from app.people import queries
from app.people.service import doors

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


@routes.delete("/api/v1/tokens/<uuid:uid>", allow=SIGNED_IN, answers={204: None})
def revoke_token(work: Work, uid: UUID) -> tuple[str, int]:
    """Revoke one of one's own tokens."""
    doors.revoke_token(work, uid)
    return "", 204
