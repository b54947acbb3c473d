"""The sentences of the auditor's page: what deeds are called, what they were about, what a person found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.admin.queries import ClaimDeed, View, YearDeed
from app.admin.queries.claims import DEEDS
from app.admin.queries.years import SUBJECTS
from app.claims import service as claims
from app.claims import words as claim_words
from app.kernel.i18n import _, _l
from app.kernel.work import Work
from app.ledger.queries import Health
from app.rulebook.words import title
from app.years import words as year_words

VIEWS: Mapping[View, Any] = {
    View.CLAIMS: _l("Certification"), View.COURSES: _l("Courses"), View.YEARS: _l("Years"), View.SAMPLES: _l("Samples"),
}  # fmt: skip
COURSES: Mapping[str, tuple[Any, str]] = {
    "posted": (_l("Certified"), "m"),
    "duplicate": (_l("Certified, counted before"), "o"),
    "declined": (_l("Not certified"), "c"),
    "revoked": (_l("Hours taken back"), "c"),
}
"""What a person made of a finished course."""
SAMPLES: Mapping[str, tuple[Any, str]] = {
    "open": (_l("Nobody has looked at it"), "o"),
    "ok": (_l("Found right"), "m"),
    "revoked": (_l("Hours taken back"), "c"),
}
ABOUT: Mapping[str, Any] = {
    "year": _l("Whole years"),
    "change": _l("Changes of closed years"),
    "person": _l("Years not completed"),
    "rules": _l("Changes of rules"),
}
EXCLUDED: Mapping[str, Any] = {
    "hidden": _l("The page was hidden"),
    "not_delivered": _l("Not delivered by the server"),
    "already_credited": _l("Credited before"),
    "faster_than_clock": _l("Faster than the clock"),
    "daily_cap": _l("Above the limit of a day"),
    "fragmented": _l("In too many pieces"),
    "preview": _l("A preview"),
}
"""Why time of study was not credited, as the evidence keeps it."""
TONES: Mapping[str, str] = {
    "pass": "a", "return": "o", "certify": "m", "reject": "c", "revoke": "c", "hear": "a", "put_up": "o", "turn_down": "c",
    "escalate": "o", "refused": "c",
    "closing": "o", "open": "o", "closed": "m", "restated": "o", "issued": "a", "proposed": "o", "approved": "m", "withdrawn": "",
    "tried": "a", "explained": "a", "decided": "m",
}  # fmt: skip


def kinds(view: View) -> list[tuple[str, str]]:
    """What of a trail can be asked for alone."""
    match view:
        case View.CLAIMS:
            return [(str(one), claim_words.act(one)) for one in DEEDS]
        case View.COURSES:
            return [(one, str(word)) for one, (word, _tone) in COURSES.items()]
        case View.YEARS:
            return [(one, str(ABOUT[one])) for one in SUBJECTS]
        case _:
            return [(one, str(word)) for one, (word, _tone) in SAMPLES.items()]


def claim_kind(work: Work, one: ClaimDeed) -> str:
    """The kind of a claim as the file of kinds calls it."""
    kind = claims.kinds(work).kinds.get(one.kind)
    return title(kind.title) if kind else one.kind


def claim_reason(one: ClaimDeed) -> str:
    """Why it was done; what was refused, and why a claim was put above, speak in words."""
    if one.act == "refused":
        return claims.why_refused(one.reason)
    if one.act == "escalate":
        return claim_words.escalated(one.figures)
    if one.act == "hear" and one.figures.get("outcome") == "upheld":
        return str(_("The decision stands.")) + (f" {one.reason}" if one.reason else "")
    return one.reason


def who(name: str, by_id: int | None) -> str:
    """Who did it; what no person did, the college did by itself."""
    return name if by_id is not None else str(_("the college itself"))


def about(one: YearDeed) -> str:
    """What an act was about, in one line."""
    match one.of:
        case "rules":
            return str(_("Rules %(pin)s", pin=one.pin))
        case "person":
            return str(_("The year %(year)s of this person", year=one.year))
        case "change" if one.change:
            return str(_("%(kind)s in %(year)s", kind=year_words.KINDS[one.change], year=one.year))
        case _:
            return str(_("Accounting year %(year)s", year=one.year))


def sound(found: Health) -> tuple[str, str, str]:
    """Whether the ledger holds by what is stored: the sentence, its tone, its sign."""
    if found.is_sound is None:
        return str(_("The ledger has not been walked through yet. It is once a day, and by “flask ledger verify”.")), "o", "clock"
    if found.is_sound:
        return str(_("Every line, every seal and every signature was found right.")), "m", "shield-check"
    if found.check is not None and found.check.bad:
        return str(_("The ledger does not hold. First wrong line: %(where)s", where=found.check.bad)), "c", "triangle-alert"
    return str(_("Seals are missing that the last walk still saw. Compare the heads kept outside the database.")), "c", "triangle-alert"
