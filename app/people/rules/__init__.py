"""Pure decisions about people: who lies within whose jurisdiction, which password is good, when a door is shut."""

from app.people.rules.facts import (
    AppointmentFact,
    EventFact,
    LeaveFact,
    PersonFacts,
    Post,
    Standing,
    TagFact,
    TeamFact,
    standing,
)
from app.people.rules.jurisdiction import (
    All,
    AnyOf,
    BadPredicate,
    Everyone,
    Holder,
    Is,
    Leading,
    Nobody,
    Not,
    OneOf,
    Predicate,
    SomePost,
    Under,
    bind,
    holds,
    parse,
    upward,
)

__all__ = [
    "All", "AnyOf", "AppointmentFact", "BadPredicate", "EventFact", "Everyone", "Holder", "Is", "Leading", "LeaveFact",
    "Nobody", "Not", "OneOf", "PersonFacts", "Post", "Predicate", "SomePost", "Standing", "TagFact", "TeamFact", "Under",
    "bind", "holds", "parse", "standing", "upward",
]  # fmt: skip
