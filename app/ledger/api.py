"""The ledger for programs: one's own lines, signed heads, proofs (interfaces.md §4.3)."""

from __future__ import annotations

import base64
from typing import Annotated

import msgspec
from flask import request

from app.kernel.clock import civil
from app.kernel.errors import Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.quantity import hours_text
from app.kernel.web import PUBLIC, SIGNED_IN, Routes
from app.kernel.work import Work
from app.ledger import queries
from app.ledger.actions import Action
from app.ledger.rules.leaf import moment_text
from app.people import queries as people

routes = Routes("ledger_api", __name__)
LARGEST = 2**53


class NotAnInteger(Invalid):
    """A parameter that must be a whole number."""

    code, text = "not_a_number", _l("%(field)s must be a whole number between 0 and %(largest)s.")


class NothingSealed(NotFound):
    """No head was signed yet."""

    code, text = "nothing_sealed_yet", _l("Nothing is sealed yet.")


class Entry(msgspec.Struct):
    """One line. `index` is its place in the sealed tree, null until the next seal."""

    entry: str
    seq: int
    index: int | None
    activity_key: str | None
    title: str
    occurred_from: str
    occurred_to: str
    posted_at: str
    category: str
    framework: str | None
    hours: str
    days: str
    span_days: int
    entry_kind: str
    reverses: str | None
    rule_set_version: str
    unit: str
    post: str
    rank: str
    certified_by: str
    reason: str
    hash: str
    prev_hash: str


class Figures(msgspec.Struct):
    """Signed sums: a reversal cancels its line."""

    hours: str
    days: str
    span_days: int
    lines: int


class YearTotals(Figures):
    """The sums of a year, whole and by category."""

    by_category: dict[str, Figures]


class Entries(msgspec.Struct):
    """The lines of one accounting year, oldest first."""

    year: int
    entries: list[Entry]
    totals: YearTotals


class Head(msgspec.Struct):
    """A signed head: RFC 6962 tree hash of `size` lines, Ed25519 over the bytes of format.md."""

    size: int
    root: str
    signed_at: str
    key_id: str
    signature: str


class Inclusion(msgspec.Struct):
    """That `leaf_hash` is leaf `index` of the tree of `size` lines."""

    leaf_hash: str
    index: int
    size: int
    path: list[str]


class Consistency(msgspec.Struct):
    """That the smaller tree is the beginning of the greater one."""

    path: list[str]


@routes.get("/api/v1/me/ledger", allow=SIGNED_IN, answers={200: Entries})
def my_lines(work: Work) -> Entries:
    """My lines of a year, with their totals."""
    year = _whole("year", default=civil(work.now).year)
    lines = queries.lines(work, work.person_id, year)
    places = queries.indexes_of(work, work.person_id, (line.seq for line in lines))
    return Entries(year, [_entry(line, places.get(line.seq)) for line in lines], _totals(queries.totals(lines)))


@routes.get("/api/v1/ledger/head", allow=PUBLIC, answers={200: Head})
def newest_head(work: Work) -> Head:
    """The newest signed head; it names nobody, and whoever keeps it can hold the ledger to it."""
    head = queries.head(work)
    if head is None:
        raise NothingSealed()
    return Head(head.size, head.root.hex(), moment_text(head.signed_at), head.key_id, base64.b64encode(head.signature).decode())


@routes.get("/api/v1/ledger/proofs/<entry>", allow=SIGNED_IN, answers={200: Inclusion})
def inclusion_proof(work: Work, entry: str) -> Inclusion:
    """That a line of mine, or of somebody in my scope, is in the sealed tree."""
    person_id, seq = _split(entry)
    if person_id != work.person_id and not people.may_over(work, Action.SEE, person_id):
        raise NotFound()
    size = _whole("size", default=-1)
    proof = queries.inclusion(work, person_id, seq, None if size < 0 else size)
    return Inclusion(proof.leaf_hash.hex(), proof.index, proof.size, [step.hex() for step in proof.path])


@routes.get("/api/v1/ledger/consistency", allow=PUBLIC, answers={200: Consistency})
def consistency_proof(work: Work) -> Consistency:
    """That the tree of `from` lines is the beginning of the tree of `to`."""
    return Consistency([step.hex() for step in queries.consistency(work, _whole("from"), _whole("to"))])


def _entry(line: queries.PostedLine, index: int | None) -> Entry:
    return Entry(
        line.entry, line.seq, index, line.activity_key, line.title, line.occurred_from.isoformat(), line.occurred_to.isoformat(),
        moment_text(line.posted_at), line.category, line.framework, hours_text(line.hours), hours_text(line.days), line.span_days,
        line.entry_kind, f"{line.person_id}-{line.reverses}" if line.reverses else None, line.rule_set_version, line.unit_name, line.post,
        line.rank_level, line.certified_by, line.reason, line.hash, line.prev_hash,
    )  # fmt: skip


def _totals(found: queries.Totals) -> YearTotals:
    parts = {category: Figures(*_figures(one)) for category, one in sorted(found.by_category.items())}
    return YearTotals(*_figures(found.whole), parts)


def _figures(one: queries.Sum) -> tuple[str, str, int, int]:
    return hours_text(one.hours), hours_text(one.days), one.span_days, one.lines


def _split(entry: str) -> tuple[int, int]:
    """Person and place of an entry's name; NotFound for what names none."""
    person, _dash, seq = entry.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 10 for part in (person, seq)):
        raise NotFound()
    return int(person), int(seq)


def _whole(name: str, *, default: Annotated[int | None, "none: it is required"] = None) -> int:
    """A parameter of the address as a whole number within bounds."""
    text = request.args.get(name)
    if text is None and default is not None:
        return default
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 16 or int(text) > LARGEST:
        raise NotAnInteger(field=name, largest=LARGEST)
    return int(text)
