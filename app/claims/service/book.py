"""The file of kinds: read with line numbers, checked against its schema, held for the process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from app.claims.rules import Book, Kind
from app.claims.rules.kinds import faults, read
from app.claims.service.refusals import NoSuchKind
from app.kernel.work import Work
from app.rulebook.service.positions import Document, Finding, Unreadable, read_yaml
from app.rulebook.service.wording import told


class BadClaimsFile(ValueError):
    """The file of kinds has faults; each with its line, the key and what was expected."""

    def __init__(self, path: Path, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.text(str(path)) for finding in findings))


def kinds(work: Work) -> Book:
    """What can be claimed in this college."""
    return load(work.settings.content_dir)


@lru_cache(maxsize=8)
def load(folder: Path) -> Book:
    """The file of a content folder. Raises BadClaimsFile with every finding."""
    path = folder / "claims.yaml"
    document, found = examine(path.read_bytes(), folder)
    if document is None or found:
        raise BadClaimsFile(path, found)
    return read(document.value)


def examine(raw: bytes, folder: Path) -> tuple[Document | None, list[Finding]]:
    """The document of a file and everything wrong with it: text, shape, meaning."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    try:
        document = read_yaml(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return None, [Finding(raw[: error.start].count(b"\n") + 1, 1, (), "the file is not UTF-8 text")]
    except Unreadable as error:
        return None, [error.finding]
    schema = json.loads((folder / "claims.schema.json").read_text("utf-8"))
    errors = [best_match([error]) or error for error in Draft202012Validator(schema).iter_errors(document.value)]
    found = [document.finding(path, said) for error in errors for path, said in told(error, schema["$defs"])]
    if not found:
        found = [document.finding(path, message) for path, message in faults(document.value)]
    return document, sorted(found, key=lambda finding: (finding.line, finding.column, finding.message))


def offered(work: Work, kind_id: str) -> Kind:
    """A kind that can be claimed now."""
    kind = kinds(work).kinds.get(kind_id)
    if kind is None or kind.is_retired:
        raise NoSuchKind()
    return kind
