"""A claim beside its proof: what was claimed, what the proof says, what the rule gives."""

from __future__ import annotations

import pytest

from app.desk.queries import Wanted, sheet
from app.desk.rules import Step
from app.kernel.work import working
from tests.desk import build


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [("certificate", {"hours": "40"}, ("40", "36", "36", True)), ("lecture", {}, ("3", "实际听讲分钟数 135", "3", False))],
)
def test_hours_claimed_stand_beside_what_the_proof_says_and_the_rule_gives(college, kind, fields, told):
    office = build.office(college)
    uid = office.checked("cadre", kind, **fields)
    with working(college, office.actor("city"), write=False) as work:
        line = next(line for line in sheet(work, Wanted(Step.CERTIFY), uid).compared if line.what == "学时")
    assert (line.claimed, line.proof, line.suggested, line.differs) == told
