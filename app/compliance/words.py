"""Words for the codes of compliance, the same on pages and in reports; and the options of its filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from app.compliance.models import JudgedYear
from app.compliance.rules import CE_COVERAGE, NONE, RANKS, TEAMS, Branch, bits_of, indicator, team_bits
from app.kernel.i18n import _, _n, together
from app.kernel.quantity import hours_text
from app.kernel.small import SMALLEST_GROUP
from app.rulebook import words as rulebook
from app.rulebook.rules import Measure, RuleSet
from app.rulebook.words import title

if TYPE_CHECKING:
    from app.compliance.queries import Overview, PersonRow, Share

Options = list[tuple[str, str]]


def unit_name(view: Overview, unit_id: int, joined: int) -> str:
    """A unit's name, or what the row of small groups is called."""
    known = view.names.get(unit_id)
    if known is None:
        return str(_("Small units together (%(count)s)", count=joined)) if not unit_id else str(_("No unit"))
    return known.name


def group_word(by: str) -> str:
    """What a table of figures is by."""
    words = {"unit": _("Unit"), "rank": _("Rank"), "team": _("Team"), "requirement": _("Requirement")}
    return str(words[by])


def title_word(by: str) -> str:
    """The heading of that table."""
    words = {"unit": _("By unit, most at risk first"), "rank": _("By rank"), "team": _("By team"), "requirement": _("By requirement")}
    return str(words[by])


def report_word(by: str, year: int) -> str:
    """The title of that table where it is handed out."""
    words = {
        "unit": _("Compliance by unit, %(year)s", year=year),
        "rank": _("Compliance by rank, %(year)s", year=year),
        "team": _("Compliance by team, %(year)s", year=year),
        "requirement": _("Compliance by requirement, %(year)s", year=year),
    }
    return str(words[by])


def row_name(view: Overview, row: Branch) -> str:
    """What a row of the table is called."""
    by = view.filters.by
    if by == "unit":
        return unit_name(view, row.unit_id, row.joined)
    if not row.path:
        return str(_("Small groups together (%(count)s)", count=row.joined))
    if by == "requirement":
        return requirement_word(view.book, row.path)
    return rank_word(row.path) if by == "rank" else " + ".join(team_word(team) for team in row.path.split("+"))


def ce_word(view: Overview) -> str:
    """Whose continuing education is counted."""
    if has_tiers(view):
        return str(_("Professionals of the tiers named by the rules, in continuing education this year"))
    return str(_("Professionals in continuing education this year"))


def has_tiers(view: Overview) -> bool:
    """Whether the rules name tiers of professionals; people are not listed by them."""
    return bits_of(indicator(view.book, CE_COVERAGE)) != team_bits(["professional"])


def least_word(share: Share) -> str:
    """The share that should be reached at least, as the rules have it."""
    return "" if share.goal is None else str(_("goal: at least %(goal)s%%", goal=hours_text(share.goal)))


def about_word(share: Share) -> str:
    """The share that a year should come to, as the rules have it."""
    return "" if share.goal is None else str(_("plan: about %(goal)s%% a year", goal=hours_text(share.goal)))


def hidden_word() -> str:
    """Why there are no figures where persons are not told apart."""
    return str(_("These figures are not shown: a group of fewer than %(count)s people could be told by them.", count=SMALLEST_GROUP))


def before_word(view: Overview) -> str:
    """With which day the figures are compared."""
    if view.before is None:
        return str(_("There are no figures of the month before yet."))
    return str(_("Compared with %(day)s", day=view.before.taken_on.isoformat()))


def reminded_word(count: int, left: int) -> str:
    """How many were reminded, and how many of the list are still to be."""
    told = str(_n("%(num)s person was reminded.", "%(num)s people were reminded.", count))
    if not left:
        return told
    more = _n("%(num)s more is still to be reminded: choose the whole list again.",
              "%(num)s more are still to be reminded: choose the whole list again.", left)  # fmt: skip
    return together((told, str(more)))


def requirement_word(book: RuleSet, requirement: str) -> str:
    """The name of a requirement; all of them together have one, too."""
    for one in book.requirements:
        if one.id == requirement:
            return title(one.title, one.id)
    return str(_("All requirements"))


