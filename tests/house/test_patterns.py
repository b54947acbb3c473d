"""No pattern of these domains takes time out of proportion on a text made for it (THR-T18; the bank's own: test_hostile_lines.py)."""

from __future__ import annotations

import ast
import re
import time
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
DOMAINS = ("claims", "desk", "history", "kernel", "people", "years")
TAKES_PATTERN = frozenset({"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"})
LONG, MOST = 20_000, 0.2
"""Signs of a text, and seconds of CPU: a pattern takes a thousandth of them; one that grows with the square takes seconds."""
ALWAYS = (" ", "\n", "\t", "0", "a", "甲", ".", ",", "-", "<", "/", '"', "\u00a0", "\u3000", " a", "a ", "0 ", "a\n", "\n ", "1,")


def patterns(domain: str) -> dict[str, tuple[str | bytes, int]]:
    """The patterns written in the modules of a domain, with their flags, by place."""
    found: dict[str, tuple[str | bytes, int]] = {}
    for path in sorted((APP / domain).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"re.{name}" for name in TAKES_PATTERN}:
                given = [ast.unparse(one) for one in [*node.args[1:], *(word.value for word in node.keywords)]]
                flags = sum({int(getattr(re, name)) for said in given for name in re.findall(r"\bre\.([A-Z]+)\b", said)})
                found[f"{path.relative_to(APP)}:{node.lineno}"] = (ast.literal_eval(node.args[0]), flags)
    return found


def seconds(pattern: str | bytes, flags: int = 0) -> tuple[float, str]:
    """The most seconds a text of repeated signs takes, of those the pattern names and some it may not expect; and those signs."""
    said = pattern if isinstance(pattern, str) else pattern.decode()
    compiled, worst = re.compile(pattern, flags), (0.0, "")
    for sign in [*ALWAYS, *sorted(set(re.findall(r"[^\\\[\](){}?*+|^$]", said)))[:24]]:
        for end in ("", "\0"):
            text = (sign * LONG)[:LONG] + end
            begun = time.process_time()
            compiled.sub(lambda found: found[0], text if isinstance(pattern, str) else text.encode())
            compiled.fullmatch(text if isinstance(pattern, str) else text.encode())
            worst = max(worst, (time.process_time() - begun, sign))
            if worst[0] > MOST:
                return worst
    return worst


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_pattern_takes_more_time_than_its_text_is_long(domain: str) -> None:
    found = patterns(domain)
    slow = {place: (taken, pattern) for place, (pattern, flags) in found.items() if (taken := seconds(pattern, flags))[0] > MOST}
    assert slow == {}


def test_patterns_are_found_where_they_are_written() -> None:
    assert len({place.split(":")[0] for domain in DOMAINS for place in patterns(domain)}) > 5


@pytest.mark.parametrize("pattern", [r"\s+x", rb"<[^>]*>"])
def test_a_pattern_that_grows_with_the_square_is_seen(pattern: str | bytes) -> None:
    assert seconds(pattern)[0] > MOST
