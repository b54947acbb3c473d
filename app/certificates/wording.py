"""The words of a certificate in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date

from app.certificates.models import Certificate
from app.certificates.rules import State, grouped_code
from app.certificates.typeset import Run
from app.kernel.clock import civil
from app.kernel.i18n import _, locale_code
from app.kernel.quantity import hours_text

SEAL = "干部网上学院证书章"
"""Nine characters of the chop, the same in every language."""
_PLACE = re.compile(r"%\((\w+)\)s")
_STRONG = frozenset({"name", "title"})


@dataclass(frozen=True)
class Words:
    """Every word on the paper, in the reader's language."""

    college: str
    title: str
    salutation: tuple[Run, ...]
    body: tuple[Run, ...]
    date: str
    number: str
    code: str
    scan: str
    proof: str
    seal: str
    subject: str
    revoked: str = ""

    def text(self) -> str:
        """All characters that must be printable."""
        runs = "".join(run.text for run in (*self.salutation, *self.body))
        plain = (self.college, self.title, self.date, self.number, self.code, self.scan, self.proof, self.seal, self.revoked)
        return runs + "".join(plain)


def words_of(made: Certificate) -> Words:
    """Everything that is written on the certificate."""
    facts = {
        "name": made.holder, "title": _("“%(title)s”", title=made.title), "first": long_date(made.occurred_from),
        "last": long_date(made.occurred_to), "hours": _("%(hours)s class hours", hours=hours_text(made.hours)),
    }  # fmt: skip
    return Words(
        college=_("Online Cadre College"),
        title=_("Certificate of Completion"),
        salutation=_runs(_("This is to certify that %(name)s"), facts),
        body=_runs(_body(made), facts),
        date=long_date(civil(made.issued_at).date()),
        number=_("Certificate no. %(no)s", no=made.no),
        code=_("Check code %(code)s", code=grouped_code(made.check_code)),
        scan=_("Scan to verify"),
        proof=_("Ledger line %(hash)s", hash=f"{made.line_hash[:8]} {made.line_hash[8:16]}"),
        seal=SEAL,
        subject=made.no,
        revoked=_("REVOKED") if made.state == State.REVOKED else "",
    )


def long_date(day: date) -> str:
    """A date in prose with its year."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if locale_code() == "zh" else format_date(day, "d MMMM y")


def _body(made: Certificate) -> str:
    """One sentence; one date when the study began and ended on the same day."""
    if made.occurred_from == made.occurred_to:
        return str(_("studied %(title)s at the Online Cadre College on %(last)s, completed it in full and earned %(hours)s."))
    return str(_("studied %(title)s at the Online Cadre College from %(first)s to %(last)s, completed it in full and earned %(hours)s."))


def _runs(sentence: str, facts: dict[str, str]) -> tuple[Run, ...]:
    """The sentence cut at its places; name and title are strong, the figure of hours stays on one line."""
    parts = _PLACE.split(sentence)
    runs = [Run(text) if place % 2 == 0 else Run(facts[text], text in _STRONG, text == "hours") for place, text in enumerate(parts)]
    return tuple(run for run in runs if run.text)
