"""A ledger line tells which file and row it came from, and who brought it in."""

from __future__ import annotations

from collections.abc import Sequence

from app.history import queries, service
from app.kernel.i18n import _
from app.kernel.work import Work
from app.ledger.service import Evidence, set_evidence


@set_evidence
def file_and_row(work: Work, person_id: int, source_type: str, source_id: str) -> Sequence[Evidence]:
    """The file, its digest, the row, and who brought it in."""
    found = queries.source(work, source_id) if source_type == service.SOURCE else None
    if found is None:
        return ()
    facts = ((_("Row"), source_id.rpartition(":")[2]), (_("Brought in by"), found.owner_name), ("SHA-256", found.digest))
    return (Evidence(found.file_name, facts, "", found.state != "undone"),)
