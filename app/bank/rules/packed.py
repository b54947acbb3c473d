"""Questions as JSON: a whole draft for imports and programs, and its two halves as versions are stored. Pure.

The public half (`face`) and the secret half (`secret`) of what is not in columns of their own are made apart, so that
no public row ever holds a piece of a key (INV-I18).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.bank.rules.answers import Kind, Shape
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import Criterion, OptionDraft, Picture, QuestionDraft
from app.bank.rules.places import Place
from app.bank.rules.scoring import Key, PartialCredit

LETTERS = "abcdefgh"


def lettered(draft: QuestionDraft) -> list[list[str]]:
    """The options under the letters they have inside."""
    return [[letter, one.text] for letter, one in zip(LETTERS, draft.options, strict=False)]


def right(draft: QuestionDraft) -> list[str]:
    """The letters of the right options."""
    return [letter for letter, one in zip(LETTERS, draft.options, strict=False) if one.is_right]


def face(draft: QuestionDraft) -> dict[str, Any]:
    """What a candidate may see beside stem and options."""
    shown: dict[str, Any] = {}
    if draft.kind is Kind.BLANK:
        shown["blanks"] = len(draft.blanks)
    if draft.kind is Kind.SHORT:
        shown["longest"] = draft.longest
    if draft.picture is not None:
        shown["picture"] = {"sha256": draft.picture.sha256, "alt": draft.picture.alt}
    if draft.table:
        shown["table"] = [list(row) for row in draft.table]
    if draft.parts:
        shown["parts"] = [
            {"part": f"p{at}", "kind": one.kind.value, "stem": one.stem, "points": str(one.points), "options": lettered(one),
             "keeps_order": one.keeps_order, **face(one)}
            for at, one in enumerate(draft.parts, 1)
        ]  # fmt: skip
    return shown


def secret(draft: QuestionDraft) -> dict[str, Any]:
    """What stays hidden beside right options, partial credit and explanation."""
    hidden: dict[str, Any] = {}
    if draft.blanks:
        hidden["blanks"] = [_blank_json(one) for one in draft.blanks]
    if draft.rubric:
        hidden["rubric"] = [[one.text, str(one.points)] for one in draft.rubric]
    if draft.sample:
        hidden["sample"] = draft.sample
    if draft.parts:
        hidden["parts"] = {
            f"p{at}": {"right": right(one), "partial": one.partial.value, "explanation": one.explanation, **secret(one)}
            for at, one in enumerate(draft.parts, 1)
        }
    return hidden


def shape(kind: Kind, options: list[Any], shown: Mapping[str, Any]) -> Shape:
    """What an answer must fit, from the public half."""
    parts = {one["part"]: shape(Kind(one["kind"]), one["options"], one) for one in shown.get("parts", ())}
    more = {"longest": shown["longest"]} if "longest" in shown else {}
    return Shape(kind, [letter for letter, _ in options], shown.get("blanks", 0), parts=parts, **more)


def key(kind: Kind, rights: list[str], partial: str, hidden: Mapping[str, Any], shown: Mapping[str, Any]) -> Key:
    """What marks an answer, from both halves."""
    faces = {one["part"]: one for one in shown.get("parts", ())}
    parts = {
        part: (key(Kind(faces[part]["kind"]), one["right"], one["partial"], one, faces[part]), Decimal(faces[part]["points"]))
        for part, one in hidden.get("parts", {}).items()
    }
    blanks = tuple(_blank(one) for one in hidden.get("blanks", ()))
    return Key(kind, frozenset(rights), PartialCredit(partial), blanks, parts)


def unfold(kind: Kind, stem: str, options: list[Any], shown: Mapping[str, Any], rights: list[str], partial: str,
           explanation: str, hidden: Mapping[str, Any], **more: Any) -> QuestionDraft:  # fmt: skip
    """The draft behind both halves."""
    secrets = hidden.get("parts", {})
    parts = tuple(
        unfold(Kind(one["kind"]), one["stem"], one["options"], one, secrets[one["part"]]["right"], secrets[one["part"]]["partial"],
               secrets[one["part"]]["explanation"], secrets[one["part"]], points=Decimal(one["points"]), keeps_order=one["keeps_order"])
        for one in shown.get("parts", ())
    )  # fmt: skip
    picture = shown.get("picture")
    if "longest" in shown:
        more["longest"] = shown["longest"]
    return QuestionDraft(
        kind, stem, tuple(OptionDraft(text, letter in rights) for letter, text in options), explanation=explanation,
        partial=PartialCredit(partial), blanks=tuple(_blank(one) for one in hidden.get("blanks", ())),
        rubric=tuple(Criterion(text, Decimal(points)) for text, points in hidden.get("rubric", ())), sample=hidden.get("sample", ""),
        parts=parts, picture=Picture(picture["sha256"], picture["alt"]) if picture else None,
        table=tuple(tuple(row) for row in shown.get("table", ())), **more,
    )  # fmt: skip


def as_json(draft: QuestionDraft) -> dict[str, Any]:
    """A whole draft; `from_json` gives it back."""
    return {
        "kind": draft.kind.value, "stem": draft.stem, "options": [[one.text, one.is_right] for one in draft.options],
        "points": str(draft.points), "explanation": draft.explanation, "topic": draft.topic, "partial": draft.partial.value,
        "keeps_order": draft.keeps_order, "difficulty": draft.difficulty, "source": draft.source, "sample": draft.sample,
        "competencies": list(draft.competencies), "longest": draft.longest, "table": [list(row) for row in draft.table],
        "blanks": [_blank_json(one) for one in draft.blanks], "rubric": [[one.text, str(one.points)] for one in draft.rubric],
        "picture": [draft.picture.sha256, draft.picture.alt] if draft.picture else None, "parts": [as_json(one) for one in draft.parts],
        "lecture_id": draft.lecture_id, "at_second": draft.at_second,
        "place": [draft.place.course, draft.place.lecture, draft.place.second] if draft.place else None,
    }  # fmt: skip


def from_json(stored: Mapping[str, Any]) -> QuestionDraft:
    """The draft of `as_json`."""
    return QuestionDraft(
        Kind(stored["kind"]), stored["stem"], tuple(OptionDraft(text, is_right) for text, is_right in stored["options"]),
        Decimal(stored["points"]), stored["explanation"], stored["topic"], stored["lecture_id"], stored["at_second"],
        PartialCredit(stored["partial"]), stored["keeps_order"], tuple(_blank(one) for one in stored["blanks"]),
        tuple(Criterion(text, Decimal(points)) for text, points in stored["rubric"]), stored["sample"], stored["longest"],
        tuple(from_json(one) for one in stored["parts"]), Picture(*stored["picture"]) if stored["picture"] else None,
        tuple(tuple(row) for row in stored["table"]), tuple(stored["competencies"]), stored["difficulty"], stored["source"],
        Place(*stored["place"]) if stored.get("place") else None,
    )  # fmt: skip


def _blank_json(blank: Blank) -> dict[str, Any]:
    accepted = [[one.text, str(one.share), None if one.tolerance is None else str(one.tolerance)] for one in blank.accepted]
    return {"accepted": accepted, "ignores_case": blank.ignores_case, "ignores_width": blank.ignores_width}


def _blank(stored: Mapping[str, Any]) -> Blank:
    accepted = tuple(
        Accepted(text, Decimal(share), None if tolerance is None else Decimal(tolerance)) for text, share, tolerance in stored["accepted"]
    )
    return Blank(accepted, stored["ignores_case"], stored["ignores_width"])
