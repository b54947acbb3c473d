"""Verbs of claims; the only door for other domains."""

from app.claims.models import Claim
from app.claims.service.above import has_no_part, is_marked, may_check, may_decide, same_hand
from app.claims.service.appeals import appeal, appeal_of, closed, hear
from app.claims.service.book import BadClaimsFile, kinds, offered
from app.claims.service.bulk import Bulk, LeftOut, Looked, TooManyAtOnce, certify_many, look_many, refuse_too_many, waiting_versions
from app.claims.service.deciding import certify, give_back, line_taken_back, may_not_certify, pass_on, reason_given, reject, revoke
from app.claims.service.drafting import MOST_FILES, attach, complete, detach, edit, start, submit, withdraw
from app.claims.service.escalating import Seats, escalate, notices, read_notices
from app.claims.service.events import ClaimDecided, ClaimSubmitted
from app.claims.service.files import MOST_BYTES, Examined, page_place, papers_of, place, receive
from app.claims.service.moving import find, lent_for, own, seen
from app.claims.service.papers import Paper
from app.claims.service.passing import look_pass, pass_many
from app.claims.service.refusals import AlreadyDecided, BadClaim, NoAppeal, OwnClaim, SameAuthority, SamePerson, why_refused
from app.claims.service.returning import look_return, return_many
from app.claims.service.superior import needs_superior, set_superior, turned_down, year_of
from app.claims.service.weighing import Ahead, Weighed, ahead, book_for, entered, rules_on, weigh

__all__ = [
    "MOST_BYTES",
    "MOST_FILES",
    "Ahead",
    "AlreadyDecided",
    "BadClaim",
    "BadClaimsFile",
    "Bulk",
    "Claim",
    "ClaimDecided",
    "ClaimSubmitted",
    "Examined",
    "LeftOut",
    "Looked",
    "NoAppeal",
    "OwnClaim",
    "Paper",
    "SameAuthority",
    "SamePerson",
    "Seats",
    "TooManyAtOnce",
    "Weighed",
    "ahead",
    "appeal",
    "appeal_of",
    "attach",
    "book_for",
    "certify",
    "certify_many",
    "closed",
    "complete",
    "detach",
    "edit",
    "entered",
    "escalate",
    "find",
    "give_back",
    "has_no_part",
    "hear",
    "is_marked",
    "kinds",
    "lent_for",
    "line_taken_back",
    "look_many",
    "look_pass",
    "look_return",
    "may_check",
    "may_decide",
    "may_not_certify",
    "needs_superior",
    "notices",
    "offered",
    "own",
    "page_place",
    "papers_of",
    "pass_many",
    "pass_on",
    "place",
    "read_notices",
    "reason_given",
    "receive",
    "refuse_too_many",
    "reject",
    "return_many",
    "revoke",
    "rules_on",
    "same_hand",
    "seen",
    "set_superior",
    "start",
    "submit",
    "turned_down",
    "waiting_versions",
    "weigh",
    "why_refused",
    "withdraw",
    "year_of",
]
