"""Rules of which `rules check` finds nothing wrong can be evaluated: every value of every shipped rule set, made hostile."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from app.rulebook.rules import Event, convert, evaluate, exam_hours, governs, is_covered, read_rule_set
from app.rulebook.rules.classes import class_outcome
from app.rulebook.service import files
from app.rulebook.service.positions import Document
from tests.rulebook import build

HOSTILE: tuple[Any, ...] = (0, 99_999, "", "0.00", "99999", "1/7", "7/1", "P", "02-29", "2026-02-30", "network", True, None, {})
YEARS = (2026, 2024, 2020, 2014, 2008)


def people() -> Iterator[Any]:
    """Three careers: one of every line, one promoted in the year and long on leave, one with nothing."""
    lines = [
        build.line(f"C{number}", "40", f"2026-0{number}-03", f"2026-0{number}-19", category=category, days="12", mandatory=number % 2 == 0)
        for number, category in enumerate(("dispatch", "central_group", "main_class", "overseas", "special_class", "external"), start=1)
    ]
    lines += [
        build.online(f"N{number}", "30", framework="competence", subject_kind=kind) for number, kind in enumerate(("public", "elective"))
    ]
    lines += [
        build.line(f"S{one}", "9", category=one, off_post=False, days="0")
        for one in ("exam", "paper", "degree", "teaching", "self_study_claim")
    ]
    posts = (build.post("section_below", until="2026-05-01"), build.post("bureau", "2026-05-01"))
    event = Event("promoted", build.day("2026-05-01"), post_start=build.day("2026-05-01"))
    promoted = build.person(*posts, leave=(build.leave("2026-03-01", "2026-09-30"),), events=(event,))
    yield (build.person(build.post("division"), teams=(build.team(), build.team("professional", "pro_senior"))), lines)
    yield (promoted, lines[::2])
    yield (build.person(), [])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a single value stands; of a list the first and the last part speak for all."""
    parts = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    if not isinstance(value, dict | list):
        yield path
    for key, part in parts if isinstance(value, dict) else dict(parts[:1] + parts[-1:]).items():
        yield from places(part, (*path, key))


def put(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of the rules with one value in another's place."""
    changed = copy.deepcopy(body)
    inside = changed
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return changed


def used(body: Any) -> None:
    """Everything the college asks of a rule set."""
    rules = read_rule_set(body, "0" * 64)
    for year in [year for year in YEARS if governs(rules, year)][:1]:
        for who, lines in people():
            evaluate(rules, build.facts(rules.id, *lines, who=who, year=year))
    for kind in body.get("conversion", {}):
        if isinstance(body["conversion"][kind], dict) and kind not in ("exam", "exam_bonus"):
            convert(rules, kind, [2700, 10, 0])
    exam_hours(rules, Decimal(3))
    is_covered(rules, 600, 500)
    if rules.class_rule:
        class_outcome(rules.class_rule, Decimal(40), Decimal(5))


@pytest.mark.parametrize("file", sorted(files.FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_hostile_value_is_found_or_does_no_harm(file: Any) -> None:
    body = files.read_yaml(file.read_text("utf-8")).value
    used(body)
    harmless = found = 0
    for path in places(body):
        for value in HOSTILE:
            changed = put(body, path, value)
            if files.wrong(Document(changed, {})):
                found += 1
                continue
            harmless += 1
            try:
                used(changed)
            except Exception as error:
                pytest.fail(f"{path} = {value!r} passes the check and ends in {error!r}")
    assert found > harmless > 0
