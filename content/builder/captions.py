"""Puts sentences on a time line and cuts captions out of it: aligned by construction, no recogniser."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from content.builder.speech import RATE, Samples
from content.script import LectureScript, cue_texts, han_count

LEAD_MS, TAIL_MS = 600, 1_200
"""Silence before the first and after the last sentence."""
SENTENCE_MS, PARAGRAPH_MS, SLIDE_MS = 320, 400, 750
"""Pauses behind a sentence, a paragraph and a slide."""
_WINDOW = RATE // 100


@dataclass(frozen=True)
class Cue:
    """One caption; half-open in milliseconds."""

    from_ms: int
    to_ms: int
    text: str


@dataclass(frozen=True)
class Mark:
    """From this moment on a slide is shown with one item in focus (None: none)."""

    at_ms: int
    slide: int
    active: int | None


@dataclass(frozen=True)
class Timeline:
    """A lecture laid out in time."""

    samples: Samples
    cues: tuple[Cue, ...]
    marks: tuple[Mark, ...]

    @property
    def duration_ms(self) -> int:
        """Length of the sound."""
        return len(self.samples) * 1000 // RATE


def _silence(ms: int) -> Samples:
    return np.zeros(ms * RATE // 1000, dtype=np.float32)


def _quietest(samples: Samples, near: int, reach: int) -> int:
    """The sample position in the middle of the quietest 60 ms within reach of a guess."""
    start, stop = max(0, near - reach), min(len(samples), near + reach)
    frames = samples[start : start + (stop - start) // _WINDOW * _WINDOW].reshape(-1, _WINDOW)
    energy = np.convolve(np.square(frames).mean(axis=1), np.ones(6), mode="same")
    return start + int(np.argmin(energy)) * _WINDOW


def sentence_cues(sentence: str, samples: Samples, start: int) -> list[Cue]:
    """Captions of one sentence that starts at a sample position; inner cuts fall into the pause of the comma."""
    texts = cue_texts(sentence)
    weights = [han_count(text) + 0.7 * len(re.findall("[，、：；。？]", text)) for text in texts]
    bounds = [0]
    for upto in range(1, len(texts)):
        guess = int(len(samples) * sum(weights[:upto]) / sum(weights))
        bounds.append(max(bounds[-1] + RATE // 2, _quietest(samples, guess, RATE // 2)))
    bounds.append(len(samples))
    edges = [(start + bound) * 1000 // RATE for bound in bounds]
    return [Cue(edges[n], edges[n + 1], text) for n, text in enumerate(texts)]


def lay_out(script: LectureScript, spoken: Sequence[Samples]) -> Timeline:
    """Joins the spoken sentences (in script order) with their pauses into one time line."""
    pieces: list[Samples] = [_silence(LEAD_MS)]
    position, cues, marks, voice = len(pieces[0]), [], [Mark(0, 0, None)], iter(spoken)
    for number, slide in enumerate(script.slides):
        for order, paragraph in enumerate(slide.paragraphs):
            if (number, order) != (0, 0):
                pause = PARAGRAPH_MS if order else SLIDE_MS
                shown = max(0, position * 1000 // RATE - pause // 2)
                mark = Mark(shown, number, slide.active(order))
                marks += [mark] if (mark.slide, mark.active) != (marks[-1].slide, marks[-1].active) else []
            for index, sentence in enumerate(paragraph):
                samples = next(voice)
                cues += sentence_cues(sentence, samples, position)
                last = index == len(paragraph) - 1
                ending = PARAGRAPH_MS if order < len(slide.paragraphs) - 1 else SLIDE_MS
                gap = _silence(ending if last else SENTENCE_MS)
                pieces += [samples, gap]
                position += len(samples) + len(gap)
    pieces.append(_silence(TAIL_MS - SLIDE_MS))
    return Timeline(np.concatenate(pieces), tuple(cues), tuple(marks))


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def web_vtt(cues: Sequence[Cue]) -> str:
    """The captions as WebVTT."""
    blocks = [f"{n}\n{_clock(cue.from_ms)} --> {_clock(cue.to_ms)}\n{cue.text}\n" for n, cue in enumerate(cues, 1)]
    return "\n".join(["WEBVTT\n", *blocks])
