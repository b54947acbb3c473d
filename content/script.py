"""A lecture script: Markdown with front matter, one `##` heading a slide, list items on the slide, paragraphs spoken.

Pure: standard library and PyYAML only, so that the reader, the tests and the builder share one parser.

    ---
    title: 先听懂，再开口
    title_en: Listen before you speak
    voice: zf_xiaoxiao
    say: {行家: hang2 jia1}
    ---
    ## 三个动作 {steps}
    - 停：先放下手里的事

    第一个动作，是停。
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

LAYOUTS = ("title", "bullets", "steps", "compare", "quote", "case", "cycle", "matrix", "ladder", "summary")
CUE_HAN = 22
"""Longest caption, in Han characters (one line at 360p)."""

_HEADING = re.compile(r"^## +(?P<text>.+?)(?: +\{(?P<layout>[a-z]+)\})?$")
_SENTENCE = re.compile(r"[^。？；]+[。？；]?[”’）]*")
_CLAUSE = re.compile(r"[^，、：。？；]+[，、：。？；]*[”’）》]*")
_HAN = re.compile(r"[\u4e00-\u9fff]")


class ScriptError(ValueError):
    """A script that cannot be spoken or shown; the message names the file."""


@dataclass(frozen=True)
class Item:
    """One point on a slide: 标签：说明, or text alone (label empty)."""

    label: str
    text: str


@dataclass(frozen=True)
class Slide:
    """One slide: what is shown (heading, items) and what is spoken (paragraphs of sentences)."""

    heading: str
    layout: str
    items: tuple[Item, ...]
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All spoken sentences in order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph)

    def active(self, paragraph: int) -> int | None:
        """The item that a paragraph talks about: paragraphs and items pair off, a first extra paragraph is an intro."""
        extra = len(self.paragraphs) - len(self.items)
        if extra not in (0, 1) or self.layout in ("title", "quote") or paragraph < extra:
            return None
        return paragraph - extra


@dataclass(frozen=True)
class LectureScript:
    """A whole lecture as written."""

    title: str
    title_en: str
    voice: str
    slides: tuple[Slide, ...]
    say: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Everything spoken, joined: what the captions must add up to."""
        return "".join(sentence for slide in self.slides for sentence in slide.sentences)


def han_count(text: str) -> int:
    """Number of Han characters in a text."""
    return len(_HAN.findall(text))


def clauses(sentence: str) -> tuple[str, ...]:
    """A sentence cut behind its punctuation."""
    return tuple(_CLAUSE.findall(sentence))


def cue_texts(sentence: str) -> tuple[str, ...]:
    """A sentence cut into captions of at most `CUE_HAN` characters, as even as the punctuation allows."""
    parts = clauses(sentence)
    count = -(-han_count(sentence) // CUE_HAN)
    while count < len(parts):
        cues = _gather(parts, han_count(sentence) / count)
        if all(han_count(cue) <= CUE_HAN for cue in cues):
            return cues
        count += 1
    return parts


def _gather(parts: tuple[str, ...], target: float) -> tuple[str, ...]:
    """Join clauses while the running cue stays nearer to the target length with the next clause than without."""
    cues: list[str] = []
    for part in parts:
        longer = han_count(cues[-1]) + han_count(part) if cues else 0
        if cues and longer <= CUE_HAN and abs(longer - target) <= abs(han_count(cues[-1]) - target):
            cues[-1] += part
        else:
            cues.append(part)
    return tuple(cues)


def _item(line: str) -> Item:
    label, colon, text = line.partition("：")
    return Item(label.strip(), text.strip()) if colon else Item("", line.strip())


def _slide(block: list[str], name: str) -> Slide:
    head = _HEADING.match(block[0])
    if head is None:
        raise ScriptError(f"{name}: not a slide heading: {block[0]!r}")
    layout = head["layout"] or "bullets"
    if layout not in LAYOUTS:
        raise ScriptError(f"{name}: unknown layout {layout!r}")
    items = tuple(_item(line[2:]) for line in block[1:] if line.startswith("- "))
    prose = "\n".join("" if line.startswith("- ") else line for line in block[1:])
    paragraphs = tuple(tuple(_SENTENCE.findall("".join(lines.split()))) for lines in re.split(r"\n\s*\n", prose) if lines.strip())
    if not paragraphs:
        raise ScriptError(f"{name}: nothing is spoken on slide {head['text']!r}")
    return Slide(head["text"], layout, items, paragraphs)


def parse(source: str, name: str) -> LectureScript:
    """Read a script. Raises `ScriptError` naming the file on a missing part, an unknown layout or a silent slide."""
    match = re.match(r"---\n(.*?)\n---\n(.*)", source, re.DOTALL)
    if match is None:
        raise ScriptError(f"{name}: no front matter")
    meta = yaml.safe_load(match[1])
    missing = {"title", "title_en", "voice"} - set(meta)
    unknown = set(meta) - {"title", "title_en", "voice", "say"}
    if missing or unknown:
        raise ScriptError(f"{name}: front matter lacks {sorted(missing)}, does not know {sorted(unknown)}")
    blocks: list[list[str]] = []
    for line in match[2].splitlines():
        if line.startswith("## "):
            blocks.append([line])
        elif blocks:
            blocks[-1].append(line)
        elif line.strip():
            raise ScriptError(f"{name}: text before the first slide")
    slides = tuple(_slide(block, name) for block in blocks)
    if not slides or slides[0].layout != "title":
        raise ScriptError(f"{name}: the first slide must be a title slide")
    return LectureScript(meta["title"], meta["title_en"], meta["voice"], slides, dict(meta.get("say") or {}))


def load(path: Path) -> LectureScript:
    """Read a script from its file."""
    return parse(path.read_text(encoding="utf-8"), path.name)
