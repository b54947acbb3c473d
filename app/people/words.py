"""Words for the codes of people: of what an import finds, of choices in forms, of the trail of changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.i18n import _, _l, _n, together
from app.people.rules.roll import Finding

_BY_ID = _l("Correct the one that is wrong; by the ID number it is %(expected)s.")

FINDINGS: dict[str, tuple[Any, Any]] = {
    "birth_differs": (
        _l("The date of birth differs from the ID number."),
        _BY_ID,
    ),
    "cell_error": (_l("The cell holds an error of the workbook."), _l("Enter the value itself.")),
    "code_twice": (_l("This code stands in the file twice."), _l("Row %(expected)s has it too; each unit has its own.")),
    "column_twice": (_l("This column occurs twice."), _l("Keep one column «%(expected)s».")),
    "date_as_number": (_l("The date is a bare number."), _l("Format the cell as a date, or write it as %(expected)s.")),
    "day_out_of_range": (_l("This day lies too early or in the future."), _l("Expected is a day within %(expected)s.")),
    "formula": (_l("The cell holds a formula."), _l("Copy the column and paste it as values.")),
    "has_other_user_name": (_l("This person has another user name already."), _l("Leave the cell empty or write %(expected)s.")),
    "id_as_number": (
        _l("The ID number is a number cell and has lost its last digits."),
        _l("Format the column as text and enter the number again."),
    ),
    "id_birth": (_l("The date of birth inside the ID number does not exist."), _l("Compare it with the identity card.")),
    "id_check": (_l("The check digit of the ID number is wrong."), _l("Compare all 18 digits with the identity card.")),
    "id_of_other_name": (
        _l("This ID number belongs to somebody of another name here."),
        _l("Compare name and number with the identity card; nobody is entered twice."),
    ),
    "id_old": (_l("This is an ID number of 15 digits."), _l("Enter the number of 18 digits.")),
    "id_shape": (_l("This is not an ID number of 18 digits."), _l("Compare it with the identity card.")),
    "missing": (_l("The cell is empty."), _l("Fill it in.")),
    "missing_column": (_l("This column is missing."), _l("Add a column «%(expected)s», or begin with the template.")),
    "no_such_day": (_l("There is no such day."), _l("Write the date as %(expected)s.")),
    "not_a_code": (
        _l("This cannot be a code."),
        _l("Use at most 40 letters, digits, points and dashes, beginning with a letter or digit."),
    ),
    "not_a_date": (_l("This is not a date."), _l("Write the date as %(expected)s.")),
    "not_a_name": (_l("This is not a name."), _l("A name has at least two letters and no digits or signs.")),
    "not_a_user_name": (_l("This cannot be a user name."), _l("Use letters, digits, - and _ without spaces.")),
    "not_in_service": (
        _l("This person has retired or left the service."),
        _l("Leave the row out, or take the end of service back on the person's page first."),
    ),
    "odd_sign": (_l("The cell holds invisible signs."), _l("Type the value anew.")),
    "older_than_known": (_l("A later post or team is known already."), _l("Give a day after %(expected)s, or leave the row out.")),
    "outside_scope": (_l("This person or unit lies outside your jurisdiction."), _l("Leave the row to the organ in charge.")),
    "parent_faulty": (_l("The unit above has a fault itself, or the rows hang below one another in a circle."), _l("Mend that row first.")),
    "parent_unknown": (_l("There is no unit above with this code."), _l("Write the code of a unit of the college or of this file.")),
    "rank_needed": (_l("Cadres of party and government need a rank."), _l("One of: %(expected)s.")),
    "root_twice": (_l("Only one unit stands at the top."), _l("Write the code of the unit above.")),
    "sex_differs": (_l("The sex differs from the ID number."), _BY_ID),
    "tier_needed": (_l("This team needs a tier."), _l("One of: %(expected)s.")),
    "tier_of_other_team": (
        _l("This tier does not belong to the team."),
        _l("For this team: %(expected)s"),
    ),
    "too_deep": (_l("The unit hangs too deep."), _l("All codes down to it have at most %(expected)s signs together.")),
    "too_long": (_l("The text is too long."), _l("At most %(expected)s signs.")),
    "twice_in_file": (_l("This person stands in the file twice."), _l("Row %(expected)s has the same ID number; keep one of the two.")),
    "unit_ambiguous": (_l("Several units have this name."), _l("Write the unit's code: %(expected)s.")),
    "unit_name_twice": (_l("A unit of this name hangs below the same one already."), _l("Give each its own name.")),
    "unit_stands_otherwise": (
        _l("The code belongs to “%(expected)s”, under another name or another unit."),
        _l("Take another code; rename or move a unit on its own page."),
    ),
    "unit_unknown": (_l("There is no such unit."), _l("Write the full name or the code of the unit. Nearest: %(expected)s")),
    "unknown_column": (_l("This column is not known and was passed over."), _l("Delete it or name it as in the template.")),
    "unknown_word": (_l("This word is not known here."), _l("One of: %(expected)s.")),
    "user_name_taken": (_l("Somebody else has this user name."), _l("Choose another one.")),
    "user_name_twice": (_l("This user name stands in the file twice."), _l("Row %(expected)s has it too.")),
}
"""A test holds these codes equal to those that the rules and the import give."""
BARE = {"unit_unknown": _l("Write the full name or the code of the unit.")}
"""How to put it right where nothing like it is known."""


def told(finding: Finding) -> tuple[str, str]:
    """What is wrong and how to put it right, in the reader's language."""
    wrong, fix = FINDINGS[finding.code]
    if not finding.expected and finding.code in BARE:
        fix = BARE[finding.code]
    expected = finding.expected or "–"
    return str(wrong) % {"expected": expected}, str(fix) % {"expected": expected}


