"""Rooms stay small: files of at most 400 lines, functions of at most 50, a kernel without domain words."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOMAIN_WORDS = ("lecture", "learner", "cadre", "ledger", "claim", "instructor", "certificate")


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository that match; migrations are written once and read once."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in listed if name and not name.startswith("migrations/") and (ROOT / name).exists()]


def long_functions(source: str, limit: int = 50) -> list[str]:
    """Names of functions with more than `limit` lines."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds))
    return [node.name for node in nodes if (node.end_lineno or 0) - node.lineno + 1 > limit]


def test_no_file_is_longer_than_400_lines() -> None:
    sources = tracked("*.py", "app/**/*.html", "app/static/src/**", "tools/*.mjs")
    assert {
        str(path.relative_to(ROOT)): n for path in sources if path.suffix != ".svg" and (n := len(path.read_text().splitlines())) > 400
    } == {}


def test_no_function_is_longer_than_50_lines() -> None:
    assert {str(path.relative_to(ROOT)): found for path in tracked("*.py") if (found := long_functions(path.read_text()))} == {}


def test_the_kernel_knows_no_domain() -> None:
    said = {(path.name, word) for path in (ROOT / "app/kernel").glob("*.py") for word in DOMAIN_WORDS if word in path.read_text().lower()}
    assert said == set()


def test_the_guard_sees_a_long_function() -> None:
    assert long_functions("def long():\n" + "    pass\n" * 50) == ["long"]


@pytest.mark.parametrize("pattern", ["style=", "onclick=", "<style", "onload=", "onchange=", "onsubmit="])
def test_no_template_needs_an_unsafe_policy(pattern: str) -> None:
    assert [str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*.html") if pattern in path.read_text()] == []
