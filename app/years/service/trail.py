"""One row of the trail for each act; it only grows."""

from __future__ import annotations

from sqlalchemy import insert

from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.years.models import YearTrail
from app.years.rules import REASON


class SecondPersonNeeded(Forbidden):
    """The same natural person may not take both steps."""

    code, text = "second_person_needed", _l("Somebody else has to decide this: it takes two people.")


class OwnAffair(Forbidden):
    """Nobody decides about himself."""

    code, text = "own_affair", _l("Nobody decides this about himself.")


class NotTheProposer(Forbidden):
    """A proposal is taken back by whoever made it; others adopt, approve or refuse it."""

    code, text = "not_the_proposer", _l("Only who proposed it may withdraw it.")


class DecidedAlready(Conflict):
    """Somebody was quicker, or it was decided before."""

    code, text = "decided_already", _l("This has been decided already.")


class WordsNeeded(Invalid):
    """A reason is part of the act."""

    code, text = "words_needed", _l("Please give a reason of at most 500 signs.")


def note(work: Work, subject: str, act: str, reason: str = "", *, about: int | None = None) -> None:
    """Who did what about it, when and why; `about` names the person whose affair it is."""
    actor = work.actor
    row = {
        "subject": subject[:80],
        "act": act,
        "by_id": actor.person_id,
        "by_name": actor.name[:60],
        "at": work.now,
        "reason": reason[:500],
        "person_id": about,
    }
    work.session.execute(insert(YearTrail).values(row))


def worded(text: str, field: str = "reason") -> str:
    """A reason that says something."""
    text = within_limit(text, field)
    if not text:
        raise WordsNeeded(field=field)
    return text


def within_limit(text: str, field: str) -> str:
    """Words that need not be there, but are kept whole."""
    text = text.strip()
    if len(text) > REASON:
        raise WordsNeeded(field=field)
    return text


def other_than(work: Work, first: int | None) -> None:
    """Refuse the second step to whoever took the first; the college itself is never the second person."""
    if work.actor.person_id is None or work.actor.person_id == first:
        raise SecondPersonNeeded()
