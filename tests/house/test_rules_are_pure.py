"""Rules decide without a web, a database or a clock: importing them pulls in none of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted({f"app.{path.relative_to(ROOT / 'app').parts[0]}.rules" for path in (ROOT / "app").glob("*/rules*")})
FORBIDDEN = ("flask", "sqlalchemy", "wtforms", "jinja2", "werkzeug")


def loaded_by(module: str) -> set[str]:
    """Which of the forbidden packages a fresh interpreter has after importing `module`."""
    code = f"import {module}, sys; print(*[name for name in {FORBIDDEN!r} if name in sys.modules])"
    return set(subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("module", RULES)
def test_rules_import_nothing_impure(module: str) -> None:
    assert loaded_by(module) == set()


def test_the_guard_sees_an_impure_module() -> None:
    assert "sqlalchemy" in loaded_by("app.kernel.db")
