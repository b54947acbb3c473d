"""The rule engine: rule sets, conversion, evaluation. Pure: no web, no database, no clock, no files.

`convert` says what a course is worth, `evaluate` where a person stands; both explain themselves with codes and numbers.
"""

from .classes import DAY_STEP, Clash, ClassOutcome, Dispatch, clash, class_outcome, days_left, is_share_reached, merit, net_down
from .conversion import Conversion, UnknownKind, convert, exam_hours, is_covered
from .evaluation import Evaluation, NotInForce, evaluate, governs
from .facts import CARRIES, CITY, Appointment, Event, Facts, Leave, Line, Membership, Person, Tag
from .faults import Fault, faults
from .judging import Figure, Status, Term, Verdict
from .lines import Worth, worth, year_in
from .model import Bucket, Kpi, Measure, Need, Requirement, RuleSet
from .notes import Note
from .obligations import Duty, add_months
from .reading import read_rule_set
from .splitting import split
from .totals import Totals, Window, add_up, buckets_of, chosen, falls_into, takers

__all__ = [
    "CARRIES", "CITY", "DAY_STEP", "Appointment", "Bucket", "Clash", "ClassOutcome", "Conversion", "Dispatch", "Duty", "Evaluation",
    "Event", "Facts", "Fault", "Figure", "Kpi", "Leave", "Line", "Measure", "Membership", "Need", "NotInForce", "Note", "Person",
    "Requirement", "RuleSet", "Status", "Tag", "Term", "Totals", "UnknownKind", "Verdict", "Window", "Worth", "add_months", "add_up",
    "buckets_of", "chosen", "clash", "class_outcome", "convert", "days_left", "evaluate", "exam_hours", "falls_into", "faults", "governs",
    "is_covered", "is_share_reached", "merit", "net_down", "read_rule_set", "split", "takers", "worth", "year_in",
]  # fmt: skip
