"""Check an exported ledger with nothing but Python's standard library. Shares no code with the college.

    python3 verify_ledger.py DIR [--head SIZE:ROOT] [--key KEY_ID:BASE64]

DIR holds lines.jsonl, heads.jsonl, keys.json as described in its format.md. Exit status 0: every line is what was
hashed, every chain is whole, the tree has the signed roots. Exit status 1: the first wrong line is named. A head that
was kept from earlier (--head) or a key that is known from elsewhere (--key) binds the export to it.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

MEMBERS = {
    "accounting_year", "activity_key", "axes", "category", "days", "delivery", "entry_kind", "evidence", "framework", "hours", "nets",
    "occurred_from", "occurred_to", "off_post", "overseas", "person", "personal", "posted_at", "prev_hash", "reverses",
    "rule_set_version", "selection", "seq", "source_id", "source_type", "span_days", "subject_kind",
}  # fmt: skip
ROW = {"entry", "hash", "index", "leaf", "person", "prev_hash", "seq"}
HEAD = {"key_id", "root", "signature", "signed_at", "size"}


class Wrong(Exception):
    """The first thing that is wrong, with the place where it stands."""


def canonical(value: Any) -> bytes:
    """Canonical JSON, which every row and every leaf must be byte for byte."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def parse(text: bytes, members: set[str], where: str) -> dict[str, Any]:
    """A canonical JSON object with exactly these members."""
    try:
        value = json.loads(text)
        same = canonical(value) == text
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{where}: not JSON") from error
    if not same or not isinstance(value, dict) or set(value) != members:
        raise Wrong(f"{where}: not the canonical JSON of its members")
    return value


def whole(value: Any, least: int = 0) -> bool:
    """An integer (not a truth value) of at least `least`."""
    return type(value) is int and value >= least


