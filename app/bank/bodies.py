"""A question as programs write and read it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import Criterion, OptionDraft, Picture, QuestionDraft
from app.bank.rules.places import LAST, Place
from app.bank.rules.scoring import PartialCredit

Text = Annotated[str, Meta(max_length=5000)]


class OptionBody(msgspec.Struct, forbid_unknown_fields=True):
    """One option."""

    text: Text
    right: bool = False


class AcceptedBody(msgspec.Struct, forbid_unknown_fields=True):
    """A text, or a number with a tolerance, that a blank takes, and the share of the blank it earns."""

    text: Text
    share: Decimal = Decimal(1)
    tolerance: Decimal | None = None


class BlankBody(msgspec.Struct, forbid_unknown_fields=True):
    """The key of one blank."""

    accepted: list[AcceptedBody]
    ignores_case: bool = True
    ignores_width: bool = True


class CriterionBody(msgspec.Struct, forbid_unknown_fields=True):
    """One line of a rubric."""

    text: Text
    points: Decimal


class PictureBody(msgspec.Struct, forbid_unknown_fields=True):
    """A picture that was brought in before (`POST /api/v1/bank/pictures`), and what it shows in words."""

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    alt: Text


class TaughtBody(msgspec.Struct, forbid_unknown_fields=True):
    """Where it is taught: the code of a published course, the number of its lecture from 1, the second within it."""

    course: Annotated[str, Meta(min_length=1, max_length=40)]
    lecture: Annotated[int, Meta(ge=1, le=999)]
    second: Annotated[int, Meta(ge=0, lt=LAST)]


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    """A question: which fields it uses depends on its kind."""

    kind: Kind
    stem: Text
    options: list[OptionBody] = []
    points: Decimal = Decimal(1)
    explanation: Text = ""
    topic: Text = ""
    partial: PartialCredit = PartialCredit.NONE
    keeps_order: bool = False
    blanks: list[BlankBody] = []
    rubric: list[CriterionBody] = []
    sample: Text = ""
    longest: int = LONGEST_TEXT
    parts: list[Draft] = []
    table: list[list[Text]] = []
    competencies: list[Text] = []
    difficulty: int = 3
    source: Text = ""
    picture: PictureBody | None = None
    taught: TaughtBody | None = None


def as_draft(body: Draft) -> QuestionDraft:
    """The draft of a body."""
    return QuestionDraft(
        body.kind, body.stem, tuple(OptionDraft(one.text, one.right) for one in body.options), body.points, body.explanation, body.topic,
        partial=body.partial, keeps_order=body.keeps_order, rubric=tuple(Criterion(one.text, one.points) for one in body.rubric),
        blanks=tuple(
            Blank(tuple(Accepted(a.text, a.share, a.tolerance) for a in one.accepted), one.ignores_case, one.ignores_width)
            for one in body.blanks
        ),
        sample=body.sample, longest=body.longest, parts=tuple(as_draft(one) for one in body.parts[:20]),
        table=tuple(tuple(row) for row in body.table), competencies=tuple(body.competencies), difficulty=body.difficulty,
        source=body.source, picture=Picture(body.picture.sha256, body.picture.alt) if body.picture else None,
        place=Place(body.taught.course, body.taught.lecture, body.taught.second) if body.taught else None,
    )  # fmt: skip


def shown_draft(draft: QuestionDraft) -> Draft:
    """A draft as a body; `as_draft` gives it back."""
    return Draft(
        draft.kind, draft.stem, [OptionBody(one.text, one.is_right) for one in draft.options], draft.points, draft.explanation, draft.topic,
        draft.partial, draft.keeps_order,
        [BlankBody([AcceptedBody(a.text, a.share, a.tolerance) for a in one.accepted], one.ignores_case, one.ignores_width)
         for one in draft.blanks],
        [CriterionBody(one.text, one.points) for one in draft.rubric], draft.sample, draft.longest,
        [shown_draft(one) for one in draft.parts], [list(row) for row in draft.table], list(draft.competencies),
        draft.difficulty, draft.source, PictureBody(draft.picture.sha256, draft.picture.alt) if draft.picture else None,
        TaughtBody(draft.place.course, draft.place.lecture, draft.place.second) if draft.place else None,
    )  # fmt: skip
