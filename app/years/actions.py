"""What may be done about years, about who did not complete them, and about the rules."""

from enum import StrEnum


class Action(StrEnum):
    """PROPOSE and APPROVE are two natural persons, the second one level up (domain.md §6.1-8).

    They change a closed year, for people of their jurisdiction. There is one accounting year, the city's: CLOSE begins to close it,
    APPROVE finishes, and both read its report; other organs have the figures of their own people in compliance (domain.md §9).

    EXPLAIN proposes why somebody of the holder's jurisdiction did not complete a year, DECIDE decides it (I05).
    PROPOSE_RULES brings a new version and tries it, ADOPT puts it in force.
    """

    CLOSE = "years.close"
    PROPOSE = "years.propose"
    APPROVE = "years.approve"
    EXPLAIN = "years.explain"
    DECIDE = "years.decide"
    PROPOSE_RULES = "rulebook.propose"
    ADOPT = "rulebook.adopt"
