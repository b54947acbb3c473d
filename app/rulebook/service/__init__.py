"""The shelf of rule sets: which version is in force on a day, and which versions have been used."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from app.kernel.db import dialect, insert_into
from app.kernel.errors import Conflict, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.rulebook.models import UsedRuleSet
from app.rulebook.rules import RuleSet, convert, read_rule_set

from .adopted import AlreadyAdopted, adopt, adopted
from .files import FOLDER, BadRuleFile, digest, examine, idle, load
from .positions import path_text
from .yearly import split_by

__all__ = [
    "FOLDER", "AlreadyAdopted", "BadRuleFile", "NoSuchRuleSet", "RuleSetChanged", "adopt", "adopted", "convert", "digest", "examine",
    "idle", "in_force", "load", "of_shelf", "of_year", "path_text", "rule_set", "shelf", "use", "used",
]  # fmt: skip

log = logging.getLogger(__name__)

PIN = re.compile(r"(?P<id>[a-z][a-z0-9-]{1,39})(@(?P<version>[1-9][0-9]{0,3}))?")


class NoSuchRuleSet(NotFound):
    """No rule set of that name, or none in force on the day."""

    code, text = "no_such_rule_set", _l("There is no rule set %(name)s in force on %(on)s.")


class RuleSetChanged(Conflict):
    """A version that ledger lines refer to was edited afterwards; a change must be a new version."""

    code, text = "rule_set_changed", _l("Rule set %(pin)s has been used and may not change; write a new version.")


@lru_cache(maxsize=4)
def shelf(folder: Path = FOLDER) -> Mapping[str, RuleSet]:
    """Every sound rule set of the folder by its pin; read once per process. A bad file is logged and left out: what was
    in force stays in force.
    """
    found: dict[str, RuleSet] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            book = load(path)
        except BadRuleFile as bad:
            log.error("rule file left out: %s", bad)
        else:
            found[book.pin] = book
    return found


def rule_set(id_or_pin: str, on: date) -> RuleSet:
    """The version a pin names, or of a bare id the highest one in force on that day (decision 11).

    Raises NoSuchRuleSet.
    """
    named = PIN.fullmatch(id_or_pin)
    books = shelf()
    if named is not None and named["version"] and id_or_pin in books:
        return books[id_or_pin]
    versions = [one for one in books.values() if named and not named["version"] and one.id == named["id"] and one.effective.covers(on)]
    if not versions:
        raise NoSuchRuleSet(name=id_or_pin, on=on.isoformat())
    return max(versions, key=lambda one: one.version)


def in_force(work: Work, id_or_pin: str, on: date, known_at: datetime | None = None) -> RuleSet:
    """The version that governs a day here: the newest adopted for it (by `known_at`), else the first shipped one.

    A pin names its version, adopted or shipped. Raises NoSuchRuleSet.
    """
    later = [one for one in adopted(work) if known_at is None or one.adopted_at <= known_at]
    if "@" in id_or_pin:
        return next((one.book for one in later if one.book.pin == id_or_pin), None) or rule_set(id_or_pin, on)
    fits = [one for one in later if one.book.id == id_or_pin and one.from_on <= on and one.book.effective.covers(on)]
    if fits:
        return max(fits, key=lambda one: (one.from_on, one.adopted_at, one.book.version)).book
    shipped = [book for book in shelf().values() if book.id == id_or_pin and book.effective.covers(on)]
    if not shipped:
        raise NoSuchRuleSet(name=id_or_pin, on=on.isoformat())
    return min(shipped, key=lambda book: book.version)


def of_year(
    work: Work, id_or_pin: str, year: int, *, known_at: datetime | None = None, book: RuleSet | None = None, from_on: date = date.max
) -> RuleSet:
    """By what a year is judged: the version in force on 31 December, which may ask for each part of the year what was in force then.

    `book` is tried as if it were in force, from a day on. Raises NoSuchRuleSet.
    """
    last = book or in_force(work, id_or_pin, date(year, 12, 31), known_at)

    def on(day: date) -> RuleSet | None:
        if book is not None and day >= from_on:
            return book
        try:
            return in_force(work, id_or_pin, day, known_at)
        except NoSuchRuleSet:
            return None

    return split_by(last, year, on)


def of_shelf(id_or_pin: str, book: RuleSet, year: int) -> RuleSet:
    """By what a year is judged without a database: `book`, and of a bare id what the shelf has in force earlier in the year."""

    def on(day: date) -> RuleSet | None:
        try:
            return rule_set(id_or_pin, day)
        except NoSuchRuleSet:
            return None

    return split_by(book, year, on)


def use(work: Work, book: RuleSet) -> RuleSet:
    """Keep a version because something now refers to it. Raises RuleSetChanged if it was another text before."""
    kept = work.session.get(UsedRuleSet, (book.id, book.version))
    if kept is None:  # two may be the first at once; the text of the quicker one stands
        fresh = {"rule_set_id": book.id, "version": book.version, "hash": book.hash, "body": dict(book.body), "first_used_at": work.now}
        work.session.execute(insert_into(dialect(work.session), UsedRuleSet).values(**fresh).on_conflict_do_nothing())
        kept = work.session.get_one(UsedRuleSet, (book.id, book.version))
    if kept.hash != book.hash:
        raise RuleSetChanged(pin=book.pin)
    return book


def used(work: Work, pin: str) -> RuleSet:
    """The version a ledger line names, from what was kept at its first use; else from the shelf. Raises NoSuchRuleSet."""
    name, _, version = pin.partition("@")
    number = int(version) if version.isascii() and version.isdigit() else 0
    kept = work.session.scalar(select(UsedRuleSet).where(UsedRuleSet.rule_set_id == name, UsedRuleSet.version == number))
    return read_rule_set(kept.body, kept.hash) if kept is not None else rule_set(pin, work.now.date())
