"""`Idempotency-Key`: the same key and body give the same answer again; another body is a conflict (decisions 27)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import LargeBinary, PrimaryKeyConstraint, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model
from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _l
from app.kernel.work import Work

KEPT = timedelta(days=30)


class KeyReused(Conflict):
    """The key was used before with another body."""

    code, text = "idempotency_mismatch", _l("This Idempotency-Key was used before with a different request.")


class KeyInUse(Conflict):
    """Another request with the same key is being answered in this moment; its answer can be had by asking again."""

    code, text = "idempotency_in_progress", _l("The same request is being answered right now. Please ask again.")


class StoredAnswer(Model):
    """The first answer given under a key. Written in the transaction of its effect; pruned after 30 days."""

    __tablename__ = "kernel_stored_answer"
    __table_args__ = (PrimaryKeyConstraint("person_id", "key"),)

    person_id: Mapped[int] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(String(255))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    mimetype: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime]


@dataclass(frozen=True)
class Again:
    """Of an answer that may not be read for ever, only the member is kept that names what was made; `read` reads that anew."""

    member: str
    read: Callable[[Work, str], Any]


def once(
    work: Work,
    endpoint: Any,
    raw: bytes,
    act: Callable[[], ResponseReturnValue],
    again: Again | None = None,
    answer_of: Callable[[Any], ResponseReturnValue] = Response,
) -> ResponseReturnValue:
    """Do `act`, or repeat the answer it gave under the same key; with `again` it is read anew, and what may not be read is refused.

    Refusals are not kept: nothing was changed.
    """
    key = request.headers.get("Idempotency-Key", "") if endpoint.creates else ""
    if not key or work.actor.person_id is None:
        return act()
    if len(key) > 255 or not key.isprintable():
        raise Invalid(_l("The Idempotency-Key must be at most 255 printable characters."), field="Idempotency-Key")
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + raw).hexdigest()
    found = work.session.execute(
        select(StoredAnswer).where(StoredAnswer.person_id == work.actor.person_id, StoredAnswer.key == key)
    ).scalar_one_or_none()
    if found is not None:
        if found.request_hash != digest:
            raise KeyReused()
        if again is not None:
            return answer_of((again.read(work, json.loads(found.body)[again.member]), found.status))
        return Response(found.body, found.status, mimetype=found.mimetype)
    answer = act()
    assert isinstance(answer, Response)
    kept = answer.get_data()
    if again is not None:
        kept = json.dumps({again.member: json.loads(kept)[again.member]}).encode()
    work.session.add(
        StoredAnswer(person_id=work.actor.person_id, key=key, request_hash=digest, status=answer.status_code,
                     mimetype=answer.mimetype or "application/json", body=kept, stored_at=work.now)
    )  # fmt: skip
    try:
        work.session.flush()
    except IntegrityError as error:
        raise KeyInUse() from error
    return answer


def prune(work: Work) -> None:
    """Forget answers older than 30 days."""
    work.session.execute(delete(StoredAnswer).where(StoredAnswer.stored_at < work.now - KEPT))
