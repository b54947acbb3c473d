"""What may be done here."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """Words of content/roles.toml."""

    SEE_PIPELINE = "media.see_pipeline"
    UPLOAD = "media.upload"
