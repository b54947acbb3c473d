"""The words of a transcript in the reader's language: what page, PDF and workbook all say, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.hours.queries import Transcript
from app.hours.queries.transcript import Row
from app.hours.words import shut_word
from app.kernel.clock import civil, span_text
from app.kernel.i18n import _
from app.kernel.quantity import hours_text
from app.ledger.words import category
from app.rulebook.rules import Verdict
from app.rulebook.words import amount, title


@dataclass(frozen=True)
class LineWords:
    """One line of the ledger. Figures stay figures: a workbook adds them up again."""

    seq: int
    day: str
    title: str
    kind: str
    unit: str
    hours: Decimal
    days: Decimal
    state: str
    state_code: str
    certified_by: str
    rules: str
    hash: str


@dataclass(frozen=True)
class NeedWords:
    """One figure of one requirement."""

    title: str
    period: str
    required: str
    counted: str
    short: str
    status: str
    status_code: str


@dataclass(frozen=True)
class Words:
    """Everything that is written on a transcript."""

    college: str
    title: str
    facts: tuple[tuple[str, str], ...]
    needs_heads: tuple[str, ...]
    needs: tuple[NeedWords, ...]
    line_heads: tuple[str, ...]
    lines: tuple[LineWords, ...]
    sums: tuple[tuple[str, Decimal, Decimal], ...]
    total: tuple[str, Decimal, Decimal]
    pending: tuple[tuple[str, str, Decimal], ...]
    headings: tuple[str, ...]
    proof: tuple[tuple[str, str], ...]
    note: str
    page_of: str

    def text(self) -> str:
        """All characters that must be printable."""
        parts = [self.college, self.title, self.note, self.page_of, *self.headings, *self.needs_heads, *self.line_heads, self.total[0]]
        parts += [text for pair in (*self.facts, *self.proof) for text in pair]
        parts += [text for one in self.needs for text in (one.title, one.period, one.required, one.counted, one.short, one.status)]
        parts += [text for one in self.lines for text in (one.day, one.title, one.kind, one.unit, one.state)]
        return "".join([*parts, *(name for name, _hours, _days in self.sums), *(a + b for a, b, _hours in self.pending)])


def words_of(shown: Transcript) -> Words:
    """Everything the transcript says, in rule and ledger order."""
    sums = tuple((title(bucket.title, bucket.id), total.gross_hours, total.gross_days) for bucket, total in shown.buckets)
    whole = shown.sums.whole
    return Words(
        college=_("Online Cadre College"),
        title=_("Record of Study"),
        facts=_facts(shown),
        needs_heads=(_("Requirement"), _("Period"), _("To reach"), _("Counted"), _("Short of it"), _("Verdict")),
        needs=tuple(need for verdict in shown.verdicts for need in _needs(verdict, shown)),
        line_heads=(_("Line no."), _("Date"), _("What was studied"), _("Category"), _("Hours"), _("Days"), _("State")),
        lines=tuple(_line(row) for row in shown.rows),
        sums=sums,
        total=(_("In total"), whole.hours, whole.days),
        pending=tuple((one.title, one.occurred_to.isoformat(), one.hours) for one in shown.pending),
        headings=(_("What is required"), _("Lines of the ledger"), _("By kind"), _("Waiting for certification, not counted"), _("Proof")),
        proof=_proof(shown),
        note=_("Lines that were taken back stay on the record beside what took them back; the total is the sum of all lines shown. "
               "A line can fall into several kinds."),
        page_of=_("Page %(number)s of %(pages)s", number="0", pages="0"),
    )  # fmt: skip


def _facts(shown: Transcript) -> tuple[tuple[str, str], ...]:
    """Who, where, for which time, by which rules, as of when."""
    who, book = shown.person, shown.book
    place = " · ".join(part for part in (who.post, rank(who.rank_level)) if part)
    books = ", ".join(dict.fromkeys(year.book.pin for year in shown.judged))
    period = _("%(first)s to %(last)s", first=f"{shown.years[0]}-01-01", last=f"{shown.years[-1]}-12-31")
    return (
        (_("Name"), who.name),
        (_("Unit"), who.unit_name or "—"),
        (_("Post"), place or "—"),
        (_("Period"), period),
        (_("Rules of hours"), f"{books} {title(book.title)}"),
        (_("As of"), f"{civil(shown.as_of):%Y-%m-%d %H:%M}"),
        *(((_("Closed years"), _("; ").join(shut_word(one) for one in shown.shut)),) if shown.shut else ()),
    )


def _needs(verdict: Verdict, shown: Transcript) -> list[NeedWords]:
    """One row for each figure that must be reached; alternatives share a row, for any of them will do."""
    name, years, code = title(verdict.requirement.title, verdict.id), f"{verdict.term.from_on.year}", verdict.status.value
    if verdict.requirement.period != "year":
        years += f"–{verdict.term.to_on.year}"
    if verdict.requirement.is_any:
        required = _(" or ").join(amount(row.required, row.measure) for row in verdict.figures)
        counted, short = (" / ".join(amount(value, row.measure) for row, value in pairs) for pairs in (
            [(row, row.counted) for row in verdict.figures], [(row, row.shortfall) for row in verdict.figures],
        ))  # fmt: skip
        done = any(row.is_reached for row in verdict.figures)
        return [NeedWords(name, years, required, counted, "—" if done else short, status(code), code)]
    rows = []
    for row in verdict.figures:
        kind = _("In total") if row.is_total else title(shown.book.buckets[row.bucket].title, row.bucket) if row.bucket else ""
        called = _("%(name)s: %(kind)s", name=name, kind=kind) if len(verdict.figures) > 1 and kind else name
        lacks = amount(row.shortfall, row.measure) if row.shortfall else "—"
        rows.append(
            NeedWords(called, years, amount(row.required, row.measure), amount(row.counted, row.measure), lacks, status(code), code)
        )
    return rows


def _line(row: Row) -> LineWords:
    """One line, with the days of its study."""
    line = row.line
    by = _("Automatically, by the rule set") if line.certified_by in ("", "auto") else line.certified_by
    return LineWords(
        line.seq, span_text(line.occurred_from, line.occurred_to), line.title or _("(particulars erased)"), category(line.category),
        line.unit_name, line.hours, line.days, state(row), row.state, by, line.rule_set_version, line.hash,
    )  # fmt: skip


def _proof(shown: Transcript) -> tuple[tuple[str, str], ...]:
    """The end of the person's chain and the signed head of the whole ledger; an export of it is checked with a public tool."""
    if shown.head is None:
        return ((_("Ledger"), _("no line yet")),)
    rows = [
        (_("End of the chain"), _("line %(no)s, %(hash)s", no=shown.head.seq, hash=shown.head.hash)),
        (_("Sealed lines"), _("%(sealed)s of %(all)s", sealed=shown.sealed, all=len(shown.rows))),
    ]
    if shown.seal is not None:
        rows += [(_("Seal no."), str(shown.seal.size)), (_("Root of the tree"), shown.seal.root.hex()),
                 (_("Signed"), f"{civil(shown.seal.signed_at):%Y-%m-%d %H:%M} · {shown.seal.key_id}")]  # fmt: skip
    return tuple(rows)


