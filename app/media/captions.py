"""Captions: SRT or WebVTT in, clean WebVTT out, every fault with its line. Pure: text in, text or faults out.

Accepted are UTF-8 (with or without mark), UTF-16 with mark, and GB18030. Mark-up is dropped, not interpreted: what
leaves here is times and plain words, escaped, so nothing in a cue can be anything but text (THR-T13).
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 2_000_000
MAX_CUES = 10_000
MAX_CUE_LETTERS = 1_000
MAX_FAULTS = 20
LATEST_MS = 100 * 3_600_000

_ARROW = re.compile(r"^\s*(\S+)\s*--?>\s*(\S+)(?:\s+.*)?$")
_TIME = re.compile(r"^(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?$")
_HIDDEN = re.compile(r"<\s*(script|style|ruby\s*/?rt|rt)\b[^>]*>.*?<\s*/\s*\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>\n]{0,500}>|\{\\[^{}\n]{0,200}\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_BLOCKS = ("NOTE", "STYLE", "REGION")


class Fault(StrEnum):
    """What is wrong with a line. Stable; app/media/words.py has the sentences."""

    ENCODING = "caption_encoding"
    TOO_LARGE = "caption_too_large"
    NO_CUES = "caption_no_cues"
    BAD_TIME = "caption_bad_time"
    ENDS_FIRST = "caption_ends_first"
    STRAY_TEXT = "caption_stray_text"
    TOO_LONG = "caption_cue_too_long"
    TOO_MANY = "caption_too_many"
    AFTER_END = "caption_after_end"


@dataclass(frozen=True)
class Found:
    """One fault, with the line of the file where it stands (1 for the whole file) and what stands there."""

    fault: Fault
    line: int
    words: str = ""


@dataclass(frozen=True)
class Cue:
    """One caption, shown during [start, end) milliseconds; `line` is where its times stood."""

    start: int
    end: int
    text: str
    line: int = 0


class BadCaptions(ValueError):
    """A caption file that cannot be used; `faults` has up to twenty, in the order of the file."""

    def __init__(self, faults: list[Found]) -> None:
        super().__init__(", ".join(f"{one.line}: {one.fault}" for one in faults))
        self.faults = faults


def convert(content: bytes, duration_ms: int = 0) -> str:
    """The file as clean WebVTT whose cues follow each other without overlap. Raises BadCaptions.

    With a `duration_ms`, a cue that begins after the end is a fault (the wrong file); one that ends later is cut.
    """
    cues, faults = parse(decode(content))
    if duration_ms:
        faults += [Found(Fault.AFTER_END, cue.line, cue.text[:40]) for cue in cues if cue.start >= duration_ms + 1_000]
    if not cues and not faults:
        faults.append(Found(Fault.NO_CUES, 1))
    if len(cues) > MAX_CUES:
        faults.append(Found(Fault.TOO_MANY, cues[MAX_CUES].line, str(MAX_CUES)))
    if faults:
        raise BadCaptions(sorted(faults, key=lambda one: one.line)[:MAX_FAULTS])
    return write(straighten(cues, duration_ms))


def decode(content: bytes) -> str:
    """The words of a file: by its mark, else UTF-8, else GB18030; bytes that are neither raise BadCaptions."""
    if len(content) > MAX_BYTES:
        raise BadCaptions([Found(Fault.TOO_LARGE, 1, str(MAX_BYTES))])
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        order: tuple[str, ...] = ("utf-16",)
    else:
        order = ("utf-8-sig", "gb18030")
    for name in order:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadCaptions([Found(Fault.ENCODING, 1)])


def parse(text: str) -> tuple[list[Cue], list[Found]]:
    """All cues in the order of the file, and all faults."""
    cues: list[Cue] = []
    faults: list[Found] = []
    for first, block in _blocks(text):
        at = next((number for number, line in enumerate(block) if "->" in line), None)
        if at is None:
            if not block[0].startswith(_BLOCKS) and not _heads(block, first) and not _is_number(block):
                faults.append(Found(Fault.STRAY_TEXT, first, block[0][:40]))
            continue
        found = _cue(block, at, first + at)
        if isinstance(found, Cue):
            cues.append(found)
        elif found is not None:
            faults.append(found)
    return cues, faults


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Groups of lines between empty ones, each with the number of its first line."""
    block: list[str] = []
    start = 1
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line.strip():
            if not block:
                start = number
            block.append(line)
        elif block:
            yield start, block
            block = []
    if block:
        yield start, block


