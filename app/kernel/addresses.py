"""Rules of the URL map that learn to write an address when the first is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Writer = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule that compiles what writes its addresses (`url_for`) at their first use.

    Werkzeug compiles two writers of every rule at the start: 0.13 s of CPU for 390 rules, of which a page uses some twenty (PERF-G13).
    """

    def _compile_builder(self, append_unknown: bool = True) -> Writer:
        """What werkzeug calls for a writer while it binds the rule: one that is compiled when it is called."""
        made: list[Writer] = []

        def write(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(Rule._compile_builder(self, append_unknown))
            return made[0](rule, **values)

        return write
