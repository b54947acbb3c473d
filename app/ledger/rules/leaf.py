"""The bytes of a line, permanent from the first one (decisions 21). Pure.

`leaf` is the version byte 0x01 followed by canonical JSON: keys sorted by code point, UTF-8, no spaces, decimals as
strings with two places, moments with six decimals of a second and `Z`. `hash` is SHA-256(0x00 ‖ leaf), which is also
the leaf hash of RFC 6962. The leaf holds `prev_hash`, so the lines of one person form a chain.

What tells about the person beyond a number (title of the activity, unit, post, rank, certifier, reason) stands in the
leaf only as `personal`: one salted digest. The values live beside the chain and can be erased with their salt without
breaking any proof; a reader of an export learns nothing from the digest (个人信息保护法 47, integrity.md §0.5).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring as quoted

VERSION = b"\x01"
LEAF_PREFIX = b"\x00"
GENESIS = bytes(32)
"""`prev_hash` of a person's first line: 64 zeros in hexadecimal."""
SALT_BYTES = 16

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(value: object) -> bytes:
    """`value` as canonical JSON. Floats have no exact text and are refused with TypeError."""
    _refuse_floats(value)
    return _encode(value).encode("utf-8")


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical text")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("keys of canonical JSON are strings")
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


@dataclass(frozen=True, slots=True)
class Personal:
    """What a line tells about the person beyond the number: kept beside the chain, in the leaf as one digest."""

    title: str = ""
    unit: int | None = None
    unit_name: str = ""
    post: str = ""
    rank: str = ""
    certified_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with every axis that is hashed. Signed figures; `hours` and `days` have two decimals."""

    person: int
    seq: int
    accounting_year: int
    occurred_from: date
    occurred_to: date
    posted_at: datetime
    entry_kind: str
    category: str
    hours: Decimal
    days: Decimal
    span_days: int
    source_type: str
    source_id: str
    rule_set_version: str
    evidence: bytes
    personal: bytes
    prev_hash: bytes
    activity_key: str | None = None
    reverses: int | None = None
    framework: str | None = None
    subject_kind: str | None = None
    selection: str | None = None
    delivery: str | None = None
    off_post: bool = False
    overseas: bool = False
    nets: tuple[int, ...] = ()
    axes: Mapping[str, str | int | bool] = field(default_factory=dict)


def leaf_bytes(line: Line) -> bytes:
    """The exact bytes of a line. The reference: `quick_leaf` must give the same from stored texts."""
    return VERSION + canonical(
        {
            "accounting_year": line.accounting_year,
            "activity_key": line.activity_key,
            "axes": dict(line.axes),
            "category": line.category,
            "days": decimal_text(line.days),
            "delivery": line.delivery,
            "entry_kind": line.entry_kind,
            "evidence": line.evidence.hex(),
            "framework": line.framework,
            "hours": decimal_text(line.hours),
            "nets": list(line.nets),
            "occurred_from": line.occurred_from.isoformat(),
            "occurred_to": line.occurred_to.isoformat(),
            "off_post": line.off_post,
            "overseas": line.overseas,
            "person": line.person,
            "personal": line.personal.hex(),
            "posted_at": moment_text(line.posted_at),
            "prev_hash": line.prev_hash.hex(),
            "reverses": line.reverses,
            "rule_set_version": line.rule_set_version,
            "selection": line.selection,
            "seq": line.seq,
            "source_id": line.source_id,
            "source_type": line.source_type,
            "span_days": line.span_days,
            "subject_kind": line.subject_kind,
        }
    )


def line_hash(leaf: bytes) -> bytes:
    """The hash of a line and its RFC 6962 leaf hash at once: SHA-256(0x00 ‖ leaf)."""
    return hashlib.sha256(LEAF_PREFIX + leaf).digest()


def personal_digest(salt: bytes, personal: Personal) -> bytes:
    """SHA-256(salt ‖ canonical JSON of the personal fields); without the salt nobody can guess them back."""
    return hashlib.sha256(salt + personal_bytes(personal)).digest()


def personal_bytes(personal: Personal) -> bytes:
    """The canonical JSON of the personal fields, keys sorted."""
    return (
        f'{{"certified_by":{quoted(personal.certified_by)},"post":{quoted(personal.post)},'
        f'"rank":{quoted(personal.rank)},"reason":{quoted(personal.reason)},"title":{quoted(personal.title)},'
        f'"unit":{"null" if personal.unit is None else personal.unit},"unit_name":{quoted(personal.unit_name)}}}'
    ).encode()


def decimal_text(value: Decimal) -> str:
    """Two decimals, a minus sign only before a figure that is not zero; more decimals are refused with ValueError."""
    exact = value.quantize(Decimal("0.01"))
    if exact != value:
        raise ValueError(f"{value} has more than two decimals")
    return f"{abs(exact) if exact == 0 else exact:f}"


def moment_text(moment: datetime) -> str:
    """UTC with six decimals of a second: `2026-11-22T02:00:00.000000Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


QUICK = (
    '{"accounting_year":%s,"activity_key":%s,"axes":%s,"category":"%s","days":"%s","delivery":%s,"entry_kind":"%s",'
    '"evidence":"%s","framework":%s,"hours":"%s","nets":%s,"occurred_from":"%s","occurred_to":"%s","off_post":%s,'
    '"overseas":%s,"person":%s,"personal":"%s","posted_at":"%s","prev_hash":"%s","reverses":%s,'
    '"rule_set_version":%s,"selection":%s,"seq":%s,"source_id":%s,"source_type":"%s","span_days":%s,"subject_kind":%s}'
)
"""The same JSON as a template over texts that are already in canonical form; a fifth of the encoder's time."""


def quick_leaf(texts: tuple[object, ...]) -> bytes:
    """The leaf from the 27 canonical texts of QUICK, in its order (PERF-G10)."""
    return VERSION + (QUICK % texts).encode()
