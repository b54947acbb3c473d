"""A trail as a file: the deeds of the screen, how they were narrowed, as of when and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.admin import queries, words
from app.admin.queries import View, Wanted
from app.claims import words as claim_words
from app.kernel.i18n import _
from app.kernel.presentation import moment_text
from app.kernel.work import Work
from app.kernel.workbook import Value, separated
from app.years import words as year_words

MOST_ROWS = 10_000
"""Deeds in one file; a longer trail says that it was cut."""


def trail(work: Work, asked: Wanted) -> bytes:
    """The narrowed trail as CSV, the latest deed first."""
    heads, rows, is_cut = _table(work, asked)
    about: list[Sequence[Value]] = [[line] for line in _about(work, asked, len(rows), is_cut)]
    return separated([*about, [], heads, *rows])


def _about(work: Work, asked: Wanted, count: int, is_cut: bool) -> Iterator[str]:
    yield str(_("As of %(moment)s, made for %(name)s.", moment=moment_text(work.now), name=work.actor.name))
    told = dict(words.kinds(asked.view))
    span = f"{asked.since or ''} – {asked.until or ''}" if asked.since or asked.until else ""
    narrowed = [str(words.VIEWS[asked.view]), told.get(asked.kind, ""), asked.person, asked.unit, asked.officer, span]
    yield str(_("List: %(list)s.", list=str(_(", ")).join(filter(None, narrowed))))
    if is_cut:
        yield str(_("Only the first %(count)s deeds are listed.", count=count))


def _table(work: Work, asked: Wanted) -> tuple[list[Value], list[Sequence[Value]], bool]:
    match asked.view:
        case View.CLAIMS:
            return _of_claims(work, asked)
        case View.COURSES:
            return _of_courses(work, asked)
        case View.YEARS:
            return _of_years(work, asked)
        case _:
            return _of_samples(work, asked)


def _of_claims(work: Work, asked: Wanted) -> tuple[list[Value], list[Sequence[Value]], bool]:
    found = queries.claim_deeds(work, asked, size=MOST_ROWS)
    heads = (_("When"), _("Deed"), _("Done by"), _("On behalf of"), _("Claimant"), _("Unit"), _("Claim"), _("Kind"), _("Hours claimed"),
             _("Hours certified"), _("Reason"), _("Line"), _("Address"), _("Device"))  # fmt: skip
    rows: list[Sequence[Value]] = [
        (_moment(one.at), claim_words.act(one.act, one.figures), words.who(one.by_name, one.by_id), one.on_behalf, one.name, one.unit,
         one.title, words.claim_kind(work, one), one.claimed, one.certified, words.claim_reason(one), _line(one.person_id, one.entry_seq),
         one.ip, one.device)
        for one in found.items
    ]  # fmt: skip
    return [str(head) for head in heads], rows, found.next is not None


def _of_courses(work: Work, asked: Wanted) -> tuple[list[Value], list[Sequence[Value]], bool]:
    found = queries.course_deeds(work, asked, size=MOST_ROWS)
    heads = (_("When"), _("Deed"), _("Done by"), _("Name"), _("Unit"), _("Course"), _("Hours"), _("Rule version"), _("Reason"), _("Line"))
    rows: list[Sequence[Value]] = [
        (_moment(one.at), str(words.COURSES[one.state][0]), one.by_name, one.name, one.unit, one.title, one.hours, one.pin,
         one.reason or "", _line(one.person_id, one.entry_seq))
        for one in found.items
    ]  # fmt: skip
    return [str(head) for head in heads], rows, found.next is not None


def _of_years(work: Work, asked: Wanted) -> tuple[list[Value], list[Sequence[Value]], bool]:
    found = queries.year_deeds(work, asked, size=MOST_ROWS)
    heads = (_("When"), _("Deed"), _("Done by"), _("Matter"), _("Name"), _("Unit"), _("Activity"), _("Hours"), _("Reason"), _("Line"))
    rows: list[Sequence[Value]] = [
        (_moment(one.at), str(year_words.ACTS[one.act]), words.who(one.by_name, one.by_id), words.about(one), one.name, one.unit,
         one.title, one.hours, year_words.because(one.act, one.reason), _line(one.person_id, one.entry_seq))
        for one in found.items
    ]  # fmt: skip
    return [str(head) for head in heads], rows, found.next is not None


def _of_samples(work: Work, asked: Wanted) -> tuple[list[Value], list[Sequence[Value]], bool]:
    found = queries.samples(work, asked, size=MOST_ROWS)
    heads = (_("Drawn"), _("Name"), _("Unit"), _("Course"), _("Hours"), _("Rule version"), _("What was found"), _("Looked at by"),
             _("Looked at"), _("Reason"), _("Line"))  # fmt: skip
    rows: list[Sequence[Value]] = [
        (_moment(one.drawn_at), one.name, one.unit, one.title, one.hours, one.pin, str(words.SAMPLES[one.state][0]), one.seen_name or "",
         _moment(one.seen_at), one.reason, _line(one.person_id, one.entry_seq))
        for one in found.items
    ]  # fmt: skip
    return [str(head) for head in heads], rows, found.next is not None


def _moment(at: datetime | None) -> str:
    return moment_text(at) if at is not None else ""


def _line(person_id: int | None, seq: int | None) -> str:
    return f"{person_id}-{seq}" if person_id is not None and seq is not None else ""
