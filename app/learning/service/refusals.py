"""What trusted study refuses, and with which sentence (interfaces.md §4.1)."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Gone, Invalid, Refusal, TooMany
from app.kernel.i18n import _l
from app.learning.rules.credit import Refused


class Superseded(Conflict):
    """Study goes on elsewhere; `device` and `since` say where (INV-I6)."""

    code, text = "superseded", _l("Study is being continued on another device: %(device)s.")


class SessionClosed(Gone):
    """The session has ended; a new one may be opened."""

    code, text = "closed", _l("This study session is over. Start the lecture again to go on.")


class BadSeq(Conflict):
    """Beats are numbered from 1 without a gap; `expected` is the next number."""

    code, text = "bad_seq", _l("This report is out of turn.")


class StaleToken(Conflict):
    """The token is not the one of the last answer, or the beat is too old to be repeated; `seq` is the last accepted."""

    code, text = "stale_token", _l("This report does not continue the last one.")


class BeatMismatch(Conflict):
    """This number was used for another range."""

    code, text = "idempotency_mismatch", _l("A different report was already accepted under this number.")


class BadRange(Invalid):
    """A range the wrong way round or outside the lecture."""

    code, text = "bad_range", _l("The reported range does not lie inside the lecture.")


class TooFast(TooMany):
    """More beats than a player sends."""

    code, text = "too_fast", _l("Reports arrive too fast. Please try again in %(retry_after)s seconds.")


class PresenceRequired(Refusal):
    """A presence check went unanswered past its deadline; nothing counts until it is answered (INV-I9)."""

    status, code, text = 428, "presence_required", _l("Please confirm that you are still here. Time counts again from then on.")


class NotPlayable(Conflict):
    """The lecture has no medium that plays yet."""

    code, text = "not_playable", _l("This lecture cannot be played yet.")


class WrongOrigin(Forbidden):
    """A beat from a page that is not ours."""

    code, text = "wrong_origin", _l("This request does not come from a page of the college.")


class NotYours(Forbidden):
    """A media address of another person, or of a session that is over (ATK-A42)."""

    code, text = "media_not_yours", _l("This address belongs to another study session.")


class AheadOfTime(TooMany):
    """More media than the budget of the session allows (decisions 6)."""

    code, text = "delivery_budget", _l("More is being fetched than can be watched. Please go on in %(retry_after)s seconds.")


class LecturesNotComplete(Forbidden):
    """The closing quiz opens when every mandatory lecture is complete."""

    code, text = "lectures_not_complete", _l("The closing quiz opens when all compulsory lectures are complete.")


BY_VERDICT: dict[Refused, type[Refusal]] = {
    Refused.CLOSED: SessionClosed,
    Refused.BAD_SEQ: BadSeq,
    Refused.STALE_TOKEN: StaleToken,
    Refused.MISMATCH: BeatMismatch,
    Refused.BAD_RANGE: BadRange,
    Refused.PRESENCE: PresenceRequired,
}
