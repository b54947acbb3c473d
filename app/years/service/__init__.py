"""Verbs of years: close, change a closed one, decide about who did not complete, try and adopt rules."""

from app.years.service.carrying import carry_over
from app.years.service.changes import (
    BadAdjustment,
    CarriedByRule,
    Figures,
    NotClosed,
    ReversalWaits,
    WrongList,
    approve,
    propose_adjustment,
    propose_reversal,
    refuse,
    withdraw,
)
from app.years.service.claimed import BeforeASuperior, Overtaken
from app.years.service.closing import (
    ClaimsOpen,
    TooEarly,
    begin_closing,
    closable,
    close,
    reopen,
    restate,
    shut,
    shut_since,
    shut_years,
    year_of,
)
from app.years.service.incompletion import Merit, NothingUnmet, decide, explain, merit_of
from app.years.service.reports import figures, reissue
from app.years.service.trail import DecidedAlready, NotTheProposer, OwnAffair, SecondPersonNeeded, WordsNeeded
from app.years.service.trying import NoRulesThen, NotTheNextVersion, NotTried, RuleFileRefused, books_of, rejudge, try_out
from app.years.service.trying import adopt as adopt_rules
from app.years.service.trying import find as find_rules
from app.years.service.trying import propose as propose_rules
from app.years.service.trying import refuse as refuse_rules
from app.years.service.trying import withdraw as withdraw_rules

__all__ = [
    "BadAdjustment", "BeforeASuperior", "CarriedByRule", "ClaimsOpen", "DecidedAlready", "Figures", "Merit", "NoRulesThen",
    "NotClosed", "NotTheNextVersion", "NotTheProposer", "NotTried", "NothingUnmet", "Overtaken", "OwnAffair", "ReversalWaits",
    "RuleFileRefused", "SecondPersonNeeded", "TooEarly", "WordsNeeded", "WrongList", "adopt_rules", "approve", "begin_closing",
    "books_of", "carry_over", "closable", "close", "decide", "explain", "figures", "find_rules", "merit_of", "propose_adjustment",
    "propose_reversal", "propose_rules", "refuse", "refuse_rules", "reissue", "rejudge", "reopen", "restate", "shut", "shut_since",
    "shut_years", "try_out", "withdraw", "withdraw_rules", "year_of",
]  # fmt: skip
