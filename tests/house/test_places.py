"""What a docstring or a document names exists: a path that leads nowhere misleads whoever follows it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSES = "app|bench|content|deploy|docs|migrations|requirements|tests|tools"
NAMED = re.compile(rf"(?<![\w/.])(?:{HOUSES})/[\w/.-]+\.(?:css|html|in|json|md|mjs|po|py|toml|ts|txt|yaml)\b")
READ = (*ROOT.glob("app/**/*.py"), *ROOT.glob("bench/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("tools/*.py"),
        *ROOT.glob("docs/**/*.md"), *ROOT.glob("content/*.toml"), *ROOT.glob("content/*.md"), *ROOT.glob("*.md"))  # fmt: skip


def nowhere(text: str) -> list[str]:
    """Paths of the project that `text` names and that lead nowhere."""
    return [path for path in NAMED.findall(text) if "YYYY" not in path and not (ROOT / path).exists()]


def test_paths_that_are_named_exist() -> None:
    found = {path.relative_to(ROOT): nowhere(path.read_text(encoding="utf-8")) for path in READ if path != Path(__file__)}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_guard_sees_a_path_that_leads_nowhere() -> None:
    assert nowhere("the rules (app/kernel/nowhere.py), as app/kernel/ids.py has them") == ["app/kernel/nowhere.py"]
