"""The permanent bytes of a line: one golden leaf, one encoder against the other, one digest that tells nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.rules.head import head_bytes, key_id
from app.ledger.rules.leaf import (
    GENESIS,
    Line,
    Personal,
    canonical,
    decimal_text,
    leaf_bytes,
    line_hash,
    moment_text,
    personal_bytes,
    personal_digest,
    plain,
    told,
)

FIRST = Line(
    person=7,
    seq=1,
    accounting_year=2026,
    occurred_from=date(2026, 11, 20),
    occurred_to=date(2026, 11, 22),
    posted_at=datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
    entry_kind="credit",
    category="online_course",
    hours=Decimal("1"),
    days=Decimal("0"),
    span_days=0,
    source_type="course",
    source_id="0193f2a0-1111-7000-8000-000000000001",
    rule_set_version="demo@1",
    evidence=bytes(range(32)),
    personal=bytes(range(32, 64)),
    prev_hash=GENESIS,
    activity_key="course:0193f2a0-1111-7000-8000-000000000001@1:2023-2027",
    framework="competence",
    selection="elective",
    delivery="online",
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)

GOLDEN = (
    b'\x01{"accounting_year":2026,"activity_key":"course:0193f2a0-1111-7000-8000-000000000001@1:2023-2027","axes":{},'
    b'"category":"online_course","days":"0.00","delivery":"online","entry_kind":"credit",'
    b'"evidence":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f","framework":"competence",'
    b'"hours":"1.00","nets":[],"occurred_from":"2026-11-20","occurred_to":"2026-11-22","off_post":false,'
    b'"overseas":false,"person":7,"personal":"202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",'
    b'"posted_at":"2026-11-22T02:00:00.000000Z",'
    b'"prev_hash":"0000000000000000000000000000000000000000000000000000000000000000","reverses":null,'
    b'"rule_set_version":"demo@1","selection":"elective","seq":1,'
    b'"source_id":"0193f2a0-1111-7000-8000-000000000001","source_type":"course","span_days":0,"subject_kind":null}'
)


def test_the_bytes_of_a_line_never_change():
    """A change here breaks every ledger in use: add a new version byte instead (decisions 21)."""
    assert leaf_bytes(FIRST) == GOLDEN
    assert line_hash(GOLDEN).hex() == "717a990cd4507543c5e4d16da214b87cf411dc1e749a26ebd526d57fa2e0f481"


def test_the_hash_is_the_leaf_hash_of_rfc_6962():
    assert line_hash(GOLDEN) == hashlib.sha256(b"\x00" + GOLDEN).digest()


@given(TEXT, TEXT, st.booleans(), st.decimals(-99999, 99999, places=2), st.lists(st.integers(1, 999), max_size=3))
def test_the_bytes_are_canonical_json_whatever_the_values(key, source, flag, hours, nets):
    line = FIRST._replace(
        activity_key=key,
        source_id=source,
        off_post=flag,
        hours=hours,
        nets=tuple(nets),
        axes={"result": key, "level": 2, "mandatory": flag},
    )
    leaf = leaf_bytes(line)
    told_by_json = json.loads(leaf[1:])
    assert leaf == b"\x01" + canonical(told_by_json)
    assert (told_by_json["activity_key"], told_by_json["source_id"], told_by_json["nets"]) == (key, source, nets)
    assert told_by_json["axes"] == {"result": key, "level": 2, "mandatory": flag}
    assert (Decimal(told_by_json["hours"]), told_by_json["off_post"]) == (hours, flag)


def test_every_field_is_hashed():
    """The negative control: no field can change without another hash."""
    others = {
        "person": 8, "seq": 2, "accounting_year": 2025, "occurred_from": date(2026, 11, 19), "entry_kind": "adjustment",
        "occurred_to": date(2026, 11, 23), "posted_at": FIRST.posted_at + timedelta(microseconds=1), "category": "exam",
        "hours": Decimal("1.01"), "days": Decimal("0.01"), "span_days": 1, "source_type": "claim", "source_id": "x",
        "rule_set_version": "demo@2", "evidence": bytes(32), "personal": bytes(32), "prev_hash": bytes([1] * 32),
        "activity_key": None, "reverses": 1, "framework": None, "subject_kind": "public", "selection": None,
        "delivery": None, "off_post": True, "overseas": True, "nets": (1,), "axes": {"class_type": "induction"},
    }  # fmt: skip
    assert set(others) == set(Line._fields)
    hashes = {line_hash(leaf_bytes(FIRST._replace(**{name: value}))) for name, value in others.items()}
    assert len(hashes) == len(others)
    assert line_hash(GOLDEN) not in hashes


@given(TEXT, TEXT, TEXT, st.none() | st.integers(1, 2**53))
def test_no_two_particulars_have_the_same_bytes(title, post, reason, unit):
    first = Personal(title=title, unit=unit, unit_name=title, post=post, rank="division", reason=reason)
    if not all(map(told, (title, post, reason))):
        return
    parts = personal_bytes(first).decode().split("\x1f")
    assert parts == [title, "" if unit is None else str(unit), title, post, "division", "", reason]


def test_a_field_that_could_blur_its_border_is_refused():
    with pytest.raises(ValueError, match="001F"):
        personal_bytes(Personal(title="a\x1fb"))


@given(TEXT)
def test_plain_texts_are_those_that_json_does_not_escape(text):
    assert plain(text) == (canonical(text).decode() == f'"{text}"')


def test_the_same_person_has_another_digest_under_another_salt():
    personal = Personal(title="领导沟通技巧", post="处长")
    assert personal_digest(bytes(16), personal) != personal_digest(bytes([1] * 16), personal)
    assert personal_digest(bytes(16), personal) != personal_digest(bytes(16), replace(personal, post="科长"))


@pytest.mark.parametrize("value", [1.0, {"a": [1.5]}, [float("nan")], {"deep": {"er": (2.0,)}}, {1: "x"}])
def test_what_has_no_exact_text_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize(("value", "text"), [("1", "1.00"), ("-0.25", "-0.25"), ("-0", "0.00"), ("0.5", "0.50"), ("1E+2", "100.00")])
def test_decimals_have_two_places(value, text):
    assert decimal_text(Decimal(value)) == text


def test_a_decimal_with_more_places_is_refused_and_not_rounded():
    with pytest.raises(ValueError, match="more than two"):
        decimal_text(Decimal("0.005"))


def test_a_moment_is_written_in_utc_whatever_its_zone():
    shanghai = timezone(timedelta(hours=8))
    assert moment_text(datetime(2026, 11, 22, 10, 0, 0, 5, tzinfo=shanghai)) == "2026-11-22T02:00:00.000005Z"


def test_a_signed_head_is_never_a_leaf_or_a_node():
    moment = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    signed = head_bytes(3, bytes(32), moment, key_id(bytes(32)))
    assert signed[:1] == b"\x02"
    assert json.loads(signed[1:]) == {
        "key_id": "66687aadf862bd77", "root": "0" * 64, "signed_at": "2026-11-22T02:00:00.000000Z", "size": 3,
    }  # fmt: skip
