"""Reads of training classes: which there are, who is in them, in which classes somebody is."""

from app.classes.queries.members import (
    Attended,
    Candidate,
    Counts,
    FoundRow,
    MemberRow,
    attended,
    counts,
    elsewhere,
    found,
    found_within,
    has_people,
    held,
    member_named,
    members,
    of_person,
    standing,
    trail,
    within_scope,
)
from app.classes.queries.own import (
    OwnClass,
    ahead,
    past,
)
from app.classes.queries.register import (
    ClassRow,
    Named,
    classes,
    is_taken,
    named,
    names,
    offered,
    one,
    reach,
    seen,
    state_of,
    tally,
    unit_codes,
    unit_of,
)

__all__ = [
    "Attended", "Candidate", "ClassRow", "Counts", "FoundRow", "MemberRow", "Named", "OwnClass", "ahead", "attended", "classes",
    "counts", "elsewhere", "found", "found_within", "has_people", "held", "is_taken", "member_named", "members", "named", "names",
    "of_person", "offered", "one", "past", "reach", "seen", "standing", "state_of", "tally", "trail", "unit_codes", "unit_of",
    "within_scope",
]  # fmt: skip
