"""What writes an address is compiled when the first is written, and writes what werkzeug's own does."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import Map, Rule

from app.kernel.addresses import LateRule


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rules of which a writer was compiled."""
    found: list[str] = []
    own = Rule._compile_builder

    def told(rule: Rule, append_unknown: bool = True) -> Any:
        found.append(rule.rule)
        return own(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", told)
    return found


def test_only_an_address_that_is_written_is_compiled(compiled: list[str], app: Flask) -> None:
    assert compiled == []
    with app.test_request_context():
        assert url_for("people.sign_in", next="/a b") == "/sign-in?next=/a+b"
        assert url_for("people.sign_in") == "/sign-in"
    assert compiled == ["/sign-in"]


def test_every_rule_of_the_application_is_late(app: Flask) -> None:
    assert {type(rule) for rule in app.url_map.iter_rules()} == {LateRule}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("/a", {}),
        ("/a/<int:number>", {"number": 7}),
        ("/a/<uuid:one>/<path:rest>", {"one": "0" * 32, "rest": "x/y z"}),
        ("/a/<name>", {"name": "学院", "q": ["1", "2"], "self": "s"}),
        ("/a/<any(b,c):kind>/", {"kind": "c"}),
    ],
)
def test_it_writes_what_werkzeug_writes(rule: str, values: dict[str, Any]) -> None:
    written = [Map([made(rule, endpoint="it")]).bind("city.test").build("it", values, append_unknown=True) for made in (Rule, LateRule)]
    assert written[0] == written[1]
