"""A question as its author writes it, and whether it is well formed. Pure: faults are codes on fields, in the order of the form."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from app.bank.rules import spellings
from app.bank.rules.answers import CHOICE, LONGEST_BLANK, LONGEST_TEXT, Kind, has_control
from app.bank.rules.blanks import ONE, Accepted, Blank, gaps, number
from app.bank.rules.places import Place
from app.bank.rules.scoring import PartialCredit

STEM, OPTION, EXPLANATION, TOPIC, SOURCE, ALT = 2000, 500, 2000, 60, 200, 200
"""Longest texts, in characters."""
OPTIONS = 8
"""Most options of one question: A to H."""
BLANKS, ALTERNATIVES, PARTS, CRITERIA, COMPETENCIES = 10, 20, 10, 10, 8
TABLE_ROWS, TABLE_COLUMNS, CELL = 20, 8, 200
POINTS = Decimal(100)
"""Most points of one question."""
JUDGE_OPTIONS = ("正确", "错误")
"""The two options of a true/false question, in the order in which they always stand."""
EASIEST, USUAL, HARDEST = 1, 3, 5


@dataclass(frozen=True)
class OptionDraft:
    """One option as its author writes it."""

    text: str
    is_right: bool = False


@dataclass(frozen=True)
class Criterion:
    """One line of the rubric of a written answer: what is looked for, and the points it earns."""

    text: str
    points: Decimal


@dataclass(frozen=True)
class Picture:
    """A picture of the stem, kept under its SHA-256; `alt` says it in words to whoever cannot see it."""

    sha256: str
    alt: str = ""


@dataclass(frozen=True)
class QuestionDraft:
    """One question as its author writes it. `lecture_id` and `at_second` say where the answer is taught.

    blank: `blanks` is the key. short: `rubric`, `sample` and `longest`. case: `parts` are questions of other kinds,
    the stem is what they share.
    """

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
    blanks: tuple[Blank, ...] = ()
    rubric: tuple[Criterion, ...] = ()
    sample: str = ""
    longest: int = LONGEST_TEXT
    parts: tuple[QuestionDraft, ...] = ()
    picture: Picture | None = None
    table: tuple[tuple[str, ...], ...] = ()
    competencies: tuple[str, ...] = ()
    difficulty: int = USUAL
    source: str = ""
    place: Place | None = None
    """Where it is taught as a file or form says it; `lecture_id` and `at_second` are what the college makes of it."""

    @classmethod
    def judge(cls, stem: str, *, is_true: bool, **more: object) -> QuestionDraft:
        """A true/false question."""
        options = (OptionDraft(JUDGE_OPTIONS[0], is_true), OptionDraft(JUDGE_OPTIONS[1], not is_true))
        return cls(Kind.JUDGE, stem, options, **more)  # type: ignore[arg-type]  # the caller names fields of this class


@dataclass(frozen=True)
class Fault:
    """What is wrong, with which field. Of a part of a case the field begins with `parts.` and the number of the part from 1."""

    field: str
    code: str
    limit: str = ""
    """What it may be at most, where only the college knows that."""


def tidy(draft: QuestionDraft) -> QuestionDraft:
    """The draft without blanks at the ends of its texts and without empty options that nobody ticked."""
    options = tuple(OptionDraft(one.text.strip(), one.is_right) for one in draft.options)
    kept = tuple(one for one in options if one.text or one.is_right)
    parts = tuple(tidy(one) for one in draft.parts)
    points = sum((one.points for one in parts), Decimal(0)) if parts else draft.points
    rubric = tuple(Criterion(one.text.strip(), one.points) for one in draft.rubric if one.text.strip())
    picture = replace(draft.picture, alt=draft.picture.alt.strip()) if draft.picture is not None else None
    labels = tuple(dict.fromkeys(word.strip() for word in draft.competencies if word.strip()))
    return replace(
        draft, stem=draft.stem.strip(), explanation=draft.explanation.strip(), topic=draft.topic.strip(), options=kept, parts=parts,
        points=points, rubric=rubric, sample=draft.sample.strip(), competencies=labels, source=draft.source.strip(),
        picture=picture,
    )  # fmt: skip


def faults(draft: QuestionDraft, lecture_seconds: int | None = None, kinds: Collection[Kind] = CHOICE) -> list[Fault]:
    """Everything that keeps a tidy draft from being asked; `lecture_seconds` is the length of the lecture it names."""
    found: list[Fault] = []
    if draft.kind not in kinds:
        found.append(Fault("kind", "kind_not_accepted"))
    found += text_faults("stem", draft.stem, STEM, needed=True)
    found += _of_kind(draft)
    found += _points("points", draft.points)
    found += text_faults("explanation", draft.explanation, EXPLANATION)
    found += text_faults("topic", draft.topic, TOPIC)
    found += _about(draft)
    if draft.at_second is not None and (draft.at_second < 0 or (lecture_seconds is not None and draft.at_second > lecture_seconds)):
        found.append(Fault("at_second", "second_outside_lecture"))
    return found


def _of_kind(draft: QuestionDraft) -> list[Fault]:
    if draft.kind is Kind.BLANK:
        return _blanks(draft)
    if draft.kind is Kind.SHORT:
        return _short(draft)
    if draft.kind is Kind.CASE:
        return _parts(draft)
    return _options(draft)


def text_faults(name: str, text: str, longest: int, *, needed: bool = False) -> list[Fault]:
    """What is wrong with one text."""
    if needed and not text:
        return [Fault(name, "empty")]
    if len(text) > longest:
        return [Fault(name, "too_long")]
    return [Fault(name, "control_characters")] if has_control(text) else []


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


def _blanks(draft: QuestionDraft) -> list[Fault]:
    if not draft.blanks:
        return [Fault("blanks", "blank_needed")]
    if len(draft.blanks) > BLANKS:
        return [Fault("blanks", "too_many_blanks")]
    if draft.partial not in (PartialCredit.NONE, PartialCredit.SHARE):
        return [Fault("partial", "partial_not_for_blanks")]
    if gap_count(draft) not in (0, len(draft.blanks)):
        return [Fault("blanks", "gaps_and_blanks_differ")]
    return [fault for blank in draft.blanks for fault in _blank(blank)][:1]


def gap_count(draft: QuestionDraft) -> int:
    """Gaps that stem and table mark; none at all means that the blanks stand below."""
    return gaps(draft.stem) + sum(gaps(cell) for row in draft.table for cell in row)


def _blank(blank: Blank) -> list[Fault]:
    if not blank.accepted or max(one.share for one in blank.accepted) != ONE:
        return [Fault("blanks", "blank_without_answer")]
    if len(blank.accepted) > ALTERNATIVES:
        return [Fault("blanks", "too_many_alternatives")]
    return [fault for one in blank.accepted for fault in _accepted(one)]


def _accepted(one: Accepted) -> list[Fault]:
    if not 0 < one.share <= 1:
        return [Fault("blanks", "share_outside")]
    if one.tolerance is not None and (number(one.text) is None or not one.tolerance.is_finite() or one.tolerance < 0):
        return [Fault("blanks", "not_a_number")]
    return text_faults("blanks", one.text.strip(), LONGEST_BLANK, needed=True)


def _short(draft: QuestionDraft) -> list[Fault]:
    found: list[Fault] = []
    if spellings.is_key(draft.sample) or spellings.options_in(draft.stem) is not None:
        found.append(Fault("kind", "short_looks_like_choice"))
    if not 1 <= draft.longest <= LONGEST_TEXT:
        found.append(Fault("longest", "length_outside"))
    if len(draft.rubric) > CRITERIA:
        found.append(Fault("rubric", "too_many_criteria"))
    wrong = [
        fault for one in draft.rubric for fault in text_faults("rubric", one.text, OPTION, needed=True) or _points("rubric", one.points)
    ]
    found += wrong
    if draft.rubric and not wrong and sum(one.points for one in draft.rubric) != draft.points:
        found.append(Fault("rubric", "rubric_is_not_the_points"))
    return found + text_faults("sample", draft.sample, EXPLANATION)


def _parts(draft: QuestionDraft) -> list[Fault]:
    if not draft.parts:
        return [Fault("parts", "part_needed")]
    if len(draft.parts) > PARTS:
        return [Fault("parts", "too_many_parts")]
    found: list[Fault] = []
    for at, part in enumerate(draft.parts, 1):
        inner = frozenset(Kind) - {Kind.CASE}
        found += [Fault(f"parts.{at}.{fault.field}", fault.code) for fault in faults(part, kinds=inner)]
    return found


def _about(draft: QuestionDraft) -> list[Fault]:
    """Picture, table and what the bank finds a question by."""
    found: list[Fault] = []
    if draft.picture is not None:
        found += text_faults("alt", draft.picture.alt, ALT) if draft.picture.alt else [Fault("alt", "alt_needed")]
    wide = max((len(row) for row in draft.table), default=0)
    if len(draft.table) > TABLE_ROWS or wide > TABLE_COLUMNS or any(len(row) != wide for row in draft.table):
        found.append(Fault("table", "table_outside"))
    found += [fault for row in draft.table for cell in row for fault in text_faults("table", cell, CELL)][:1]
    if not EASIEST <= draft.difficulty <= HARDEST:
        found.append(Fault("difficulty", "difficulty_outside"))
    if len(draft.competencies) > COMPETENCIES:
        found.append(Fault("competencies", "too_many_competencies"))
    found += [fault for word in draft.competencies for fault in text_faults("competencies", word, TOPIC)][:1]
    return found + text_faults("source", draft.source, SOURCE)


def _points(name: str, points: Decimal) -> list[Fault]:
    try:
        cents = points.quantize(Decimal("0.01"))
    except InvalidOperation:
        return [Fault(name, "points_outside")]
    fits = points.is_finite() and Decimal(0) < points <= POINTS and cents == points
    return [] if fits else [Fault(name, "points_outside")]
