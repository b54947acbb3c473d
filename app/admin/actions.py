"""What may be done with the house itself."""

from enum import StrEnum


class Action(StrEnum):
    """JOBS sees and retries background work; SETTINGS and AUDIT are the officers'."""

    JOBS = "admin.jobs"
    SETTINGS = "admin.settings"
    AUDIT = "admin.audit"
