"""Whether a question is well formed. Pure: faults are codes on fields, in the order of the form."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from app.bank.rules.answers import ACCEPTED, Kind
from app.bank.rules.scoring import PartialCredit

STEM, OPTION, EXPLANATION, TOPIC = 2000, 500, 2000, 60
"""Longest texts, in characters."""
OPTIONS = 8
"""Most options of one question: A to H."""
POINTS = Decimal(100)
"""Most points of one question."""
JUDGE_OPTIONS = ("正确", "错误")
"""The two options of a true/false question, in the order in which they always stand."""


@dataclass(frozen=True)
class OptionDraft:
    """One option as its author writes it."""

    text: str
    is_right: bool = False


@dataclass(frozen=True)
class QuestionDraft:
    """One question as its author writes it. `lecture_id` and `at_second` say where the answer is taught."""

    kind: Kind
    stem: str
    options: Sequence[OptionDraft] = field(default_factory=tuple)
    points: Decimal = Decimal(1)
    explanation: str = ""
    topic: str = ""
    lecture_id: int | None = None
    at_second: int | None = None
    partial: PartialCredit = PartialCredit.NONE
    keeps_order: bool = False

    @classmethod
    def judge(cls, stem: str, *, is_true: bool, **more: object) -> QuestionDraft:
        """A true/false question."""
        options = (OptionDraft(JUDGE_OPTIONS[0], is_true), OptionDraft(JUDGE_OPTIONS[1], not is_true))
        return cls(Kind.JUDGE, stem, options, **more)  # type: ignore[arg-type]  # the caller names fields of this class


@dataclass(frozen=True)
class Fault:
    """What is wrong, with which field."""

    field: str
    code: str


def tidy(draft: QuestionDraft) -> QuestionDraft:
    """The draft without blanks at the ends of its texts and without empty options that nobody ticked."""
    options = tuple(OptionDraft(one.text.strip(), one.is_right) for one in draft.options)
    kept = tuple(one for one in options if one.text or one.is_right)
    return replace(draft, stem=draft.stem.strip(), explanation=draft.explanation.strip(), topic=draft.topic.strip(), options=kept)


def faults(draft: QuestionDraft, lecture_seconds: int | None = None) -> list[Fault]:
    """Everything that keeps a tidy draft from being asked; `lecture_seconds` is the length of the lecture it names."""
    found: list[Fault] = []
    if draft.kind not in ACCEPTED:
        found.append(Fault("kind", "kind_not_accepted"))
    found += text_faults("stem", draft.stem, STEM, needed=True)
    found += _options(draft)
    found += _points(draft.points)
    found += text_faults("explanation", draft.explanation, EXPLANATION)
    found += text_faults("topic", draft.topic, TOPIC)
    if draft.at_second is not None and (draft.at_second < 0 or (lecture_seconds is not None and draft.at_second > lecture_seconds)):
        found.append(Fault("at_second", "second_outside_lecture"))
    return found


def text_faults(name: str, text: str, longest: int, *, needed: bool = False) -> list[Fault]:
    if needed and not text:
        return [Fault(name, "empty")]
    if len(text) > longest:
        return [Fault(name, "too_long")]
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\r\t" for letter in text):
        return [Fault(name, "control_characters")]
    return []


def _options(draft: QuestionDraft) -> list[Fault]:
    texts = [one.text for one in draft.options]
    right = sum(one.is_right for one in draft.options)
    if len(texts) < 2 or (draft.kind is Kind.JUDGE and len(texts) != 2):
        return [Fault("options", "too_few_options")]
    if len(texts) > OPTIONS:
        return [Fault("options", "too_many_options")]
    found = [Fault("options", fault.code) for text in texts for fault in text_faults("options", text, OPTION, needed=True)][:1]
    if len({unicodedata.normalize("NFKC", text) for text in texts}) != len(texts):
        found.append(Fault("options", "same_option_twice"))
    if draft.kind is Kind.MULTIPLE:
        return found if right >= 2 else [*found, Fault("right", "two_right_needed")]
    return found if right == 1 else [*found, Fault("right", "one_right_needed")]


def _points(points: Decimal) -> list[Fault]:
    try:
        cents = points.quantize(Decimal("0.01"))
    except InvalidOperation:
        return [Fault("points", "points_outside")]
    fits = points.is_finite() and Decimal(0) < points <= POINTS and cents == points
    return [] if fits else [Fault("points", "points_outside")]
