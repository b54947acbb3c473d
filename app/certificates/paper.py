"""The certificate as a PDF: A4 landscape, drawn line by line in the colours of 青绿.

Everything is vector: frame, landscape, seal, QR code. Fonts are embedded as subsets. The same certificate gives the
same bytes at any time, for the dates in the file are those of its issue.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
from fpdf import FPDF
from fpdf.enums import RenderStyle, TextMode

from app.certificates.fonts import Family, cut
from app.certificates.typeset import Run, broken
from app.certificates.wording import Words

WIDTH, HEIGHT = 297.0, 210.0
PAPER, INK, SOFT, AZURE, CINNABAR, HAIR = (255, 254, 251), (23, 33, 43), (88, 102, 115), (23, 86, 140), (179, 55, 42), (157, 185, 207)
HILLS = ((226, 238, 244), (211, 229, 236), (200, 226, 219))
"""Three ranges from far to near: pale azure, azure, malachite."""
MEASURE = 196.0
"""Width of the text block in millimetres."""


def certificate(words: Words, verify_url: str, fonts: Sequence[Family], issued_at: datetime) -> bytes:
    """The PDF of one certificate. The cut fonts lie in a folder of their own while it is made."""
    with TemporaryDirectory(prefix="certificate-", ignore_cleanup_errors=True) as folder:
        return _drawn(_document(words, fonts, issued_at, Path(folder)), words, verify_url)


def _drawn(pdf: FPDF, words: Words, verify_url: str) -> bytes:
    _ground(pdf)
    _frame(pdf)
    _head(pdf, words)
    _text(pdf, words)
    _qr(pdf, verify_url, words)
    _issuer(pdf, words)
    if words.revoked:
        _revoked(pdf, words.revoked)
    return bytes(pdf.output())


def _document(words: Words, fonts: Sequence[Family], issued_at: datetime, folder: Path) -> FPDF:
    """An empty page with its fonts; only the characters of the paper are loaded."""
    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_creation_date(issued_at)
    pdf.set_title(f"{words.title} {words.subject}")
    pdf.set_author(words.college)
    pdf.set_creator(words.college)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    letters = words.text() + " ·0123456789-"
    for i, family in enumerate(fonts):
        for style, face in (("", family.regular), ("B", family.bold)):
            file = folder / f"text{i}{style}.otf"
            file.write_bytes(cut(face, letters))
            pdf.add_font(f"text{i}", style, file)
    pdf.set_fallback_fonts([f"text{i}" for i in range(1, len(fonts))])
    pdf.add_page()
    return pdf


def _ground(pdf: FPDF) -> None:
    """Paper, and three ranges of hills that rise from the lower edge, paler the farther."""
    pdf.set_fill_color(*PAPER)
    pdf.rect(0, 0, WIDTH, HEIGHT, style="F")
    left, right, floor = 15.2, WIDTH - 15.2, HEIGHT - 15.2
    shapes = ((161.0, 11.0, 1.15, 0.5), (170.0, 9.0, 1.7, 2.1), (180.0, 7.0, 1.25, 4.0))
    for colour, (height, swing, waves, shift) in zip(HILLS, shapes, strict=True):
        ridge = []
        for step in range(181):
            x = left + (right - left) * step / 180
            turn = 2 * math.pi * waves * step / 180 + shift
            ridge.append((x, height - swing * (0.62 * math.sin(turn) + 0.28 * math.sin(2.3 * turn + 1) + 0.1 * math.sin(5.1 * turn))))
        pdf.set_fill_color(*colour)
        corner = [
            (right, floor - 6),
            (right - 6, floor - 6),
            (right - 6, floor),
            (left + 6, floor),
            (left + 6, floor - 6),
            (left, floor - 6),
        ]
        pdf.polygon([*ridge, *corner], style=RenderStyle.F)


def _frame(pdf: FPDF) -> None:
    """An azure line between two fine ones; the corners are cut in steps, as on old frontispieces."""
    for inset, thick, colour, step in ((10.0, 0.25, HAIR, 0.0), (12.0, 0.9, AZURE, 4.6), (14.6, 0.25, AZURE, 6.2)):
        pdf.set_draw_color(*colour)
        pdf.set_line_width(thick)
        x0, y0, x1, y1 = inset, inset, WIDTH - inset, HEIGHT - inset
        if not step:
            pdf.rect(x0, y0, x1 - x0, y1 - y0)
            continue
        pdf.polygon(_stepped(x0, y0, x1, y1, step), style=RenderStyle.D)
    pdf.set_fill_color(*AZURE)
    for x in (14.0, WIDTH - 14.0):
        for y in (14.0, HEIGHT - 14.0):
            pdf.rect(x - 0.9, y - 0.9, 1.8, 1.8, style="F")


def _stepped(x0: float, y0: float, x1: float, y1: float, step: float) -> list[tuple[float, float]]:
    """A rectangle whose corners are folded inwards."""
    return [
        (x0 + step, y0), (x1 - step, y0), (x1 - step, y0 + step), (x1, y0 + step), (x1, y1 - step), (x1 - step, y1 - step),
        (x1 - step, y1), (x0 + step, y1), (x0 + step, y1 - step), (x0, y1 - step), (x0, y0 + step), (x0 + step, y0 + step),
    ]  # fmt: skip


def _head(pdf: FPDF, words: Words) -> None:
    """The college's name, the title, and a line with a lozenge."""
    pdf.set_text_color(*AZURE)
    _centred(pdf, words.college, 30.5, "", 14, spacing=3.2)
    pdf.set_text_color(*INK)
    _centred(pdf, words.title, 53, "B", 36 if len(words.title) < 8 else 28, spacing=13 if len(words.title) < 8 else 1.2)
    middle, y = WIDTH / 2, 61.5
    pdf.set_draw_color(*HAIR)
    pdf.set_line_width(0.3)
    for near, far in ((-5, -38), (5, 38)):
        pdf.line(middle + near, y, middle + far, y)
    pdf.set_fill_color(*AZURE)
    pdf.polygon([(middle, y - 1.5), (middle + 1.5, y), (middle, y + 1.5), (middle - 1.5, y)], style=RenderStyle.F)