def _heads(block: list[str], first: int) -> bool:
    """Whether this is the head of a WebVTT file, which may carry further lines."""
    return first <= 2 and block[0].lstrip("\ufeff").startswith("WEBVTT")


def _is_number(block: list[str]) -> bool:
    """A lone cue number, as some tools leave at the end."""
    return len(block) == 1 and block[0].strip().isdigit()


def _cue(block: list[str], at: int, line: int) -> Cue | Found | None:
    """The cue of a block whose times stand at index `at`; None for one without words, which is dropped."""
    times = _ARROW.match(block[at])
    start = _milliseconds(times[1]) if times else None
    end = _milliseconds(times[2]) if times else None
    if start is None or end is None:
        return Found(Fault.BAD_TIME, line, block[at].strip()[:60])
    if end <= start:
        return Found(Fault.ENDS_FIRST, line, block[at].strip()[:60])
    raw = "\n".join(block[at + 1 :])
    text = clean(raw) if len(raw) <= 10 * MAX_CUE_LETTERS else raw
    if len(text) > MAX_CUE_LETTERS:
        return Found(Fault.TOO_LONG, line, str(len(text)))
    return Cue(start, end, text, line) if text else None


def _milliseconds(word: str) -> int | None:
    """`1:02:03,4`, `02:03.450` and the like; None for anything else."""
    parts = _TIME.match(word)
    if parts is None or int(parts[2]) > 59 or int(parts[3]) > 59:
        return None
    whole = (int(parts[1] or 0) * 60 + int(parts[2])) * 60 + int(parts[3])
    return min(LATEST_MS, whole * 1_000 + int((parts[4] or "0").ljust(3, "0")))


def clean(text: str) -> str:
    """Only the words: scripts and styles with their content, tags, overrides and control characters are gone."""
    for _round in range(3):
        bare = _CONTROL.sub("", _TAG.sub("", _HIDDEN.sub("", html.unescape(text))))
        if bare == text:
            break
        text = bare
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def straighten(cues: list[Cue], duration_ms: int = 0) -> list[Cue]:
    """Cues in the order of their beginning, each ending before the next begins; those of one moment are one."""
    ordered: list[Cue] = []
    for cue in sorted(cues, key=lambda one: one.start):
        if ordered and ordered[-1].start == cue.start:
            last = ordered[-1]
            ordered[-1] = Cue(last.start, max(last.end, cue.end), f"{last.text}\n{cue.text}", last.line)
        else:
            ordered.append(cue)
    ends = [cue.start for cue in ordered[1:]] + [duration_ms or LATEST_MS]
    return [Cue(cue.start, max(cue.start + 1, min(cue.end, end)), cue.text, cue.line) for cue, end in zip(ordered, ends, strict=True)]


def write(cues: list[Cue]) -> str:
    """WebVTT, with the three letters escaped that could begin mark-up."""
    parts = ["WEBVTT\n"]
    for number, cue in enumerate(cues, 1):
        words = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        parts.append(f"{number}\n{timestamp(cue.start)} --> {timestamp(cue.end)}\n{words}\n")
    return "\n".join(parts)


def timestamp(ms: int) -> str:
    """`hh:mm:ss.mmm`, as WebVTT writes time."""
    hours, rest = divmod(ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1_000:02}.{rest % 1_000:03}"
