"""The reference names every key of rule files and every reason, and every reason of a verdict has a sentence on the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

from app.rulebook import service

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference" / "rules.md").read_text("utf-8")
SENTENCES = (ROOT / "app" / "hours" / "templates" / "_why.html").read_text("utf-8")
RULES = ROOT / "app" / "rulebook" / "rules"
SHOWN_OTHERWISE = {"reached", "short", "not_applicable"}
"""The bars of the page say the first two; the third has no card."""


def codes(*names: str) -> set[str]:
    """Codes of notes made in these modules."""
    text = "".join((RULES / f"{name}.py").read_text("utf-8") for name in names)
    found = set()
    for call in re.findall(r"Note\.of\(([^,)]+)", text):
        found |= set(re.findall(r'"([a-z_]+)"', call))
    return found


def test_every_key_of_rule_files_is_described():
    schema = json.loads((service.FOLDER / "schema.json").read_text("utf-8"))
    assert [key for key in schema["properties"] if f"`{key}`" not in REFERENCE] == []


def test_every_reason_is_listed():
    found = codes("conversion", "evaluation", "judging", "lines", "obligations", "totals") | {"recognised", "substituted"}
    assert len(found) > 20
    assert [code for code in sorted(found) if f"`{code}`" not in REFERENCE] == []


def test_every_reason_of_a_verdict_has_a_sentence():
    found = codes("evaluation", "judging", "lines", "obligations", "totals") | {"recognised", "substituted"}
    assert [code for code in sorted(found - SHOWN_OTHERWISE) if f'"{code}"' not in SENTENCES] == []
