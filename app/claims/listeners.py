"""What claims tell the ledger's pages: what a certified line rests on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.claims import queries, words
from app.claims.service.moving import find
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.presentation import day_text, size_text
from app.kernel.work import Work
from app.ledger.service import Evidence, set_evidence


@set_evidence
def what_a_claim_rests_on(work: Work, person_id: int, source_type: str, source_id: str) -> Sequence[Evidence]:
    """The claim with its decision, then each file; only its owner gets the addresses."""
    if source_type != "claim":
        return ()
    try:
        claim = find(work, UUID(source_id))
    except (NotFound, ValueError):
        return ()
    home = f"/hours/claims/{claim.uid}" if person_id == work.actor.person_id else ""
    facts = [(_("Handed in on"), day_text(claim.submitted_at)), (_("Passed by the unit on"), day_text(claim.checked_at)),
             (words.act("certify"), day_text(claim.decided_at))]  # fmt: skip
    rows = [Evidence(claim.title, tuple((name, value) for name, value in facts if value), home)]
    for file in queries.files_of(work, claim):
        rows.append(Evidence(file.file_name, ((_("Size"), size_text(file.size)), ("SHA-256", file.sha256[:16])),
                             f"{home}/evidence/{file.uid}" if home else ""))  # fmt: skip
    return rows