class Tree:
    """The RFC 6962 tree, grown leaf by leaf; only the complete subtrees are kept."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, leaf_hash: bytes) -> None:
        size, merged = self.size, leaf_hash
        while size % 2:
            merged = hashlib.sha256(b"\x01" + self.peaks.pop() + merged).digest()
            size //= 2
        self.peaks.append(merged)
        self.size += 1

    def root(self) -> str:
        if not self.peaks:
            return hashlib.sha256(b"").hexdigest()
        merged = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            merged = hashlib.sha256(b"\x01" + peak + merged).digest()
        return merged.hex()


class Chain:
    """What must be known of a person while his lines pass by."""

    def __init__(self) -> None:
        self.seq = 0
        self.hash = "0" * 64
        self.posted_at = ""
        self.lines: dict[int, tuple[str | None, Decimal, Decimal, int, str | None]] = {}
        self.live: dict[str, int] = {}

    def add(self, leaf: dict[str, Any], hashed: str, where: str) -> None:
        """Append a line; everything that binds it to the lines before is checked."""
        if leaf["seq"] != self.seq + 1:
            raise Wrong(f"{where}: line {self.seq + 1} of this person is missing")
        if leaf["prev_hash"] != self.hash:
            raise Wrong(f"{where}: does not follow line {self.seq} of this person")
        if not isinstance(leaf["posted_at"], str) or leaf["posted_at"] < self.posted_at:
            raise Wrong(f"{where}: posted before the line it follows")
        self._figures(leaf, where)
        self.seq, self.hash, self.posted_at = leaf["seq"], hashed, leaf["posted_at"]

    def _figures(self, leaf: dict[str, Any], where: str) -> None:
        hours, days = figure(leaf["hours"], where), figure(leaf["days"], where)
        span, kind, key = leaf["span_days"], leaf["entry_kind"], leaf["activity_key"]
        if type(span) is not int or kind not in ("credit", "reversal", "adjustment", "carry_in", "carry_out"):
            raise Wrong(f"{where}: a value that no line can have")
        if kind == "credit":
            if min(hours, days) < 0 or span < 0 or not isinstance(key, str):
                raise Wrong(f"{where}: a credit is negative or names no activity")
            if key in self.live:
                raise Wrong(f"{where}: the activity is credited already, in line {self.live[key]}")
            self.live[key] = leaf["seq"]
        if (kind == "reversal") != (leaf["reverses"] is not None):
            raise Wrong(f"{where}: only a reversal names the line it takes back, and always does")
        if kind == "reversal":
            self._take_back(leaf["reverses"], hours, days, span, where)
        self.lines[leaf["seq"]] = (kind, hours, days, span, key)

    def _take_back(self, target: Any, hours: Decimal, days: Decimal, span: int, where: str) -> None:
        taken = self.lines.pop(target, None)
        if taken is None or taken[0] == "reversal" or (taken[1], taken[2], taken[3]) != (-hours, -days, -span):
            raise Wrong(f"{where}: not the negative of a line that stood")
        if taken[0] == "credit" and taken[4] is not None:
            self.live.pop(taken[4], None)


def figure(text: Any, where: str) -> Decimal:
    """A decimal in its one canonical form, two places."""
    try:
        value = Decimal(text) if isinstance(text, str) and text.isascii() else None
    except ArithmeticError:
        value = None
    if value is None or not value.is_finite() or f"{value:.2f}" != text or text == "-0.00":
        raise Wrong(f"{where}: {text!r} is not a figure with two decimals")
    return value


def decoded(text: Any, where: str) -> bytes:
    """Strict base64: the one spelling of its bytes."""
    try:
        value = base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise Wrong(f"{where}: not base64") from error
    if base64.b64encode(value).decode() != text:
        raise Wrong(f"{where}: not canonical base64")
    return value


def check_line(number: int, text: bytes, chains: dict[int, Chain], tree: Tree) -> None:
    """One row of lines.jsonl."""
    row = parse(text, ROW, f"lines.jsonl row {number}")
    where = f"lines.jsonl row {number} (person {row['person']} line {row['seq']})"
    leaf_bytes = decoded(row["leaf"], where)
    hashed = hashlib.sha256(b"\x00" + leaf_bytes)
    if row["hash"] != hashed.hexdigest():
        raise Wrong(f"{where}: the hash is not that of its bytes")
    if leaf_bytes[:1] != b"\x01":
        raise Wrong(f"{where}: unknown version of the format")
    leaf = parse(leaf_bytes[1:], MEMBERS, where)
    if not whole(leaf["person"], 1) or not whole(leaf["seq"], 1):
        raise Wrong(f"{where}: a value that no line can have")
    told = (row["person"], row["seq"], row["prev_hash"], row["entry"])
    if told != (leaf["person"], leaf["seq"], leaf["prev_hash"], f"{leaf['person']}-{leaf['seq']}"):
        raise Wrong(f"{where}: the row says other than its bytes")
    chains.setdefault(leaf["person"], Chain()).add(leaf, row["hash"], where)
    if row["index"] is None:
        return
    if row["index"] != tree.size or number != tree.size + 1:
        raise Wrong(f"{where}: leaf {tree.size} of the tree is missing or out of order")
    tree.add(hashed.digest())


def check_lines(path: Path, wanted: set[int]) -> tuple[int, int, dict[int, str], int]:
    """Every row: how many lines and people, the roots at the wanted sizes, how many lines are sealed."""
    chains: dict[int, Chain] = {}
    tree, number = Tree(), 0
    roots = {0: tree.root()}
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if not text.endswith(b"\n"):
                raise Wrong(f"lines.jsonl row {number}: cut off")
            check_line(number, text[:-1], chains, tree)
            if tree.size in wanted:
                roots[tree.size] = tree.root()
    return number, len(chains), roots, tree.size


def read_heads(path: Path) -> list[dict[str, Any]]:
    """The signed heads, sizes growing and times not running backwards."""
    heads: list[dict[str, Any]] = []
    for number, text in enumerate(path.read_bytes().splitlines(keepends=True), 1):
        where = f"heads.jsonl row {number}"
        if not text.endswith(b"\n"):
            raise Wrong(f"{where}: cut off")
        head = parse(text[:-1], HEAD, where)
        if not whole(head["size"], 1) or not all(isinstance(head[name], str) for name in HEAD - {"size"}):
            raise Wrong(f"{where}: a value that no head can have")
        if heads and not (heads[-1]["size"] < head["size"] and heads[-1]["signed_at"] <= head["signed_at"]):
            raise Wrong(f"{where}: heads must grow")
        heads.append(head)
    return heads


def read_keys(path: Path) -> dict[str, bytes]:
    """Public keys by name; a name is the beginning of the key's hash."""
    try:
        told = json.loads(path.read_bytes())
    except ValueError as error:
        raise Wrong("keys.json: not JSON") from error
    if not isinstance(told, dict):
        raise Wrong("keys.json: not an object")
    return {name: named_key(name, text) for name, text in told.items()}


