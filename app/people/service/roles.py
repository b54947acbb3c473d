"""Roles and jurisdictions as data: content/roles.toml and content/jurisdictions.yaml, read once per process."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from app.people.rules import BadPredicate, Predicate, parse
from app.people.rules.doors import IDLE

OF_CLAIMS = "claims."
"""What is done with claims is all that a jurisdiction can limit by kind (domain.md §9: J2 certifies sessions only)."""


class BadRoles(ValueError):
    """A roles or jurisdictions file that cannot be; the message names the file and the place."""


@dataclass(frozen=True)
class Role:
    """What holders of a role may do, and how long their sessions may idle.

    `superior_actions` reach not the people of the holder's own jurisdiction but those of the organs below his
    (`superior_over` of the jurisdiction).
    """

    name: str
    title: str
    title_en: str
    actions: frozenset[str]
    superior_actions: frozenset[str] = frozenset()
    everyone: bool = False
    officer: bool = False
    two_persons: bool = False
    idle: timedelta = IDLE


@dataclass(frozen=True)
class Jurisdiction:
    """A named predicate over persons.

    `kinds` limits what is done with claims to claims of these kinds, empty for any. `superior_over` are those whose own
    organ has this one above it, if it is above any.
    """

    name: str
    title: str
    title_en: str
    predicate: Predicate
    kinds: frozenset[str] = frozenset()
    superior_over: Predicate | None = None

    def kinds_for(self, action: str) -> frozenset[str]:
        """The kinds to which an action over this jurisdiction is limited; empty for any."""
        return self.kinds if action.startswith(OF_CLAIMS) else frozenset()


@dataclass(frozen=True)
class Charter:
    """All roles and jurisdictions of the college."""

    roles: dict[str, Role]
    jurisdictions: dict[str, Jurisdiction]

    @property
    def everyones(self) -> tuple[Role, ...]:
        """The roles each person holds over himself."""
        return tuple(role for role in self.roles.values() if role.everyone)

    def excluding(self, held: Iterable[str], wanted: str) -> str | None:
        """A role already held that forbids `wanted`: officers exclude one another and all business roles (三员分立)."""
        known = [self.roles[name] for name in held if name in self.roles and name != wanted]
        new = self.roles[wanted]
        return next((role.name for role in known if not role.everyone and (role.officer or new.officer)), None)


@lru_cache(maxsize=8)
def charter(content_dir: Path) -> Charter:
    """Read and check both files; they change with a restart, grants change at once."""
    return Charter(_roles(content_dir / "roles.toml"), _jurisdictions(content_dir / "jurisdictions.yaml"))


def _roles(path: Path) -> dict[str, Role]:
    try:
        source = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadRoles(f"{path}: {error}") from error
    return {name: _role(path, name, fields) for name, fields in source.items()}


def _role(path: Path, name: str, fields: dict[str, Any]) -> Role:
    known = {"title", "title_en", "actions", "superior_actions", "everyone", "officer", "two_persons", "idle_minutes"}
    if strange := set(fields) - known:
        raise BadRoles(f"{path}: [{name}] has an unknown word {sorted(strange)[0]!r}")
    actions, superior = fields.get("actions"), fields.get("superior_actions", [])
    for word, listed in (("actions", actions), ("superior_actions", superior)):
        if not isinstance(listed, list) or not all(isinstance(action, str) and "." in action for action in listed):
            raise BadRoles(f"{path}: [{name}] {word} must be a list of words like 'claims.certify'")
    if not fields.get("title") or not fields.get("title_en"):
        raise BadRoles(f"{path}: [{name}] needs title and title_en")
    idle = timedelta(minutes=int(fields.get("idle_minutes", IDLE.total_seconds() // 60)))
    return Role(name, fields["title"], fields["title_en"], frozenset(actions or ()), frozenset(superior), bool(fields.get("everyone")),
                bool(fields.get("officer")), bool(fields.get("officer") or fields.get("two_persons")), idle)  # fmt: skip


def _jurisdictions(path: Path) -> dict[str, Jurisdiction]:
    try:
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BadRoles(f"{path}: {error}") from error
    if not isinstance(source, dict) or not all(isinstance(entry, dict) and "predicate" in entry for entry in source.values()):
        raise BadRoles(f"{path}: expected names, each with title, title_en and predicate")
    known = {str(name): entry["predicate"] for name, entry in source.items()}
    kinds = {str(name): _kinds(path, str(name), entry["kinds"]) for name, entry in source.items() if "kinds" in entry}
    above = {str(name): entry["superior_over"] for name, entry in source.items() if "superior_over" in entry}
    try:
        return {
            name: Jurisdiction(name, str(source[name].get("title", name)), str(source[name].get("title_en", name)),
                               parse(predicate, known, name), kinds.get(name, frozenset()),
                               parse(above[name], known, f"{name}.superior_over") if name in above else None)
            for name, predicate in known.items()
        }  # fmt: skip
    except BadPredicate as error:
        raise BadRoles(f"{path}: {error}") from error


def _kinds(path: Path, name: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not value or not all(isinstance(kind, str) for kind in value):
        raise BadRoles(f"{path}: {name}.kinds must be a list of kinds of claims like 'central_group'")
    return frozenset(value)
