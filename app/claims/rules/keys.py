"""Under which key an activity counts once, and by which digests doubles are found. Pure (domain.md §6.1-4)."""

from __future__ import annotations

import hashlib
import unicodedata

from app.claims.rules.fields import Entered
from app.claims.rules.kinds import Kind

LONGEST = 60


def folded(text: str) -> str:
    """One spelling for what people write in many: NFKC, case folded, letters and digits alone."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def title_hash(text: str) -> str:
    """Sixteen hexadecimal digits of what a title says, however it is spaced and punctuated."""
    return hashlib.sha256(folded(text).encode()).hexdigest()[:16]


def activity_key(kind: Kind, entered: Entered) -> str:
    """`claim:{kind}:{title-hash}:{from}-{to}`, or `ext:{issuer}:{cert_no}` for what is known by a certificate."""
    if kind.is_certificate:
        return certificate(str(entered.values["issuer"]), str(entered.values["cert_no"]))
    assert entered.occurred_from is not None and entered.occurred_to is not None  # submit asks for them
    return f"claim:{kind.id}:{title_hash(entered.title)}:{entered.occurred_from:%Y%m%d}-{entered.occurred_to:%Y%m%d}"


def certificate(issuer: str, cert_no: str) -> str:
    """The key of what is known by the number of a certificate, whoever enters it."""
    return f"ext:{_short(issuer)}:{_short(cert_no)}"


def certificate_key(kind: Kind, entered: Entered) -> str | None:
    """The certificate by which doubles are found among all people; None for kinds without one."""
    return activity_key(kind, entered) if kind.is_certificate else None


def _short(text: str) -> str:
    """Letters and digits, cut to fit with a digest of the rest."""
    plain = folded(text) or "-"
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 17]}-{hashlib.sha256(plain.encode()).hexdigest()[:16]}"