def named_key(name: str, text: Any) -> bytes:
    """A key that has the name it is given."""
    key = decoded(text, f"key {name}")
    if len(key) != 32 or hashlib.sha256(key).hexdigest()[:16] != name:
        raise Wrong(f"key {name}: not the key of this name")
    return key


def check_head(head: dict[str, Any], keys: dict[str, bytes], roots: dict[int, str]) -> None:
    """The head's tree is the tree of the lines, and its signature that of a known key."""
    where = f"head of {head['size']} lines"
    if head["size"] not in roots:
        raise Wrong(f"{where}: the export has fewer sealed lines")
    if roots[head["size"]] != head["root"]:
        raise Wrong(f"{where}: the lines do not have the signed root")
    if head["key_id"] not in keys:
        raise Wrong(f"{where}: unknown key {head['key_id']}")
    message = b"\x02" + canonical({name: head[name] for name in HEAD - {"signature"}})
    if not ed25519_verify(keys[head["key_id"]], message, decoded(head["signature"], where)):
        raise Wrong(f"{where}: the signature is false")


# Ed25519 (RFC 8032 §5.1.7), in extended coordinates.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _add(a: Point, b: Point) -> Point:
    first, second = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    third, fourth = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = second - first, fourth - third, fourth + third, second + first
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Point) -> Point:
    made: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            made = _add(made, point)
        point, factor = _add(point, point), factor >> 1
    return made


def _point(text: bytes) -> Point | None:
    """The point of 32 bytes, or None when they name none."""
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * _ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


_BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message is that of the key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or _BASE is None or scalar >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(scalar, _BASE), _add(commitment, _times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def check(folder: Path, kept: dict[int, str], trusted: dict[str, bytes]) -> str:
    """Everything; the sentence that says so, or Wrong."""
    heads, keys = read_heads(folder / "heads.jsonl"), read_keys(folder / "keys.json")
    if trusted:
        keys = {name: key for name, key in keys.items() if trusted.get(name) == key}
    wanted = {head["size"] for head in heads} | set(kept)
    lines, people, roots, sealed = check_lines(folder / "lines.jsonl", wanted)
    for head in heads:
        check_head(head, keys, roots)
    if sealed != (heads[-1]["size"] if heads else 0):
        raise Wrong(f"head of {sealed} lines: missing")
    for size, root in kept.items():
        if roots.get(size) != root:
            raise Wrong(f"head of {size} lines: not the tree that was kept from earlier")
    return f"OK {lines} lines of {people} people, {sealed} sealed under {len(heads)} signed heads"


def kept_head(text: str) -> tuple[int, str]:
    """`SIZE:ROOT` from the command line."""
    size, _colon, root = text.partition(":")
    if not size.isdigit() or len(root) != 64:
        raise argparse.ArgumentTypeError("expected SIZE:ROOT with a root of 64 hexadecimal digits")
    return int(size), root.lower()


def known_key(text: str) -> tuple[str, bytes]:
    """`KEY_ID:BASE64` from the command line."""
    name, _colon, key = text.partition(":")
    try:
        return name, named_key(name, key)
    except Wrong as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Check an exported ledger with Python's standard library only.")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--head", action="append", type=kept_head, default=[], metavar="SIZE:ROOT", help="a head kept from earlier")
    parser.add_argument("--key", action="append", type=known_key, default=[], metavar="KEY_ID:BASE64", help="trust only these keys")
    given = parser.parse_args(arguments)
    try:
        print(check(given.folder, dict(given.head), dict(given.key)))
    except (Wrong, OSError) as wrong:
        print(f"WRONG {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
