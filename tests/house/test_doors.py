"""Write through the door, read through the window: whose models and services may be imported from where."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
WINDOW = ("queries", "models", "demo", "history", "commands")
"""Files that may read another domain's tables; everything else asks its service."""


def trespasses(source: str, domain: str, module: str) -> list[str]:
    """Imports in `source` (file `module` of `domain`) that reach into another domain past its door."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            foreign = len(parts) > 2 and parts[0] == "app" and parts[1] not in (domain, "kernel")
            if foreign and parts[2] == "models" and module not in WINDOW and not _is_constant(parts):
                found.append(name)
    return found


def _is_constant(parts: list[str]) -> bool:
    """An enumeration of states is a word of the language, not a table; so is a table used only as a type."""
    return len(parts) > 3 and (parts[3].endswith(("State", "Kind")) or parts[3] in {"Framework", "Question"})


def files() -> list[tuple[str, str, Path]]:
    """Every Python file of every domain: (domain, first name below it, path)."""
    found = []
    for path in sorted(APP.rglob("*.py")):
        parts = path.relative_to(APP).with_suffix("").parts
        if len(parts) > 1:
            found.append((parts[0], parts[1], path))
    return found


def test_nobody_reaches_into_another_domains_tables() -> None:
    found = {str(path.relative_to(APP)): bad for domain, module, path in files() if (bad := trespasses(path.read_text(), domain, module))}
    assert found == {}


@pytest.mark.parametrize(
    ("source", "module", "is_found"),
    [
        ("from app.ledger.models import LedgerEntry", "service", True),
        ("from app.ledger.models import LedgerEntry", "queries", False),
        ("from app.ledger import service", "views", False),
        ("from app.hours.models import Claim", "service", False),
    ],
)
def test_the_guard_sees_a_planted_trespass(source: str, module: str, is_found: bool) -> None:
    assert bool(trespasses(source, "hours", module)) == is_found
