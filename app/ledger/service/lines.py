"""A line before it is posted, and the rows it becomes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter, le
from typing import Any

from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _l
from app.kernel.quantity import STORED
from app.ledger.rules.leaf import GENESIS, SALT_BYTES, Line, Personal, leaf_bytes, line_hash, personal_digest, plain, told
from app.ledger.rules.posting import ZERO, EntryKind, Wrong, axes_wrong, dates_wrong, figures_wrong

TEXT_LIMITS = {
    "title": 300, "source_type": 32, "source_id": 100, "activity_key": 200, "rule_set_version": 64, "delivery": 16,
    "certified_by": 200, "reason": 1000,
}  # fmt: skip
PLAIN = ("source_type", "source_id", "activity_key", "rule_set_version", "delivery")
"""Texts that are hashed as they stand: letters of any script, but nothing that JSON would escape."""
NEEDED = ("source_type", "source_id", "rule_set_version")
_ORDER = (*PLAIN, *(name for name in TEXT_LIMITS if name not in PLAIN))
_LIMITS, _PLAIN = [TEXT_LIMITS[name] for name in _ORDER], len(PLAIN)
_texts, _needed = attrgetter(*_ORDER), attrgetter(*NEEDED)


class BadLine(Invalid):
    """A value that no line may have; `field` and `why` say which and how."""

    code, text = "bad_ledger_line", _l("The ledger cannot take this line: %(field)s %(why)s.")


class AlreadyCredited(Conflict):
    """The activity stands in the ledger already; it counts once (INV-I13)."""

    code, text = "already_credited", _l("This activity is already in the ledger, in line %(seq)s.")


class NoFreeDay(Conflict):
    """The dates of the activity are used up by other training: one training day a date at most."""

    code, text = "no_free_training_day", _l("These dates are already taken by other training; a date counts as one training day at most.")


class ReasonNeeded(Invalid):
    """Taking back or adjusting needs a reason, which the person reads."""

    code, text = "reason_needed", _l("Please give a reason; the person will read it.")


@dataclass(frozen=True)
class Place:
    """Where the person served when the activity ended: 时任单位及职务."""

    unit_id: int | None = None
    unit_name: str = ""
    post: str = ""
    rank_level: str = ""


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """What is to be posted. Gross figures; without `place` the person's own on `occurred_to` is taken."""

    person_id: int
    category: str
    hours: Decimal
    occurred_from: date
    occurred_to: date
    source_type: str
    source_id: str
    title: str
    rule_set_version: str
    evidence: bytes
    activity_key: str | None = None
    days: Decimal = ZERO
    span_days: int = 0
    accounting_year: int | None = None
    framework: str | None = None
    subject_kind: str | None = None
    selection: str | None = None
    delivery: str | None = None
    off_post: bool = False
    overseas: bool = False
    nets: tuple[int, ...] = ()
    axes: Mapping[str, str | int | bool] = field(default_factory=dict)
    certified_by: str = ""
    reason: str = ""
    place: Place | None = None
    posted_at: datetime | None = None
    salt: bytes | None = None
    """By chance, unless a loader of invented people gives one so that the same city has the same hashes."""


@dataclass
class End:
    """The end of a chain while lines are added to it."""

    seq: int = 0
    hash: bytes = GENESIS
    posted_at: datetime | None = None


def year_of(new: NewLine) -> int:
    """The year the line belongs to: the one named, else that of its last day (`attribution: completion`)."""
    return new.accounting_year or new.occurred_to.year


def check(new: NewLine, kind: EntryKind) -> None:
    """Refuse by name what no line of this kind may be."""
    closed = {"category": new.category, "framework": new.framework, "subject_kind": new.subject_kind, "selection": new.selection}
    wrong = (
        figures_wrong(kind, new.hours, new.days, new.span_days)
        or axes_wrong(closed, new.axes)
        or dates_wrong(new.occurred_from, new.occurred_to, new.days)
        or _texts_wrong(new)
    )
    if wrong is None and kind is EntryKind.CREDIT and not new.activity_key:
        wrong = Wrong("activity_key", "missing")
    if wrong is None and len(new.evidence) != 32:
        wrong = Wrong("evidence", "not_a_digest")
    if wrong is None and new.salt is not None and len(new.salt) != SALT_BYTES:
        wrong = Wrong("salt", "not_a_salt")
    if wrong:
        raise BadLine(field=wrong.field, why=wrong.why)


def _texts_wrong(new: NewLine) -> Wrong | None:
    """Texts fit their columns; those that stand in the leaf need no escaping, the others cannot blur their borders."""
    texts = [text or "" for text in _texts(new)]
    if all(map(le, map(len, texts), _LIMITS)) and plain("".join(texts[:_PLAIN])) and told("".join(texts[_PLAIN:])) and all(_needed(new)):
        return None
    for name, limit in TEXT_LIMITS.items():
        value = getattr(new, name) or ""
        if len(value) > limit:
            return Wrong(name, "too_long")
        if (name in PLAIN and not plain(value)) or (name not in PLAIN and not told(value)):
            return Wrong(name, "not_plain_text")
    for name in NEEDED:
        if not getattr(new, name):
            return Wrong(name, "missing")
    return None


_COLUMNS = Line._fields[1:]
"""All but the person, who stands first."""


def rows(end: End, new: NewLine, kind: EntryKind, now: datetime, *, reverses: int | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows of the line that follows `end`, which moves on. Times never run backwards in a chain."""
    place = new.place or Place()
    if not all(map(told, (place.unit_name, place.post, place.rank_level))):
        raise BadLine(field="place", why="not_plain_text")
    personal = Personal(new.title, place.unit_id, place.unit_name, place.post, place.rank_level, new.certified_by, new.reason)
    salt = new.salt or secrets.token_bytes(SALT_BYTES)
    moment = min(new.posted_at or now, now)
    line = Line(
        person=new.person_id, seq=end.seq + 1, accounting_year=year_of(new), occurred_from=new.occurred_from,
        occurred_to=new.occurred_to, posted_at=max(moment, end.posted_at or moment), entry_kind=str(kind), category=str(new.category),
        hours=new.hours.quantize(STORED), days=new.days.quantize(STORED), span_days=new.span_days, source_type=new.source_type,
        source_id=new.source_id, rule_set_version=new.rule_set_version, evidence=new.evidence, personal=personal_digest(salt, personal),
        prev_hash=end.hash, activity_key=new.activity_key, reverses=reverses, framework=new.framework, subject_kind=new.subject_kind,
        selection=new.selection, delivery=new.delivery, off_post=new.off_post, overseas=new.overseas, nets=new.nets, axes=dict(new.axes),
    )  # fmt: skip
    made = line_hash(leaf_bytes(line))
    entry: dict[str, Any] = dict(zip(_COLUMNS, line[1:], strict=True))
    entry |= {"person_id": new.person_id, "nets": list(line.nets), "unit_id": place.unit_id, "rank_level": place.rank_level, "hash": made}
    beside = {
        "person_id": new.person_id, "seq": line.seq, "salt": salt, "title": new.title, "unit_name": place.unit_name, "post": place.post,
        "certified_by": new.certified_by, "reason": new.reason, "erased_at": None,
    }  # fmt: skip
    end.seq, end.hash, end.posted_at = line.seq, made, line.posted_at
    return entry, beside
