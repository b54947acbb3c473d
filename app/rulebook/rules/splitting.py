"""A year in which the rules changed: what each version asked, for the months it was in force (domain.md §6.4, `split_year`). Pure.

Months go by the census rule: a month belongs to the version in force on its 15th. A yearly requirement that versions know by
one name and in one shape stays one requirement, whose amount is made of theirs: 12 days a year for six months and 18 days a
year for six are 15 days. One that only some of them know holds in their months alone, as at a promotion. What counts where,
the cycle, and everything else is as the version in force on 31 December says.
"""

from calendar import monthrange
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from .model import ZERO, Requirement, RuleSet, Stretch, Title

LONGEST = 40
"""Characters that are kept of the name of a requirement."""


def split(rule_set: RuleSet, months: Sequence[RuleSet], year: int) -> RuleSet:
    """The rules of a year: those in force on 31 December, with what the versions in force on its twelve fifteenths ask.

    The same object where it does not say `split_year`, or was in force on all of them.
    """
    if not rule_set.split_year or all(book.hash == rule_set.hash for book in months):
        return rule_set
    books, stretches = _stretches(months, year)
    asked = [_asked(one, books) for one in rule_set.requirements]
    gone = [(_with_buckets(_asked(one, books), book), book) for one, book in _gone(rule_set, books)]
    buckets = dict(rule_set.buckets)
    for one, book in gone:
        buckets |= {name: book.buckets[name] for need in one.needs for name in need.buckets if name not in buckets}
    if len(buckets) > len(rule_set.buckets):  # a total over all buckets goes on meaning those it meant
        asked = [_with_buckets(one, rule_set) for one in asked]
    asked += [_named(one, rule_set, book) for one, book in gone]
    return replace(rule_set, requirements=tuple(asked), buckets=buckets, stretches=stretches)


def _stretches(months: Sequence[RuleSet], year: int) -> tuple[list[RuleSet], tuple[Stretch, ...]]:
    """Months one after another under the same version, as one stretch of the year."""
    books, found = [], []
    for _hash, group in groupby(enumerate(months, 1), lambda one: one[1].hash):
        numbers, same = zip(*group, strict=True)
        last = date(year, numbers[-1], monthrange(year, numbers[-1])[1])
        books.append(same[0])
        found.append(Stretch(date(year, numbers[0], 1), last, same[0].pin))
    return books, tuple(found)


def _gone(rule_set: RuleSet, books: Sequence[RuleSet]) -> list[tuple[Requirement, RuleSet]]:
    """Yearly requirements that the version in force on 31 December does not know, with the last version that does."""
    known = {_shape(one) for one in rule_set.requirements}
    found: dict[Hashable, tuple[Requirement, RuleSet]] = {}
    for book in reversed(books):
        for one in book.requirements:
            if one.period == "year" and _shape(one) not in known:
                found.setdefault(_shape(one), (one, book))
    return list(found.values())


def _shape(one: Requirement) -> Hashable:
    """What makes requirements of two versions the same one: all but its amounts, its title and whom it is about."""
    return one.id, one.period, one.is_any, tuple((need.measure, need.buckets, need.is_total) for need in one.needs)


def _asked(one: Requirement, books: Sequence[RuleSet]) -> Requirement:
    """A yearly requirement with what each version asks, of whom; as it stands where all ask the same of the same people."""
    if one.period != "year":
        return one
    twins = [next((twin for twin in book.requirements if _shape(twin) == _shape(one)), None) for book in books]
    if all(twin is not None and (twin.who, twin.needs) == (one.who, one.needs) for twin in twins):
        return one
    needs = tuple(
        replace(need, amounts=tuple(ZERO if twin is None else twin.needs[place].amount for twin in twins))
        for place, need in enumerate(one.needs)
    )
    return replace(one, whos=tuple(None if twin is None else twin.who for twin in twins), needs=needs)


def _with_buckets(one: Requirement, book: RuleSet) -> Requirement:
    """The requirement with the buckets named that a total over all of them means."""
    return replace(one, needs=tuple(need if need.buckets else replace(need, buckets=tuple(book.buckets)) for need in one.needs))


def _named(one: Requirement, rule_set: RuleSet, book: RuleSet) -> Requirement:
    """A requirement of an earlier version by its version, so that it is told from one of the same name in another shape."""
    title = one.title or Title(one.id, one.id)
    told = replace(one, title=Title(f"{title.zh}（{book.pin}）", f"{title.en} ({book.pin})"))
    if all(one.id != other.id for other in rule_set.requirements):
        return told
    of_version = f"@{book.version}"
    return replace(told, id=one.id[: LONGEST - len(of_version)] + of_version)
