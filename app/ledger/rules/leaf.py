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
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from types import MappingProxyType
from typing import NamedTuple

from app.kernel.quantity import STORED

VERSION = b"\x01"
LEAF_PREFIX = b"\x00"
GENESIS = bytes(32)
"""`prev_hash` of a person's first line: 64 zeros in hexadecimal."""
SALT_BYTES = 16
SEPARATOR = "\x1f"

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(value: object) -> bytes:
    """`value` as canonical JSON. Floats have no exact text and are refused with TypeError."""
    _refuse_floats(value)
    return _encode(value).encode("utf-8")


_EXACT = frozenset({str, int, bool, type(None)})


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical text")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError("keys of canonical JSON are strings")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            if type(item) not in _EXACT:
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


_NO_AXES: Mapping[str, str | int | bool] = MappingProxyType({})


class Line(NamedTuple):
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
    axes: Mapping[str, str | int | bool] = _NO_AXES


_LEAF = (
    '{"accounting_year":%d,"activity_key":%s,"axes":%s,"category":%s,"days":"%s","delivery":%s,"entry_kind":%s,"evidence":"%s",'
    '"framework":%s,"hours":"%s","nets":[%s],"occurred_from":"%s","occurred_to":"%s","off_post":%s,"overseas":%s,"person":%d,'
    '"personal":"%s","posted_at":"%s","prev_hash":"%s","reverses":%s,"rule_set_version":%s,"selection":%s,"seq":%d,"source_id":%s,'
    '"source_type":%s,"span_days":%d,"subject_kind":%s}'
)
"""The canonical JSON of a line with its keys in order; a test holds it to `canonical`."""


def leaf_bytes(line: Line) -> bytes:
    """The exact bytes of a line."""
    text = _LEAF % (
        line.accounting_year, _word(line.activity_key), canonical(dict(line.axes)).decode() if line.axes else "{}", _again(line.category),
        decimal_text(line.days), _again(line.delivery), _again(line.entry_kind), line.evidence.hex(), _again(line.framework),
        decimal_text(line.hours), ",".join(map(str, line.nets)), line.occurred_from.isoformat(), line.occurred_to.isoformat(),
        "true" if line.off_post else "false", "true" if line.overseas else "false", line.person, line.personal.hex(),
        moment_text(line.posted_at), line.prev_hash.hex(), "null" if line.reverses is None else line.reverses,
        _again(line.rule_set_version), _again(line.selection), line.seq, _word(line.source_id), _again(line.source_type), line.span_days,
        _again(line.subject_kind),
    )  # fmt: skip
    return VERSION + text.encode()


def _word(text: str | None) -> str:
    return "null" if text is None else quoted(text)


_again = lru_cache(maxsize=4096)(_word)
"""For texts of which there are few."""


def line_hash(leaf: bytes) -> bytes:
    """The hash of a line and its RFC 6962 leaf hash at once: SHA-256(0x00 ‖ leaf)."""
    return hashlib.sha256(LEAF_PREFIX + leaf).digest()


def personal_digest(salt: bytes, personal: Personal) -> bytes:
    """SHA-256(salt ‖ personal bytes); without the salt nobody can guess the fields back."""
    return hashlib.sha256(salt + personal_bytes(personal)).digest()


def personal_bytes(personal: Personal) -> bytes:
    """title, unit, unit_name, post, rank, certified_by, reason: UTF-8, joined by U+001F, which no field holds."""
    unit = "" if personal.unit is None else str(personal.unit)
    fields = (personal.title, unit, personal.unit_name, personal.post, personal.rank, personal.certified_by, personal.reason)
    joined = SEPARATOR.join(fields)
    if joined.count(SEPARATOR) != len(fields) - 1:
        raise ValueError("a field holds U+001F")
    return joined.encode()


def plain(text: str) -> bool:
    """Whether canonical JSON writes the text as it stands: no quote, backslash, control sign or lone surrogate."""
    return _ESCAPED.search(text) is None


def told(text: str) -> bool:
    """Whether the text may stand among the particulars: nothing that an engine cannot keep or that joins fields."""
    return _UNKEPT.search(text) is None


_ESCAPED = re.compile('[\x00-\x1f"\\\\\ud800-\udfff]')
_UNKEPT = re.compile("[\x00\x1f\ud800-\udfff]")


@lru_cache(maxsize=4096)
def decimal_text(value: Decimal) -> str:
    """Two decimals, a minus sign only before a figure that is not zero; more decimals are refused with ValueError."""
    exact = value.quantize(STORED)
    if exact != value:
        raise ValueError(f"{value} has more than two decimals")
    return f"{exact:f}" if exact else "0.00"


def moment_text(moment: datetime) -> str:
    """UTC with six decimals of a second: `2026-11-22T02:00:00.000000Z`."""
    moment = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"