def as_row(finding: Finding) -> dict[str, Any]:
    """A finding as the programming interface tells it."""
    wrong, fix = told(finding)
    return {"row": finding.row, "column": finding.column, "code": finding.code, "found": finding.found, "expected": finding.expected,
            "error": finding.is_error, "text": wrong, "fix": fix}  # fmt: skip


RANKS = {"section_below": _l("Section level and below"), "division": _l("Division level"), "bureau": _l("Bureau level")}
POSITIONS = {"general": _l("General management"), "technical": _l("Technical"), "enforcement": _l("Law enforcement")}
TEAMS = {"party_gov": _l("Party and government"), "enterprise": _l("Enterprise managers"), "professional": _l("Professionals")}
TIERS = {
    "ent_senior": _l("Senior managers"), "ent_middle": _l("Middle managers"), "ent_basic": _l("Basic level"),
    "pro_senior": _l("Senior title"), "pro_middle": _l("Middle title"), "pro_junior": _l("Junior title and below"),
}  # fmt: skip
TAGS = {
    "reserve": _l("Reserve cadre"), "city_reserve": _l("Reserve cadre of the city"), "city_expert": _l("Expert of the city"),
    "youth": _l("Young cadre"), "grassroots": _l("Grass-roots cadre"), "women": _l("Woman cadre"), "non_party": _l("Outside the Party"),
    "union": _l("Trade union cadre"), "united_front": _l("United front"), "central_group": _l("Central study group"),
    "skilled_worker": _l("Skilled worker"),
}  # fmt: skip
LEAVE_KINDS = {
    "maternity": _l("Maternity leave"), "sick": _l("Sick leave"), "study": _l("Study leave"), "full_time": _l("Full-time leave"),
}  # fmt: skip
GRADES = {
    "excellent": _l("Excellent"), "competent": _l("Competent"), "basic": _l("Basically competent"), "incompetent": _l("Not competent"),
}  # fmt: skip
"""Results of the yearly appraisal."""
STATUSES = {"active": _l("In service"), "retired": _l("Retired from service"), "left": _l("Left service")}

ACTS = {
    "appointed": _l("Appointed"), "promoted": _l("Promoted"), "transferred": _l("Transferred"), "post_ended": _l("Post ended"),
    "post_withdrawn": _l("Post taken back"),
    "team": _l("Team or tier"), "team_ended": _l("Left a team"), "tag": _l("Put on a list"), "tag_ended": _l("Taken off a list"),
    "leave": _l("Leave entered"), "leave_ended": _l("Leave ended early"), "retired": _l("Retired from service"),
    "recruited": _l("Recruited"), "appraised": _l("Appraised"), "event_withdrawn": _l("Entry taken back"),
    "left": _l("Left service"), "leaving_withdrawn": _l("End of service taken back"),
    "renamed": _l("Renamed"), "moved": _l("Moved"), "closed": _l("Unit closed"),
}  # fmt: skip
"""Acts of the trail."""

FIELDS = {
    "receiver": _l("Handed over to"), "unit": _l("Unit"), "post": _l("Post"), "rank": _l("Rank"), "position": _l("Position class"),
    "primary": _l("Primary"),
    "leading": _l("Leading group"), "team": _l("Team"), "tier": _l("Tier"), "tag": _l("Name of the list"), "leave": _l("Leave"),
    "grade": _l("Result of the appraisal"), "probation": _l("End of probation"), "status": _l("Status"),
    "name": _l("Name"), "name_en": _l("English name"), "above": _l("Unit above"), "from": _l("From"),
    "to": _l("Until"),
}  # fmt: skip
"""What the trail keeps of before and after, in the order in which it is shown."""

UNITS = ("unit", "above", "receiver")
"""Those of them that name units, in Chinese; several are divided by 、."""

UNIT_FIELDS = {"name": _l("Name of the unit")}
"""Where a unit calls a field otherwise than a person does."""

_CODES: dict[str, Any] = {
    "rank": RANKS, "position": POSITIONS, "team": TEAMS, "tier": TIERS, "tag": TAGS, "leave": LEAVE_KINDS, "status": STATUSES,
    "grade": GRADES,
}  # fmt: skip


def differences(row: Any, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What a row of the trail changed: the field, before, after; only what differs. `names`: queries.names_in_trail."""
    pairs = ((field, row.before.get(field, ""), row.after.get(field, "")) for field in FIELDS)
    called = FIELDS | UNIT_FIELDS if row.unit_id is not None else FIELDS
    return [(str(called[field]), _worded(field, old, names), _worded(field, new, names)) for field, old, new in pairs if old != new]


def _worded(field: str, value: Any, names: Mapping[str, str]) -> str:
    if field in UNITS:
        value = _(", ").join(names.get(unit, unit) for unit in str(value).split("、"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(_CODES.get(field, {}).get(value, value)) or "–"


def brought_word(created: int, changed: int) -> str:
    """What came of a roll; what is nobody is not said."""
    said = [_n("%(num)s person was brought in.", "%(num)s persons were brought in.", created)] if created or not changed else []
    if changed:
        said.append(_n("%(num)s person was changed.", "%(num)s persons were changed.", changed))
    return together(said)
