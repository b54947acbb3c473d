"""The export, and the verifier that shares no code with us: every change of a byte or a row is found and named."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger import service as ledger
from app.ledger.service import exporting
from tests.ledger.build import history, line, people, training
from tools import verify_ledger

TOOL = Path(verify_ledger.__file__)


@pytest.fixture
def exported(work_as, tmp_path):
    """A college of seven people, sealed twice, with one line that waits."""
    with work_as() as work:
        persons = people(work, 7)
        history(work, persons)
        ledger.append(
            work,
            training(persons[0].id, 50, subject_kind="public", axes={"class_type": "induction"}, activity_key="ext:深人社〔2026〕1 号"),
        )
    with work_as() as work:
        ledger.seal(work)
    with work_as() as work:
        ledger.append(work, line(persons[2].id, 60))
        ledger.adjust(work, line(persons[2].id, 61, hours=-line(1).hours, activity_key=None), "核减")
    with work_as() as work:
        ledger.seal(work)
    with work_as() as work:
        ledger.append(work, line(persons[6].id, 70))
    with work_as(write=False) as work:
        done = exporting.export(work, tmp_path / "out")
    assert (done.lines, done.heads) == (35, 2)
    return tmp_path / "out"


def verdict(folder, *more):
    """(exit status, what it says), in a process of its own without our packages."""
    done = subprocess.run([sys.executable, "-I", "-S", str(TOOL), str(folder), *more], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def rows(folder):
    return (folder / "lines.jsonl").read_bytes().splitlines(keepends=True)


def write(folder, lines):
    (folder / "lines.jsonl").write_bytes(b"".join(lines))


def test_an_honest_export_verifies_without_our_code(exported):
    assert verdict(exported) == (0, "OK 35 lines of 7 people, 34 sealed under 2 signed heads\n")


def test_the_files_are_as_promised(exported):
    """interfaces.md §6."""
    assert {path.name for path in exported.iterdir()} == {"lines.jsonl", "heads.jsonl", "keys.json", "format.md"}
    for number, text in enumerate(rows(exported)):
        row = json.loads(text)
        leaf = base64.b64decode(row["leaf"])
        assert row["hash"] == hashlib.sha256(b"\x00" + leaf).hexdigest()
        assert json.loads(leaf[1:])["prev_hash"] == row["prev_hash"]
        assert row["index"] == (number if number < 34 else None)
        assert "李学" not in text.decode() + leaf.decode()
        assert "领导沟通" not in leaf.decode()


def test_the_verifier_imports_the_standard_library_only():
    names = set()
    for node in ast.walk(ast.parse(TOOL.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.split(".")[0])
    assert names <= set(sys.stdlib_module_names)


def found(folder):
    """What the verifier says first, run in this process for speed."""
    try:
        verify_ledger.check(folder, {}, {})
    except verify_ledger.Wrong as wrong:
        return str(wrong)
    return None


def test_every_random_edit_of_a_byte_is_found_in_its_row(exported):
    """INV-I14, goal G18 in small: no byte of lines.jsonl can change unseen, and the first bad row is named."""
    spare, good = random.Random(11), rows(exported)
    for _ in range(300):
        number = spare.randrange(len(good))
        text = bytearray(good[number])
        place = spare.randrange(len(text))
        text[place] ^= 1 << spare.randrange(8)
        write(exported, [*good[:number], bytes(text), *good[number + 1 :]])
        said = found(exported)
        assert said is not None, (number, place)
        assert f"row {number + 1}" in said or b"\n" in text[:-1] or text[-1:] != b"\n", said
    write(exported, good)
    assert found(exported) is None


def test_every_random_removal_of_a_sealed_row_is_found(exported):
    spare, good = random.Random(12), rows(exported)
    for number in spare.sample(range(34), 20):
        write(exported, [*good[:number], *good[number + 1 :]])
        said = found(exported)
        assert said is not None
        assert f"row {number + 1}" in said or "head of" in said or "missing" in said


def test_every_random_swap_of_rows_is_found(exported):
    spare, good = random.Random(13), rows(exported)
    for _ in range(40):
        first, second = sorted(spare.sample(range(len(good)), 2))
        changed = [*good]
        changed[first], changed[second] = changed[second], changed[first]
        write(exported, changed)
        assert f"row {first + 1} " in found(exported)


def test_a_row_twice_is_found(exported):
    good = rows(exported)
    for number in (0, 10, 34):
        write(exported, [*good[: number + 1], good[number], *good[number + 1 :]])
        assert f"row {number + 2} " in found(exported)


def forged(row_text, **change):
    """A row with other content, hashed anew as a forger would."""
    row = json.loads(row_text)
    leaf = json.loads(base64.b64decode(row["leaf"])[1:]) | change
    text = b"\x01" + verify_ledger.canonical(leaf)
    row |= {"leaf": base64.b64encode(text).decode(), "hash": hashlib.sha256(b"\x00" + text).hexdigest(), "prev_hash": leaf["prev_hash"],
            "seq": leaf["seq"], "person": leaf["person"], "entry": f"{leaf['person']}-{leaf['seq']}"}  # fmt: skip
    return verify_ledger.canonical(row) + b"\n"


def test_a_row_hashed_anew_breaks_its_chain_or_the_signed_root(exported):
    good = rows(exported)
    write(exported, [forged(good[0], hours="99.00"), *good[1:]])
    assert "row 2 " in found(exported)
    last_of_a_chain = 33
    write(exported, [*good[:last_of_a_chain], forged(good[last_of_a_chain], hours="99.00"), *good[last_of_a_chain + 1 :]])
    assert found(exported) == "head of 34 lines: the lines do not have the signed root"


def credit_row(exported):
    """The one line that waits: nothing signed covers it, so only its meaning can betray a forgery."""
    return rows(exported)[-1], rows(exported)[:-1]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"hours": "-1.00"}, "negative"), ({"hours": "1.0"}, "two decimals"), ({"hours": "NaN"}, "two decimals"),
        ({"hours": 1}, "two decimals"), ({"hours": "-0.00"}, "two decimals"), ({"span_days": True}, "no line can have"),
        ({"entry_kind": "gift"}, "no line can have"),
        ({"activity_key": None}, "names no activity"), ({"activity_key": "course:c0@1:2023-2027"}, "credited already"),
        ({"reverses": 1}, "only a reversal"), ({"entry_kind": "reversal"}, "only a reversal"),
        ({"entry_kind": "reversal", "reverses": 1}, "not the negative"), ({"entry_kind": "reversal", "reverses": 99}, "not the negative"),
        ({"seq": 9}, "is missing"), ({"person": 999}, "is missing"), ({"person": 0}, "no line can have"),
        ({"posted_at": "2001"}, "posted before"),
        ({"prev_hash": "0" * 64}, "does not follow"), ({"extra": 1}, "canonical JSON of its members"),
    ],
)  # fmt: skip
@pytest.mark.sqlite_only
def test_a_forged_line_at_the_end_must_still_make_sense(exported, change, why):
    last, before = credit_row(exported)
    write(exported, [*before, forged(last, **change)])
    said = found(exported)
    assert "row 35 " in said
    assert why in said


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"size": 33}, "signed root"), ({"size": 35}, "fewer sealed lines"), ({"size": 0}, "no head can have"),
        ({"root": "0" * 64}, "signed root"),
        ({"signature": base64.b64encode(bytes(64)).decode()}, "signature is false"), ({"signature": "AA"}, "base64"),
        ({"signature": "AAA="}, "signature is false"),
        ({"signed_at": "2027-01-01T00:00:00.000000Z"}, "signature is false"), ({"key_id": "0123456789abcdef"}, "unknown key"),
        ({"key_id": 5}, "no head can have"), ({"more": 1}, "canonical"),
    ],
)  # fmt: skip
@pytest.mark.sqlite_only
def test_a_changed_head_is_found(exported, change, why):
    path = exported / "heads.jsonl"
    first, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + verify_ledger.canonical(json.loads(last) | change) + b"\n")
    assert why in found(exported)


@pytest.mark.sqlite_only
def test_heads_out_of_order_cut_off_or_missing_are_found(exported):
    path = exported / "heads.jsonl"
    first, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(last + first)
    assert "must grow" in found(exported)
    path.write_bytes(first + last[:-1])
    assert "cut off" in found(exported)
    path.write_bytes(first)
    assert found(exported) == "head of 34 lines: missing"
    path.write_bytes(b"not json\n")
    assert "not JSON" in found(exported)


@pytest.mark.sqlite_only
def test_a_history_signed_by_another_key_is_found_by_who_knows_the_key(exported):
    """He makes a key of his own and signs everything anew: only a key or head from elsewhere tells."""
    other = Ed25519PrivateKey.generate()
    public = other.public_key().public_bytes_raw()
    name = hashlib.sha256(public).hexdigest()[:16]
    kept = json.loads((exported / "heads.jsonl").read_bytes().splitlines()[0])
    known = f"{kept['key_id']}:{json.loads((exported / 'keys.json').read_text())[kept['key_id']]}"
    heads = []
    for text in (exported / "heads.jsonl").read_bytes().splitlines():
        head = json.loads(text) | {"key_id": name}
        message = b"\x02" + verify_ledger.canonical({key: head[key] for key in ("key_id", "root", "signed_at", "size")})
        head["signature"] = base64.b64encode(other.sign(message)).decode()
        heads.append(verify_ledger.canonical(head) + b"\n")
    (exported / "heads.jsonl").write_bytes(b"".join(heads))
    (exported / "keys.json").write_text(json.dumps({name: base64.b64encode(public).decode()}))
    assert verdict(exported)[0] == 0
    assert verdict(exported, "--head", f"{kept['size']}:{kept['root']}")[0] == 0
    status, said = verdict(exported, "--key", known)
    assert (status, "unknown key" in said) == (1, True)


@pytest.mark.sqlite_only
def test_a_kept_head_binds_the_export(exported):
    kept = json.loads((exported / "heads.jsonl").read_bytes().splitlines()[0])
    assert verdict(exported, "--head", f"{kept['size']}:{kept['root']}")[0] == 0
    status, said = verdict(exported, "--head", f"{kept['size']}:{'0' * 64}")
    assert (status, "kept from earlier" in said) == (1, True)
    assert verdict(exported, "--head", f"99:{kept['root']}")[0] == 1
    for wrong in (("--head", "x"), ("--key", "abc:AAAA"), ("--key", "abc:***")):
        assert verdict(exported, *wrong)[0] == 2


@pytest.mark.sqlite_only
@pytest.mark.parametrize("text", ["[]", "{", '{"abc": 5}', '{"abc": "AAAA"}'])
def test_keys_that_are_none_are_found(exported, text):
    (exported / "keys.json").write_text(text)
    assert found(exported) is not None


@pytest.mark.sqlite_only
def test_a_missing_file_is_said_in_one_line(exported):
    (exported / "heads.jsonl").unlink()
    status, said = verdict(exported)
    assert (status, said.count("\n")) == (1, 1)


@given(st.binary(max_size=100))
@settings(max_examples=40, deadline=None)
def test_its_ed25519_agrees_with_the_library(message):
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(message).digest())
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify_ledger.ed25519_verify(public, message, signature)
    assert not verify_ledger.ed25519_verify(public, message + b"x", signature)
    assert not verify_ledger.ed25519_verify(public, message, bytes([signature[0] ^ 1]) + signature[1:])
    grown = int.from_bytes(signature[32:], "little") + verify_ledger.L
    assert not verify_ledger.ed25519_verify(public, message, signature[:32] + grown.to_bytes(32, "little"))
    for wrong in (b"", public[:31], b"\xff" * 32):
        assert not verify_ledger.ed25519_verify(wrong, message, signature)
