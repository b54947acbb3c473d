"""What can be claimed, how it moves, what it is worth, what is odd about it. Pure: no web, no database, no clock."""

from app.claims.rules.deciding import MOST_AT_ONCE, Verdict, deadline_on, is_escalated, verdict_wrong
from app.claims.rules.escalating import STAGES, Stage, Why
from app.claims.rules.fields import Entered, Fault, missing, plain_text, read
from app.claims.rules.findings import Beside, Facts, Finding, Level, Span, asks, findings, overlaps, risk, stops
from app.claims.rules.kinds import Book, By, Calendar, Field, FieldType, Kind
from app.claims.rules.states import FROM, HEARD, LIVE, NEXT, OPEN, Act, AppealState, ClaimState, may_appeal
from app.claims.rules.suggest import Suggestion, suggest
from app.rulebook.rules.model import Title

__all__ = [
    "FROM", "HEARD", "LIVE", "MOST_AT_ONCE", "NEXT", "OPEN", "STAGES", "Act", "AppealState", "Beside", "Book", "By", "Calendar",
    "ClaimState", "Entered", "Facts", "Fault", "Field", "FieldType", "Finding", "Kind", "Level", "Span", "Stage", "Suggestion", "Title",
    "Verdict", "Why", "asks", "deadline_on", "findings", "is_escalated", "may_appeal", "missing", "overlaps", "plain_text", "read",
    "risk", "stops", "suggest", "verdict_wrong",
]  # fmt: skip
