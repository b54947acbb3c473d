"""What claims refuse, each with a code that never changes."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from app.kernel.i18n import _l


class BadClaim(Invalid):
    """Fields that cannot be taken; `faults` lists {field, code, sentence}."""

    code, text = "claim_fields", _l("Please correct what is marked; nothing was changed.")


class ClaimStopped(Invalid):
    """Something about the claim cannot be: in the future, more hours than a day has, …; `findings` says what."""

    code, text = "claim_stopped", _l("This claim cannot be handed in: %(sentence)s")


class Unexplained(Invalid):
    """The claim meets classes, leave or other claims of the same days, and no word says why (domain.md §8)."""

    code, text = "claim_overlap_unexplained", _l("%(sentence)s Please explain this in the field “Explanation” before you hand it in.")


class EvidenceNeeded(Invalid):
    """A claim needs its proof."""

    code, text = "claim_evidence_needed", _l("Please attach the proof first: %(what)s.")


class EvidenceNotAccepted(Invalid):
    """A file that is not, in its bytes, a whole JPEG, PNG, WebP or PDF."""

    code, text = "evidence_not_accepted", _l("“%(name)s” is not a readable JPEG, PNG, WebP or PDF file. Nothing was changed.")


class EvidenceLocked(EvidenceNotAccepted):
    """A PDF that opens with a password only: nobody who has to check it could read it."""

    code, text = "evidence_locked", _l("“%(name)s” is locked with a password. Please save it without one and attach it again.")


class EvidenceTooLarge(TooLarge):
    """A file above the limit of bytes or pixels."""

    code, text = "evidence_too_large", _l("“%(name)s” is too large: at most %(megabytes)s MB and %(megapixels)s million pixels.")


class TooManyFiles(Invalid):
    """A claim takes a few files only."""

    code, text = "claim_too_many_files", _l("A claim takes at most %(most)s files.")


class TooManyDrafts(Conflict):
    """Unfinished claims pile up."""

    code, text = "claim_too_many_drafts", _l("You have %(most)s unfinished claims. Hand in or withdraw some of them first.")


class NoSuchKind(NotFound):
    """No such kind of claim, or one that is no longer offered."""

    code, text = "no_such_claim_kind", _l("This kind of claim is not offered.")


class AlreadyDecided(Conflict):
    """Somebody was quicker, or the claim stands where this is not possible; `who` acted last."""

    code, text = "claim_already_decided", _l("This claim was already dealt with by %(who)s (%(state_word)s). Nothing was changed.")


class AlreadyClaimed(Conflict):
    """The same activity is in another claim that is open or certified."""

    code, text = "claim_already_made", _l("You have already claimed this activity.")


class OwnClaim(Forbidden):
    """Nobody decides his own claim (ATK-A62). The attempt stays in the trail."""

    keeps = True
    code, text = "claim_own", _l("Nobody decides on a claim of his own.")


class SamePerson(Forbidden):
    """The two steps are taken by two natural persons (ATK-A62). The attempt stays in the trail."""

    keeps = True
    code, text = "claim_same_person", _l("You have already taken the other step of this claim; somebody else has to decide now.")


class SameAuthority(SamePerson):
    """Nor are they taken by two persons on one authority: whoever lends his, and his deputy on it. The attempt stays in the trail."""

    code, text = (
        "claim_same_authority",
        _l("The other step of this claim was taken on the same authority, lent or one's own; somebody with another has to decide now."),
    )


class ClaimYearClosed(Conflict):
    """The year of the activity is closed: nothing is claimed into it any more."""

    code, text = (
        "claim_year_closed",
        _l("The year %(year)s is closed; nothing can be claimed for it here. Your managing authority may propose an adjustment."),
    )


class NeedsSuperior(Conflict):
    """A claim of a closed year is decided by itself, for it is put before a superior."""

    code, text = "claim_needs_superior", _l("The year %(year)s is closed. Decide this claim by itself; it is put before a superior.")


class BadVerdict(Invalid):
    """Figures or reason that cannot be certified; `why` is a stable word."""

    code, text = "claim_verdict", _l("%(sentence)s")


class ReasonMissing(Invalid):
    """Who returns, rejects or revokes says why."""

    code, text = "claim_reason_needed", _l("Please give a reason; the person will read it.")


class AppealClosed(Conflict):
    """One appeal, within its time, against a decision that can be appealed."""

    code, text = "claim_appeal_closed", _l("This claim cannot be appealed: %(sentence)s")


class NoAppeal(Conflict):
    """There is no open appeal."""

    code, text = "claim_no_open_appeal", _l("This claim has no open appeal.")


ATTEMPTS = {one.code: one.text for one in (OwnClaim, SamePerson, SameAuthority)}


def why_refused(code: str) -> str:
    """Why an attempt was refused, in words; the trail keeps the code."""
    return str(ATTEMPTS.get(code, code))
