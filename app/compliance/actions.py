"""What may be read and done about compliance."""

from enum import StrEnum


class Action(StrEnum):
    """UNIT reads figures and persons within the holder's jurisdiction and reminds them (domain.md §9).

    CITY and FINANCE read figures of the whole city, never of persons: groups too small to hide in are joined.
    """

    UNIT = "reports.unit"
    CITY = "reports.city"
    FINANCE = "reports.finance"
