"""Reads of the desk: what waits, one claim beside its proof, what was decided a moment ago."""

from app.desk.queries.counting import Counts, counts, waiting
from app.desk.queries.courses import CourseRow, key_of, keys_of, named, pending_courses, samples
from app.desk.queries.evidence import Sheet, sheet
from app.desk.queries.inbox import Inbox, Row, Wanted, chosen_uids, few_of, inbox, listed, steps_of, told
from app.desk.queries.recent import recent

__all__ = [
    "Counts",
    "CourseRow",
    "Inbox",
    "Row",
    "Sheet",
    "Wanted",
    "chosen_uids",
    "counts",
    "few_of",
    "inbox",
    "key_of",
    "keys_of",
    "listed",
    "named",
    "pending_courses",
    "recent",
    "samples",
    "sheet",
    "steps_of",
    "told",
    "waiting",
]  # fmt: skip