def _centred(pdf: FPDF, text: str, baseline: float, style: str, size: float, spacing: float = 0.0) -> None:
    """One line in the middle of the page; `spacing` in points between letters, none after the last."""
    pdf.set_font("text0", style, size)
    pdf.set_char_spacing(spacing)
    width = pdf.get_string_width(text) - spacing / pdf.k
    pdf.text((WIDTH - width) / 2, baseline, text)
    pdf.set_char_spacing(0)


def _text(pdf: FPDF, words: Words) -> None:
    """Salutation and paragraph by our own line breaks, in the middle of their field; long titles make the type smaller."""
    for size in (17.0, 15.0, 13.0, 11.0, 9.0):
        first, rest = _set(pdf, words, size)
        leading = size * 0.71
        if leading * len(first + rest) <= 76:
            break
    pdf.set_text_color(*INK)
    left, baseline = (WIDTH - MEASURE) / 2, 110 - leading * (len(first + rest) - 1) / 2
    for place, line in enumerate(first + rest):
        x = left + (2 * size / pdf.k if place == len(first) else 0.0)
        for run in line:
            pdf.set_font("text0", "B" if run.strong else "", size)
            pdf.text(x, baseline, run.text)
            x += pdf.get_string_width(run.text)
        baseline += leading


def _set(pdf: FPDF, words: Words, size: float) -> tuple[list[list[Run]], list[list[Run]]]:
    """The lines of salutation and paragraph in one size of type."""

    def width(run: Run, text: str) -> float:
        pdf.set_font("text0", "B" if run.strong else "", size)
        return float(pdf.get_string_width(text))

    return broken(words.salutation, MEASURE, 0.0, width), broken(words.body, MEASURE, 2 * size / pdf.k, width)


def _qr(pdf: FPDF, verify_url: str, words: Words) -> None:
    """The QR code on a white ground, with number and check code beside it."""
    matrix = tuple(segno.make(verify_url, error="m", boost_error=False).matrix)
    side, x, y = 27.0, (WIDTH - MEASURE) / 2, 152.0
    cell = side / len(matrix)
    pdf.set_fill_color(255, 255, 255)
    pdf.rect(x - 2, y - 2, side + 4, side + 4, style="F", round_corners=True, corner_radius=1.5)
    pdf.set_fill_color(*INK)
    for line, row in enumerate(matrix):
        start = None
        for column, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                pdf.rect(x + start * cell, y + line * cell, (column - start) * cell + 0.01, cell + 0.01, style="F")
                start = None
    pdf.link(x, y, side, side, verify_url)
    pdf.set_text_color(*INK)
    for offset, text, style, size, colour in (
        (5.0, words.scan, "", 9.5, SOFT), (13.5, words.number, "B", 11, INK),
        (20.0, words.code, "", 9.5, INK), (26.2, words.proof, "", 7.5, SOFT),
    ):  # fmt: skip
        pdf.set_text_color(*colour)
        pdf.set_font("text0", style, size)
        pdf.text(x + side + 6, y + offset, text)


def _issuer(pdf: FPDF, words: Words) -> None:
    """College and date at the right, written over the seal."""
    right = (WIDTH + MEASURE) / 2
    _seal(pdf, words.seal, right - 20, 151.5, 25.0)
    pdf.set_text_color(*INK)
    for text, baseline, style, size in ((words.college, 163.0, "B", 15), (words.date, 173.0, "", 13)):
        pdf.set_font("text0", style, size)
        pdf.text(right - pdf.get_string_width(text) - 6, baseline, text)


def _seal(pdf: FPDF, text: str, x: float, y: float, side: float) -> None:
    """A square chop in cinnabar, raised characters, read from the right column down; slightly turned, as by hand."""
    pdf.set_text_color(*CINNABAR)
    pdf.set_draw_color(*CINNABAR)
    with pdf.rotation(2.2, x + side / 2, y + side / 2), pdf.local_context(fill_opacity=0.86, stroke_opacity=0.86):
        pdf.set_line_width(1.15)
        pdf.rect(x, y, side, side, round_corners=True, corner_radius=1.6)
        pdf.set_line_width(0.3)
        pdf.rect(x + 1.5, y + 1.5, side - 3, side - 3, round_corners=True, corner_radius=0.9)
        rows = math.isqrt(len(text) - 1) + 1
        cell = (side - 4.4) / rows
        pdf.set_font("text0", "B", cell * pdf.k * 0.97)
        for place, letter in enumerate(text):
            column, row = rows - 1 - place // rows, place % rows
            width = pdf.get_string_width(letter)
            pdf.text(x + 2.2 + column * cell + (cell - width) / 2, y + 2.2 + row * cell + cell * 0.855, letter)


def _revoked(pdf: FPDF, text: str) -> None:
    """One word across the paper."""
    pdf.set_font("text0", "B", 92)
    pdf.set_draw_color(*CINNABAR)
    pdf.set_text_color(*CINNABAR)
    width = pdf.get_string_width(text)
    with pdf.rotation(18, WIDTH / 2, HEIGHT / 2), pdf.local_context(fill_opacity=0.2, text_mode=TextMode.FILL):
        pdf.text((WIDTH - width) / 2, HEIGHT / 2 + 14, text)
