"""The ledger for programs (interfaces.md §4.3)."""

from __future__ import annotations

import base64
from datetime import datetime

import pytest

from app.ledger import queries
from app.ledger import service as ledger
from app.ledger.rules import tree
from app.ledger.rules.head import head_bytes
from app.ledger.service import keys
from tests import make
from tests.ledger.build import line, training


@pytest.fixture
def readers(app, work_as):
    """Two people whose requests are told apart by a bearer word, as `identify` would."""
    with work_as() as work:
        unit = make.unit(work)
        one, other = make.person(work, "李学", at=unit), make.person(work, "周外", at=unit)
    actors = {"one": make.actor(one), "other": make.actor(other)}
    app.extensions["identify"] = lambda work, credentials: actors.get(credentials.bearer)
    app.extensions["password_gate"] = lambda endpoint: None
    return one.id, other.id


@pytest.fixture
def ask(app, readers):
    """GET as somebody: (status, body)."""

    def get(path, who="one"):
        answer = app.test_client().get(path, headers={"Authorization": f"Bearer {who}"} if who else {})
        return answer.status_code, answer.get_json()

    return get


@pytest.fixture
def posted(work_as, readers):
    """Three lines and a reversal of the first person, one of the other; the first two sealed."""
    one, other = readers
    with work_as() as work:
        ledger.append(work, line(one, 1))
        ledger.append(work, training(one, 2))
    with work_as() as work:
        ledger.seal(work)
    with work_as() as work:
        ledger.reverse(work, one, 1, "代学")
        ledger.append(work, line(one, 3, accounting_year=2025))
        ledger.append(work, line(other, 1))
    return readers


def test_my_lines_have_every_promised_member(ask, posted):
    status, body = ask("/api/v1/me/ledger?year=2026")
    assert status == 200
    promised = {"entry", "seq", "index", "activity_key", "occurred_from", "occurred_to", "category", "hours", "days", "entry_kind",
                "reverses", "rule_set_version", "hash", "prev_hash"}  # fmt: skip
    assert [one["seq"] for one in body["entries"]] == [1, 2, 3]
    first, second, third = body["entries"]
    assert promised <= set(first)
    assert (first["entry"], first["index"], first["hours"], first["reverses"]) == (f"{posted[0]}-1", 0, "1.25", None)
    assert (second["hours"], second["days"], second["occurred_to"]) == ("40", "5", "2026-03-06")
    assert (third["entry_kind"], third["hours"], third["reverses"], third["index"]) == ("reversal", "-1.25", f"{posted[0]}-1", None)
    assert second["prev_hash"] == first["hash"]
    assert (body["totals"]["hours"], body["totals"]["days"], body["totals"]["lines"]) == ("40", "5", 3)
    assert body["totals"]["by_category"]["online_course"]["hours"] == "0"


def test_without_a_year_it_is_this_one_and_nobody_sees_the_lines_of_another(ask, posted):
    assert len(ask("/api/v1/me/ledger")[1]["entries"]) == 3
    assert len(ask("/api/v1/me/ledger?year=2025")[1]["entries"]) == 1
    assert [one["entry"] for one in ask("/api/v1/me/ledger", "other")[1]["entries"]] == [f"{posted[1]}-1"]
    assert ask("/api/v1/me/ledger?year=1999")[1]["entries"] == []


@pytest.mark.parametrize("year", ["x", "-1", "1e3", "9" * 17, "9007199254740993", "²", ""])
def test_a_year_that_is_no_number_is_refused(ask, posted, year):
    status, body = ask(f"/api/v1/me/ledger?year={year}")
    assert (status, body["code"]) == (422, "not_a_number")


def test_the_head_is_signed_and_public(ask, posted, college):
    status, body = ask("/api/v1/ledger/head", who=None)
    assert status == 200
    assert set(body) == {"size", "root", "signed_at", "key_id", "signature"}
    public = keys.public_keys(college.settings)[body["key_id"]]
    moment = datetime.fromisoformat(body["signed_at"])
    message = head_bytes(body["size"], bytes.fromhex(body["root"]), moment, body["key_id"])
    assert keys.signed_by(public, base64.b64decode(body["signature"]), message)


def test_before_the_first_seal_there_is_no_head(ask):
    status, body = ask("/api/v1/ledger/head", who=None)
    assert (status, body["code"]) == (404, "nothing_sealed_yet")


def test_a_proof_leads_from_my_line_to_the_signed_root(ask, posted):
    head = ask("/api/v1/ledger/head")[1]
    lines = ask("/api/v1/me/ledger")[1]["entries"]
    for one in lines[:2]:
        status, proof = ask(f"/api/v1/ledger/proofs/{one['entry']}?size={head['size']}")
        assert status == 200
        assert (proof["leaf_hash"], proof["index"], proof["size"]) == (one["hash"], one["index"], head["size"])
        path = [bytes.fromhex(step) for step in proof["path"]]
        assert tree.inclusion_holds(bytes.fromhex(one["hash"]), proof["index"], proof["size"], path, bytes.fromhex(head["root"]))


def test_proofs_are_for_the_owner_and_for_lines_that_are_sealed(ask, posted):
    one = posted[0]
    assert ask(f"/api/v1/ledger/proofs/{one}-1", who=None)[0] == 401
    assert ask(f"/api/v1/ledger/proofs/{one}-1", who="other")[0] == 404
    status, body = ask(f"/api/v1/ledger/proofs/{one}-3")
    assert (status, body["code"]) == (409, "not_sealed_yet")
    status, body = ask(f"/api/v1/ledger/proofs/{one}-1?size=3")
    assert (status, body["code"]) == (422, "no_such_tree_size")
    for wrong in ("x", f"{one}", f"{one}-", "-1", f"{one}-1-1", "99999999999-1", f"{one}-99", "²-1"):
        assert ask(f"/api/v1/ledger/proofs/{wrong}")[0] == 404, wrong


def test_consistency_between_any_two_sizes(ask, posted, work_as):
    with work_as() as work:
        ledger.seal(work)
    with work_as(write=False) as work:
        size = queries.sealed_size(work)
    status, body = ask(f"/api/v1/ledger/consistency?from=2&to={size}", who=None)
    assert status == 200
    assert all(len(step) == 64 for step in body["path"])
    assert ask("/api/v1/ledger/consistency?from=0&to=2", who=None)[1] == {"path": []}
    for wrong in ("from=3&to=2", f"from=0&to={size + 1}"):
        assert ask(f"/api/v1/ledger/consistency?{wrong}", who=None)[1]["code"] == "no_such_tree_size"
    for wrong in ("", "from=1", "to=1", "from=a&to=2", "from=-1&to=2"):
        assert ask(f"/api/v1/ledger/consistency?{wrong}", who=None)[1]["code"] == "not_a_number"