def rank_word(rank: str) -> str:
    """A rank as people say it."""
    words = {"bureau": _("Bureau level"), "division": _("Division level"), "section_below": _("Section level and below")}
    return str(words.get(rank, _("Without rank")))


def team_word(team: str) -> str:
    """A team as people say it."""
    words = {"party_gov": _("Party and government"), "enterprise": _("Enterprise managers"), "professional": _("Professionals")}
    return str(words.get(team, _("Without a team")))


def status_word(status: str) -> str:
    """Where somebody stands."""
    words = {"met": _("Met"), "unmet": _("Overdue"), "not_yet_due": _("Not yet due"), "exempt": _("Exempt"), "short": _("Short"),
             "all": _("Everybody"), "assessed": _("Assessed"), "serving": _("In service"), "trained": _("Trained this year"),
             "not_trained": _("Not trained this year"), "covered": _("Trained in the cycle"),
             "not_covered": _("Not trained in the cycle")}  # fmt: skip
    return str(words.get(status, _("No requirement")))


def status_tone(status: str) -> str:
    """The colour of its tag."""
    return {"met": "m", "unmet": "c", "not_yet_due": "o"}.get(status, "")


def amount(value: Decimal | None, measure: str | None) -> str:
    """A figure with its unit; nothing for no figure."""
    return "" if value is None else rulebook.amount(value, measure or Measure.HOURS)


def lacking_parts(row: PersonRow, book: RuleSet) -> list[tuple[str, str]]:
    """What a person lacks, requirement by requirement: its name, and how much; alternatives are joined by “or”."""
    parts = row.parts or ((row,) if row.shortfall else ())
    return [lack(part, book) for part in parts]


def lack(part: PersonRow, book: RuleSet) -> tuple[str, str]:
    """One requirement that is not reached: its name, and how much is lacking."""
    return requirement_word(book, part.requirement), _shortfall(part, book)


def _shortfall(part: PersonRow, book: RuleSet) -> str:
    is_any = next((one.is_any for one in book.requirements if one.id == part.requirement), False)
    return lacking_word(part.figures, book, is_any=is_any) or amount(part.shortfall, part.measure)


def lacking_word(figures: Sequence[Sequence[str]], book: RuleSet, *, is_any: bool) -> str:
    """How much is lacking by several figures as they are kept, each part with its name; nothing where there is one figure or none.

    Alternatives (`is_any`) are joined by “or”; of several needs those that lack something are told.
    """
    if len(figures) < 2:
        return ""
    if is_any:
        return str(_(" or ")).join(amount(Decimal(row[4]), row[1]) for row in figures)
    lacking = [row for row in figures if Decimal(row[4]) > 0]
    return str(_(", ")).join(f"{bucket_word(book, row[0])} {amount(Decimal(row[4]), row[1])}" for row in lacking)


def bucket_word(book: RuleSet, bucket: str) -> str:
    """The name of a bucket; none stands for the total."""
    return title(book.buckets[bucket].title if bucket in book.buckets else None, bucket or str(_("in total")))


def year_options(years: Sequence[JudgedYear], now: int) -> Options:
    """The years that are kept, and the one that is shown."""
    known = sorted({*(one.year for one in years), now}, reverse=True)
    return [(str(year), str(year)) for year in known]


def requirement_options(book: RuleSet) -> Options:
    """All requirements together, then each."""
    return [("*", requirement_word(book, "*")), *((one.id, requirement_word(book, one.id)) for one in book.requirements)]


def rank_options() -> Options:
    """All ranks, then each, and those without one."""
    return [("", str(_("All ranks"))), *((rank, rank_word(rank)) for rank in (*RANKS, NONE))]


def team_options() -> Options:
    """All teams, then each."""
    return [("", str(_("All teams"))), *((team, team_word(team)) for team in (*TEAMS, NONE))]


def status_options(statuses: Iterable[str]) -> Options:
    """Where people may stand."""
    return [(status, status_word(status)) for status in statuses]


def year_tabs(years: Sequence[JudgedYear], now: int, address: str) -> list[tuple[str, str, bool, None]]:
    """The kept years as tabs."""
    return [(str(one.year), f"{address}?year={one.year}", one.year == now, None) for one in years]
