"""Rule files: found, read with line numbers, checked against the one schema, hashed, kept (decision 11)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.rulebook.rules import RuleSet, faults, read_rule_set

from .positions import Document, Finding, Unreadable, read_yaml
from .wording import told

if TYPE_CHECKING:  # jsonschema is loaded when a file is read: most processes that start never read one
    from jsonschema import Draft202012Validator, ValidationError

FOLDER = Path(__file__).resolve().parents[3] / "content" / "rules"
LARGEST = 200_000
"""The most bytes of a rule file, more than thirty times those of the largest that is shipped."""


class BadRuleFile(ValueError):
    """A rule file with findings; it is not used, and what was in force stays in force."""

    def __init__(self, path: Path, findings: Sequence[Finding]) -> None:
        self.path = path
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.text(str(path)) for finding in findings))


def load(path: Path) -> RuleSet:
    """The rule set of a file. Raises BadRuleFile with every finding, OSError if it cannot be read."""
    raw = path.read_bytes()
    document, found = examine(path.name, raw)
    if document is None or found:
        raise BadRuleFile(path, found)
    return read_rule_set(document.value, digest(document.value))


def digest(body: Any) -> str:
    """SHA-256 of what the rules say, not of how the file is spaced: canonical JSON, sorted keys, UTF-8."""
    return sha256(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def examine(name: str, raw: bytes) -> tuple[Document | None, list[Finding]]:
    """The document of a rule file and everything wrong with it: size, text, shape, meaning, name."""
    if len(raw) > LARGEST:
        return None, [Finding(1, 1, (), "the file is larger than any rule set needs to be")]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return None, [Finding(line, 1, (), "the file is not UTF-8 text")]
    try:
        document = read_yaml(text)
    except Unreadable as error:
        return None, [error.finding]
    found = wrong(document)
    if not found:
        found = list(_name_findings(name, document))
    return document, sorted(found, key=lambda finding: (finding.line, finding.column, finding.message))


def wrong(document: Document) -> list[Finding]:
    """What no rule set may say: first of its shape, then of its meaning. Rules of which nothing is wrong can be evaluated."""
    shape = [document.finding(path, said) for error in _shape_errors(document.value) for path, said in told(error, definitions())]
    return shape or [document.finding(fault.path, fault.message) for fault in faults(document.value)]


IDLE = ("class_quota", "deadlines")
"""Keys of the schema that nothing asks for yet: they are read, kept and shown, and change nothing."""
INDICATORS = ("annual_share", "ce_coverage")
"""Indicators that the page of compliance shows; others are kept."""


def idle(document: Document) -> list[Finding]:
    """What a good rule file says that is accepted but not in effect yet; no mistake."""
    said = "accepted, but not in effect yet"
    found = [document.finding((key,), said) for key in IDLE if document.value.get(key)]
    rows = document.value.get("kpi", ())
    found += [document.finding(("kpi", place), said) for place, row in enumerate(rows) if row["id"] not in INDICATORS]
    carried = enumerate(document.value.get("carry_over", ()))
    found += [document.finding(("carry_over", place, "years"), said) for place, row in carried if row["years"] > 1]
    return sorted(found, key=lambda finding: finding.line)


def _name_findings(name: str, document: Document) -> Iterator[Finding]:
    """The file is called what the rule set is called."""
    expected = f"{document.value['id']}@{document.value['version']}.yaml"
    if name != expected:
        key = "version" if name.startswith(f"{document.value['id']}@") else "id"
        yield document.finding((key,), f"the file is called {name} and must be called {expected}")


@lru_cache(maxsize=1)
def validator() -> Draft202012Validator:
    """The one schema of rule files, content/rules/schema.json."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads((FOLDER / "schema.json").read_text("utf-8")))  # a test holds it to be a schema


def definitions() -> Mapping[str, Any]:
    """The named shapes of the schema."""
    schema = validator().schema
    return schema["$defs"] if isinstance(schema, Mapping) else {}


def _shape_errors(body: Any) -> Iterator[ValidationError]:
    """Violations of the schema; of the branches of an alternative the one that came furthest says what is wrong."""
    from jsonschema.exceptions import best_match

    for error in validator().iter_errors(body):
        yield best_match([error]) or error
