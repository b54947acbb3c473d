"""A transcript as a PDF: A4 upright, a plain table that repeats its head, the proof at the end, numbered pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from fpdf import FPDF

from app.certificates.fonts import Family, cut
from app.certificates.typeset import Run, broken
from app.hours.printing.wording import LineWords, Words, signed
from app.hours.queries import Transcript
from app.kernel.i18n import _

MARGIN, FOOT, WIDTH = 16.0, 18.0, 178.0
INK, SOFT, AZURE, HAIR, GROUND = (23, 33, 43), (88, 102, 115), (23, 86, 140), (206, 214, 222), (241, 245, 248)
NEEDS = (42.0, 20.0, 33.0, 33.0, 32.0, 18.0)
LINES = (16.0, 24.0, 56.0, 26.0, 15.0, 13.0, 28.0)
RIGHT = frozenset({4, 5})
"""Columns of figures in the table of lines."""
LEADING = 1.32
TEAR = "\u200b"
LONG = re.compile(r"[!-~]{20,}")
"""Words without an end (a hash, an address, a slip of the keyboard) may be torn anywhere; others stay whole."""


class Page(FPDF):
    """Paper with a cursor that runs down, and at its foot the person's name and the number of the page."""

    foot = ""

    def feet(self) -> None:
        """Whose it is, and which page of how many, on every page: written last, when their number is known."""
        count = self.pages_count
        for number in range(1, count + 1):
            self.page = number
            self.set_font("text0", "B", 8)  # a page that is returned to has to be told its font anew
            self.set_font("text0", "", 8)
            self.set_text_color(*SOFT)
            self.text(MARGIN, self.h - 9, self.foot)
            shown = _("Page %(number)s of %(pages)s", number=number, pages=count)
            self.text(self.w - MARGIN - self.get_string_width(shown), self.h - 9, shown)

    def wrapped(self, text: str, width: float, size: float, style: str = "") -> list[str]:
        """The text in lines that fit, broken as a printer would."""

        def wide(_run: Run, piece: str) -> float:
            self.set_font("text0", style, size)
            return float(self.get_string_width(piece.replace(TEAR, "")))

        torn = LONG.sub(lambda found: TEAR.join(found[0]), text)
        return ["".join(run.text for run in line).replace(TEAR, "") for line in broken([Run(torn)], width, 0.0, wide)] or [""]

    def room(self, height: float) -> bool:
        """Whether so much fits above the foot."""
        return self.get_y() + height <= self.h - FOOT


def transcript(words: Words, shown: Transcript, fonts: Sequence[Family]) -> bytes:
    """The PDF. The cut fonts lie in a folder of their own while it is made."""
    with TemporaryDirectory(prefix="transcript-", ignore_cleanup_errors=True) as folder:
        pdf = _document(words, shown, fonts, Path(folder))
        _head(pdf, words)
        required, lines, kinds, waiting, proof = words.headings
        if words.needs:
            _heading(pdf, required)
            needs = [(one.title, one.period, one.required, one.counted, one.short, one.status) for one in words.needs]
            _table(pdf, words.needs_heads, needs, NEEDS, frozenset({2, 3, 4}))
        _heading(pdf, lines)
        _table(pdf, words.line_heads, [_cells(one) for one in words.lines], LINES, RIGHT, [one.unit for one in words.lines])
        _total(pdf, words.total)
        if words.sums:
            _heading(pdf, kinds)
            _pairs(pdf, [(name, _figures(hours, days)) for name, hours, days in words.sums])
        if words.pending:
            _heading(pdf, waiting)
            _pairs(pdf, [(f"{title} {day}", _figures(hours, Decimal(0))) for title, day, hours in words.pending])
        _heading(pdf, proof)
        _pairs(pdf, words.proof)
        _paragraph(pdf, words.note)
        pdf.feet()
        return bytes(pdf.output())


def _document(words: Words, shown: Transcript, fonts: Sequence[Family], folder: Path) -> Page:
    """A first page with its fonts; only the characters of the paper are loaded."""
    pdf = Page(orientation="portrait", unit="mm", format="A4")
    pdf.foot = f"{words.facts[0][1]} · {words.title} · {shown.name}"
    pdf.set_creation_date(shown.as_of)
    pdf.set_title(pdf.foot)
    pdf.set_author(words.college)
    pdf.set_creator(words.college)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    figures = _figures(Decimal(1), Decimal(1)) + words.page_of + " ·–−—0123456789.-"
    strong = "".join((words.title, words.total[0], *words.headings, *words.needs_heads, *words.line_heads)) + figures
    for place, family in enumerate(fonts):
        for style, face, letters in (("", family.regular, words.text() + figures + pdf.foot), ("B", family.bold, strong)):
            file = folder / f"text{place}{style}.otf"
            file.write_bytes(cut(face, letters))
            pdf.add_font(f"text{place}", style, file)
    pdf.set_fallback_fonts([f"text{place}" for place in range(1, len(fonts))])
    pdf.add_page()
    return pdf


def _head(pdf: Page, words: Words) -> None:
    """College, title, and who it is about in two columns."""
    pdf.set_text_color(*AZURE)
    pdf.set_font("text0", "", 10)
    pdf.text(MARGIN, 20, words.college)
    pdf.set_text_color(*INK)
    pdf.set_font("text0", "B", 20)
    pdf.text(MARGIN, 30, words.title)
    pdf.set_draw_color(*AZURE)
    pdf.set_line_width(0.5)
    pdf.line(MARGIN, 34, MARGIN + WIDTH, 34)
    pdf.set_y(37)
    _pairs(pdf, words.facts)


