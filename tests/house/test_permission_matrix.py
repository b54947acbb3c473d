"""Every route × every kind of person: who is let in. A route that is not in docs/reference/permissions.md fails."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from app.kernel.web import Endpoint
from app.kernel.work import Actor, Grant

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "reference" / "permissions.md"
NOBODY_SUCH = UUID("01890000-0000-7000-8000-000000000000")
STAND_INS = {"uuid": str(NOBODY_SUCH), "int": "999999", "path": "none/none.bin", "": "none"}
pytestmark = pytest.mark.sqlite_only


def written() -> dict[tuple[str, str], str]:
    """The table of the documentation: (method, route) → who may enter."""
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| `([^`]+)` \|", TABLE.read_text(encoding="utf-8"), re.M)
    return {(method, rule): allow for method, rule, allow in rows}


def endpoints(app: Flask) -> list[Endpoint]:
    """All routes of the college."""
    return list(app.extensions["endpoints"].values())


def address(rule: str) -> str:
    """A concrete address for a rule, of things that do not exist."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda match: STAND_INS.get(match[1] or "", "none"), rule)


def test_every_route_stands_in_the_table(app: Flask) -> None:
    assert {(m, e.rule): e.allow for e in endpoints(app) for m in e.methods} == written()


def test_no_route_is_outside_the_gates(app: Flask) -> None:
    ours = {endpoint.name for endpoint in endpoints(app)}
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - ours == {"static"}


def entered(app: Flask, actor: Actor | None, endpoint: Endpoint, method: str) -> int:
    """The status `actor` gets at the gate of a route (CSRF, bodies and things that do not exist come after it)."""
    app.extensions["identify"] = lambda work, credentials: actor
    headers = {"Authorization": "Bearer stand-in"} if actor else {}
    return app.test_client().open(address(endpoint.rule), method=method, headers=headers).status_code


def test_nobody_enters_what_needs_a_sign_in(app: Flask) -> None:
    for endpoint in endpoints(app):
        for method in endpoint.methods:
            if endpoint.allow != "public":
                assert entered(app, None, endpoint, method) in (303, 401), endpoint.name


def test_a_cadre_without_the_action_is_refused(app: Flask) -> None:
    cadre = Actor(person_id=1, account_id=1, name="李学", sign_in_id=1)
    for endpoint in endpoints(app):
        if endpoint.allow not in ("public", "signed-in"):
            for method in endpoint.methods:
                assert entered(app, cadre, endpoint, method) == 403, endpoint.name


def test_a_holder_of_the_action_passes_the_gate(app: Flask) -> None:
    for endpoint in endpoints(app):
        if endpoint.allow not in ("public", "signed-in"):
            holder = Actor(
                person_id=1, account_id=1, name="管理", sign_in_id=1, actions=frozenset([endpoint.allow]), grants=(Grant(endpoint.allow),)
            )
            for method in endpoint.methods:
                assert entered(app, holder, endpoint, method) not in (401, 403, 500), endpoint.name
