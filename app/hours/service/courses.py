"""Finished courses become hours: one ledger line and one certificate, at completion or when somebody certifies (decisions 9-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import update

from app.certificates import service as certificates
from app.claims.actions import Action
from app.hours.models import CourseCredit, CreditState
from app.hours.queries.credits import Finished, finished
from app.kernel.clock import civil
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.ledger import service as ledger
from app.ledger.rules.posting import list_of
from app.people import queries as people
from app.rulebook import service as rulebook
from app.rulebook.rules import Note, RuleSet, convert

ONLINE_COURSE = "online_course"


class OwnCredit(Forbidden):
    """Nobody decides on his own course (ATK-A62)."""

    code, text = "credit_own", _l("Nobody decides on a course of his own.")


class MadeCourse(Forbidden):
    """Nobody certifies the study of a course that he teaches: its owner, and who wrote its version."""

    code, text = "credit_course_made", _l("Nobody certifies the hours of a course of which he is the owner or the author.")


class CreditDecided(Conflict):
    """Somebody was quicker, or the course does not wait; `who` acted last."""

    code, text = "credit_already_decided", _l("This course was already dealt with by %(who)s. Nothing was changed.")


class ReasonMissing(Invalid):
    """Who declines or takes back says why, in at most 500 characters."""

    code, text = "credit_reason_needed", _l("Please give a reason; the person will read it.")


@dataclass(frozen=True)
class CourseCredited:
    """A finished course was worth something, or its activity counted already."""

    person_id: int
    version_id: int
    state: CreditState
    hours: Decimal
    entry_seq: int | None


def credit_course(work: Work, person_id: int, version_id: int, score: Decimal | None = None) -> CourseCredit:
    """Credit a finished course once: by the hours frozen at publication and the rule they were frozen under (decisions 9-15).

    Under `certify: auto…` the line is posted and the certificate issued at once; under `manual` it waits and counts
    nowhere. An activity that is credited already is no error: it earns 0 hours, with the reason (EX-E08).
    """
    known = work.session.get(CourseCredit, (person_id, version_id))
    if known is not None:
        return known
    done = finished(work, person_id, version_id)
    today = civil(work.now).date()
    book = rulebook.use(work, _book(work, done, today))
    hours, notes = _worth(book, done)
    credit = CourseCredit(
        person_id=person_id, version_id=version_id, state=CreditState.PENDING, hours=hours, title=done.version.title,
        activity_key=activity_key(book, done, today), rule_set_version=book.pin, occurred_from=_begun(done, today), occurred_to=today,
        explanation=[note.as_json() for note in notes], entry_seq=None, credited_at=work.now, score=score,
    )  # fmt: skip
    if book.certify.posts_courses:
        _post(work, credit, done, "auto")
    work.session.add(credit)
    work.session.flush()
    announce(work, CourseCredited(person_id, version_id, credit.state, credit.hours, credit.entry_seq))
    return credit


def credit_of(work: Work, person_id: int, version_id: int) -> CourseCredit:
    """What a finished course came to. NotFound."""
    credit = work.session.get(CourseCredit, (person_id, version_id))
    if credit is None:
        raise NotFound()
    return credit


def certify_credit(work: Work, person_id: int, version_id: int) -> CourseCredit:
    """Certify the course that waits: its line is posted with the name of who did, and the certificate issued. MadeCourse."""
    credit, done = _decided(work, person_id, version_id, CreditState.PENDING, CreditState.POSTED), finished(work, person_id, version_id)
    _refuse_maker(work, done)
    _post(work, credit, done, work.actor.name)
    work.session.flush()
    announce(work, CourseCredited(person_id, version_id, credit.state, credit.hours, credit.entry_seq))
    return credit


def refuse_maker(work: Work, person_id: int, version_id: int) -> None:
    """Whoever made a course finds nobody's hours of it right. MadeCourse, NotFound."""
    _refuse_maker(work, finished(work, person_id, version_id))


def _refuse_maker(work: Work, done: Finished) -> None:
    if work.actor.person_id in (done.course.owner_id, done.version.author_id):
        raise MadeCourse()


def decline_credit(work: Work, person_id: int, version_id: int, reason: str) -> CourseCredit:
    """Decline the course that waits, with the reason the person reads; no line is made."""
    return _decided(work, person_id, version_id, CreditState.PENDING, CreditState.DECLINED, _given(reason))


def revoke_credit(work: Work, person_id: int, version_id: int, reason: str) -> CourseCredit:
    """Take the hours of a posted course back: its line is reversed, and with it goes its certificate (EntryReversed)."""
    said = _given(reason)
    credit = _decided(work, person_id, version_id, CreditState.POSTED, CreditState.REVOKED, said)
    assert credit.entry_seq is not None  # posted credits have a line
    ledger.reverse(work, person_id, credit.entry_seq, said)
    return credit


