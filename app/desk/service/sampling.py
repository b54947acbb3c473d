"""A share of the courses that post by themselves is drawn for a person to look at: the same ones every time, unknown beforehand."""

from __future__ import annotations

from sqlalchemy import update

from app.claims.actions import Action
from app.desk.models import Sample
from app.desk.rules import SampleState, drawn
from app.hours import service as hours
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people import queries as people
from app.rulebook import service as rulebook


class SampleSeen(Conflict):
    """Somebody has looked at it already."""

    code, text = "sample_seen", _l("%(who)s has already looked at this course. Nothing was changed.")


class OwnSample(Forbidden):
    """Nobody audits himself (ATK-A62)."""

    code, text = "sample_own", _l("Nobody looks at a course of his own.")


def draw(work: Work, person_id: int, version_id: int) -> bool:
    """Put a posted course before a person if it is drawn under its rule set (`certify: online_course: auto_sample`)."""
    credit = hours.credit_of(work, person_id, version_id)
    certify = rulebook.used(work, credit.rule_set_version).certify
    if certify.online_course != "auto_sample" or credit.decided_by is not None:
        return False
    person = people.card(work, person_id)
    if not drawn(work.settings.secret_key, str(person.uid), credit.activity_key, certify.sample):
        return False
    work.session.add(Sample(person_id=person_id, version_id=version_id, state=SampleState.OPEN, drawn_at=work.now))
    work.session.flush()
    return True


def find_right(work: Work, person_id: int, version_id: int) -> None:
    """Somebody in scope, who did not make the course, looked at it and found it right. MadeCourse, OwnSample, SampleSeen."""
    hours.refuse_maker(work, person_id, version_id)
    _seen(work, person_id, version_id, SampleState.OK, "")


def take_back(work: Work, person_id: int, version_id: int, reason: str) -> None:
    """Somebody in scope found it wrong: its hours are reversed, with the reason."""
    _seen(work, person_id, version_id, SampleState.REVOKED, reason.strip()[:500])
    hours.revoke_credit(work, person_id, version_id, reason)


def _seen(work: Work, person_id: int, version_id: int, to: SampleState, reason: str) -> None:
    if person_id == work.actor.person_id:
        raise OwnSample()
    people.require_over(work, Action.CERTIFY, person_id)
    mine = (Sample.person_id == person_id, Sample.version_id == version_id)
    values = {"state": to, "seen_by": work.actor.person_id, "seen_at": work.now, "reason": reason}
    if changed_one(work.session, update(Sample).where(*mine, Sample.state == SampleState.OPEN).values(**values)):
        return
    row = work.session.get(Sample, (person_id, version_id), populate_existing=True)
    if row is None:
        raise NotFound()
    raise SampleSeen(who=people.card(work, row.seen_by).name if row.seen_by else "")
