"""Wordings in HTML: words, one picture, one table. Read by the standard parser, never shown as HTML. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from app.bank.rules.drafts import Picture, QuestionDraft
from app.bank.rules.findings import Finding
from app.bank.rules.formats.common import from_html, neat, to_html

LONGEST = 200_000
"""Characters of HTML that are taken apart; of more, or of more tags than MOST_TAGS, only the words are read."""
MOST_TAGS = 4000
"""Signs `<` that are looked at one by one: the parser may look for the end of each in all that follows."""
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table"})
_SILENT = frozenset({"script", "style"})

Files = Mapping[str, bytes | None]
"""What a file brings along by name; None where it cannot be read."""


@dataclass
class Stem:
    """What a wording holds."""

    words: str = ""
    source: str | None = None
    """Where its picture lies, as the file says it."""
    alt: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    left_out: bool = False
    """Whether there were more pictures than one."""


@dataclass
class Pictures:
    """The pictures of a file by the SHA-256 of their bytes, as the drafts name them until the bank has made them anew."""

    held: dict[str, bytes] = field(default_factory=dict)

    def take(self, row: int, stem: Stem, files: Files, findings: list[Finding]) -> Picture | None:
        """The picture of a wording; what is missing, or one too many, is told."""
        if stem.left_out:
            findings.append(Finding(row, "picture", "picture_left_out", is_error=False))
        if stem.source is None:
            return None
        content = files.get(stem.source)
        if not content:
            findings.append(Finding(row, "picture", "picture_missing", stem.source[-80:]))
            return None
        name = hashlib.sha256(content).hexdigest()
        self.held[name] = content
        return Picture(name, " ".join(stem.alt.split()))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.rows: list[list[list[str]]] = []
        self.stem = Stem()
        self.silent = self.tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "img":
            given = {name: value or "" for name, value in attrs}
            self.stem.left_out |= self.stem.source is not None
            if self.stem.source is None:
                self.stem.source, self.stem.alt = given.get("src", ""), given.get("alt", "")
        elif tag == "table":
            self.tables += 1
            self.said.append("\n")
        elif tag == "tr" and self.tables == 1:
            self.rows.append([])
        elif tag in ("td", "th") and self.tables == 1 and self.rows:
            self.rows[-1].append([])
        elif tag in _BREAKS:
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag == "table":
            self.tables = max(self.tables - 1, 0)
        elif tag in _BREAKS and not self.tables:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._add(data)

    def _add(self, text: str) -> None:
        if self.tables and self.rows and self.rows[-1]:
            self.rows[-1][-1].append(text)
        elif not self.tables:
            self.said.append(text)


def read(html: str) -> Stem:
    """The parts of a wording in HTML."""
    if "<" not in html or len(html) > LONGEST or html.count("<") > MOST_TAGS:
        return Stem(from_html(html))
    reader = _Reader()
    reader.feed(html)
    reader.close()
    stem = reader.stem
    stem.words = neat("".join(reader.said))
    rows = [tuple(" ".join("".join(cell).split()) for cell in row) for row in reader.rows if row]
    wide = max((len(row) for row in rows), default=0)
    stem.table = tuple(row + ("",) * (wide - len(row)) for row in rows)
    return stem


def write(draft: QuestionDraft, address: str) -> str:
    """A wording with its table and its picture, which lies at `address`."""
    return to_html(draft.stem) + beside(draft, address)


def beside(draft: QuestionDraft, address: str) -> str:
    """Its picture and its table alone."""
    html = ""
    if draft.picture is not None:
        html += f'<p><img src="{address}" alt="{to_html(draft.picture.alt).replace(chr(34), "&quot;")}"></p>'
    if draft.table:
        rows = "".join("<tr>" + "".join(f"<td>{to_html(cell)}</td>" for cell in row) + "</tr>" for row in draft.table)
        html += f"<table><tbody>{rows}</tbody></table>"
    return html


def ending(content: bytes) -> str:
    """The ending of a picture's file name, by its bytes."""
    return "png" if content.startswith(b"\x89PNG") else "jpg"
