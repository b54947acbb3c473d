"""What may be done with past training."""

from enum import StrEnum


class Action(StrEnum):
    """IMPORT brings in files about persons within the holder's jurisdiction, never about himself, and takes them back."""

    IMPORT = "history.import"