def _heading(pdf: Page, text: str) -> None:
    """A heading with room for a few rows below it."""
    if not pdf.room(26):
        _turn(pdf)
    pdf.set_text_color(*INK)
    pdf.set_font("text0", "B", 11)
    pdf.text(MARGIN, pdf.get_y() + 7, text)
    pdf.set_y(pdf.get_y() + 9.5)


def _turn(pdf: Page) -> None:
    pdf.add_page()
    pdf.set_y(MARGIN)


def _table(
    pdf: Page, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], right: frozenset[int],
    beneath: Sequence[str] = (),
) -> None:  # fmt: skip
    """Rows under a head that every page repeats; `beneath` is a softer line under the third column."""
    _row(pdf, [[head] for head in heads], widths, right, "B", ground=True)
    for number, cells in enumerate(rows):
        texts = [pdf.wrapped(cell, width - 3, 9) for cell, width in zip(cells, widths, strict=True)]
        soft = pdf.wrapped(beneath[number], widths[2] - 3, 7.5) if beneath and beneath[number] else []
        if not pdf.room(_height(texts, soft)):
            _turn(pdf)
            _row(pdf, [[head] for head in heads], widths, right, "B", ground=True)
        _row(pdf, texts, widths, right, "", soft=soft)


def _height(texts: Sequence[Sequence[str]], soft: Sequence[str]) -> float:
    tall = [len(cell) * 9 / 72 * 25.4 * LEADING for cell in texts]
    tall[2] += len(soft) * 7.5 / 72 * 25.4 * LEADING
    return max(tall) + 2.6


def _row(
    pdf: Page, texts: Sequence[Sequence[str]], widths: Sequence[float], right: frozenset[int], style: str,
    soft: Sequence[str] = (), *, ground: bool = False,
) -> None:  # fmt: skip
    """One row and the hair line below it."""
    top, height, step = pdf.get_y(), _height(texts, soft), 9 / 72 * 25.4 * LEADING
    if ground:
        pdf.set_fill_color(*GROUND)
        pdf.rect(MARGIN, top, WIDTH, height, style="F")
    x = MARGIN
    for place, (cell, width) in enumerate(zip(texts, widths, strict=True)):
        pdf.set_text_color(*(SOFT if ground else INK))
        pdf.set_font("text0", style, 9)
        y = top + 4.4
        for text in cell:
            pdf.text(x + width - 3 - pdf.get_string_width(text) if place in right else x + 1, y, text)
            y += step
        if place == 2 and soft:
            pdf.set_text_color(*SOFT)
            pdf.set_font("text0", "", 7.5)
            for text in soft:
                pdf.text(x + 1, y - 0.6, text)
                y += 7.5 / 72 * 25.4 * LEADING
        x += width
    pdf.set_draw_color(*HAIR)
    pdf.set_line_width(0.2)
    pdf.line(MARGIN, top + height, MARGIN + WIDTH, top + height)
    pdf.set_y(top + height)


def _cells(one: LineWords) -> tuple[str, ...]:
    """A line as the table has it."""
    return (str(one.seq), one.day, one.title, one.kind, signed(one.hours), signed(one.days), one.state)


def _figures(hours: Decimal, days: Decimal) -> str:
    """Hours, and days where there are some."""
    text = str(_("%(n)s hours", n=signed(hours)))
    return f"{text} · {_('%(n)s days', n=signed(days))}" if days else text


def _total(pdf: Page, total: tuple[str, Decimal, Decimal]) -> None:
    if not pdf.room(8):
        _turn(pdf)
    pdf.set_text_color(*INK)
    pdf.set_font("text0", "B", 10)
    figures = _figures(*total[1:])
    pdf.text(MARGIN + 1, pdf.get_y() + 5.5, total[0])
    pdf.text(MARGIN + WIDTH - 3 - pdf.get_string_width(figures), pdf.get_y() + 5.5, figures)
    pdf.set_y(pdf.get_y() + 8)


def _pairs(pdf: Page, pairs: Sequence[tuple[str, str]]) -> None:
    """Terms at the left, values beside them."""
    for term, value in pairs:
        values, terms = pdf.wrapped(value, WIDTH - 62, 9), pdf.wrapped(term, 56, 9)
        if not pdf.room(max(len(values), len(terms)) * 4.2 + 1.4):
            _turn(pdf)
        top = pdf.get_y() + 4
        for x, texts, colour in ((MARGIN + 1, terms, SOFT), (MARGIN + 60, values, INK)):
            pdf.set_text_color(*colour)
            pdf.set_font("text0", "", 9)
            for number, text in enumerate(texts):
                pdf.text(x, top + number * 4.2, text)
        pdf.set_y(top + (max(len(values), len(terms)) - 1) * 4.2 + 1.4)


def _paragraph(pdf: Page, text: str) -> None:
    lines = pdf.wrapped(text, WIDTH - 2, 8)
    if not pdf.room(len(lines) * 4 + 4):
        _turn(pdf)
    pdf.set_text_color(*SOFT)
    for number, line in enumerate(lines):
        pdf.set_font("text0", "", 8)
        pdf.text(MARGIN + 1, pdf.get_y() + 6 + number * 4, line)