def signed(value: Decimal) -> str:
    """A figure of a line: a reversal has a minus sign, nothing has a plus."""
    return hours_text(value).replace("-", "−")


def state(row: Row) -> str:
    """What the line does to the record; both a line and its reversal say so."""
    if row.taken_back_by is not None:
        return str(_("taken back by line %(seq)s", seq=row.taken_back_by))
    if row.line.entry_kind == "reversal":
        return str(_("takes back line %(seq)s", seq=row.line.reverses))
    words = {"credit": _("Certified"), "adjustment": _("Adjusted")}
    return str(words.get(row.line.entry_kind) or _("Carried over"))


def status(code: str) -> str:
    """A verdict in one word."""
    words = {
        "met": _("Met"), "unmet": _("Overdue"), "not_yet_due": _("Not yet due"), "exempt": _("Exempt"),
        "not_applicable": _("Does not apply"),
    }  # fmt: skip
    return str(words[code])


def rank(code: str | None) -> str:
    """A rank, or nothing."""
    words = {"bureau": _("bureau level"), "division": _("division level"), "section_below": _("section level and below")}
    return str(words.get(code or "", ""))


def columns(words: Words) -> Sequence[str]:
    """The heads of the workbook's table of lines: those of the paper, and what paper has no room for."""
    return (*words.line_heads, _("Unit at the time"), _("Certified by"), _("Rules of hours"), _("Hash of this line"))