def _given(reason: str) -> str:
    """The reason without the blanks around it. ReasonMissing."""
    said = reason.strip()
    if not 0 < len(said) <= 500:
        raise ReasonMissing(field="reason")
    return said


def _decided(work: Work, person_id: int, version_id: int, since: CreditState, to: CreditState, reason: str | None = None) -> CourseCredit:
    """Decide on a credit in scope that is not one's own: one conditional UPDATE; who is later is told by whom (ATK-A62, ATK-A63)."""
    if person_id == work.actor.person_id:
        raise OwnCredit()
    people.require_over(work, Action.CERTIFY, person_id)
    mine = (CourseCredit.person_id == person_id, CourseCredit.version_id == version_id)
    values = {"state": to, "decided_by": work.actor.person_id, "decided_at": work.now, "reason": reason}
    won = update(CourseCredit).where(*mine, CourseCredit.state == since).values(**values).execution_options(synchronize_session=False)
    if changed_one(work.session, won):
        return work.session.get_one(CourseCredit, (person_id, version_id), populate_existing=True)
    known = work.session.get(CourseCredit, (person_id, version_id), populate_existing=True)
    if known is None:
        raise NotFound()
    raise CreditDecided(who=people.card(work, known.decided_by).name if known.decided_by else "")


def activity_key(book: RuleSet, done: Finished, on: date) -> str:
    """One course counts once in a cycle; a substantially revised version (a new major) counts anew."""
    return f"course:{done.course.uid}@{done.version.major}:{book.cycle_of(on.year)}"


def _book(work: Work, done: Finished, today: date) -> RuleSet:
    """The rule set the version was published under; for one without, the one in force."""
    pin = done.version.rule_set_version
    return rulebook.used(work, pin) if pin else rulebook.in_force(work, work.settings.rule_set, today)


def _worth(book: RuleSet, done: Finished) -> tuple[Decimal, tuple[Note, ...]]:
    """The nominal hours frozen at publication; the explanation repeats how they come about."""
    result = convert(book, ONLINE_COURSE, done.seconds, test_passed=False)
    frozen = done.version.nominal_hours
    return (result.hours if frozen is None else frozen), result.explanation


def _begun(done: Finished, today: date) -> date:
    """The civil day on which the course was begun, never after the day it was finished."""
    return min(civil(done.started_at).date(), today) if done.started_at is not None else today


def _post(work: Work, credit: CourseCredit, done: Finished, by: str) -> None:
    """Post the line and issue the certificate, or note that the activity counts already."""
    version = done.version
    new = ledger.NewLine(
        person_id=credit.person_id, activity_key=credit.activity_key, category=ONLINE_COURSE, hours=credit.hours,
        occurred_from=credit.occurred_from, occurred_to=credit.occurred_to, source_type="course", source_id=str(version.uid),
        title=credit.title, rule_set_version=credit.rule_set_version, evidence=ledger.digest(_evidence(credit, done)),
        framework=str(done.course.framework), subject_kind=version.subject_kind, delivery="online",
        selection="assigned" if version.is_compulsory else "elective", axes=_axes(done, credit.occurred_to), certified_by=by,
    )  # fmt: skip
    try:
        entry = ledger.append(work, new)
    except ledger.AlreadyCredited as refusal:
        credit.state, credit.hours = CreditState.DUPLICATE, Decimal(0)
        credit.explanation = [*credit.explanation, {"code": "duplicate", "of": str(refusal.facts["seq"])}]
        return
    credit.state, credit.entry_seq = CreditState.POSTED, entry.seq
    certificates.issue(work, person_id=credit.person_id, entry_seq=entry.seq, title=credit.title, hours=credit.hours)


def _axes(done: Finished, finished_on: date) -> dict[str, str | int | bool]:
    """Compulsory or not, and the list for which it counts; only what is so is said."""
    axes: dict[str, str | int | bool] = {"mandatory": True} if done.version.is_compulsory else {}
    listed = list_of(done.version.list_years, finished_on)
    return axes if listed is None else {**axes, "list_year": listed}


def _evidence(credit: CourseCredit, done: Finished) -> dict[str, object]:
    """What the line rests on; its digest stands in the hashed bytes for ever."""
    return {
        "course": str(done.course.uid),
        "version": str(done.version.uid),
        "lectures": list(done.lectures),
        "score": None if credit.score is None else str(credit.score),
        "rule_set": credit.rule_set_version,
        "explanation": credit.explanation,
    }
