"""What may be done in the catalogue."""

from enum import StrEnum


class Action(StrEnum):
    """AUTHOR writes own courses; PUBLISH decides on the courses of others; RETIRE takes one out of the catalogue."""

    AUTHOR = "catalogue.author"
    PUBLISH = "catalogue.publish"
    RETIRE = "catalogue.retire"
