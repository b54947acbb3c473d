"""Moodle XML: multichoice, truefalse, shortanswer, numerical, essay, cloze, with pictures and tables; categories become topics. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, tostring

from app.bank.rules import places
from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank, number
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.bank.rules.findings import Finding, Read, Reading, Unreadable, checked
from app.bank.rules.formats import cloze, common, stems, tags, xmls
from app.bank.rules.formats.common import NOTHING, Written, lost
from app.bank.rules.formats.xmls import child, children, put, words
from app.bank.rules.scoring import PartialCredit

_FILES = "@@PLUGINFILE@@/"
_KINDS = {Kind.SINGLE: "multichoice", Kind.MULTIPLE: "multichoice", Kind.JUDGE: "truefalse", Kind.SHORT: "essay"}


def read(content: bytes) -> Reading:
    """The questions of a Moodle XML file; `row` is the number of the question."""
    quiz = xmls.root(content)
    if xmls.name(quiz) != "quiz":
        raise Unreadable("not_moodle")
    reading, topic, row, pictures = Reading(), "", 0, stems.Pictures()
    reading.pictures = pictures.held
    for question in children(quiz, "question"):
        kind = question.get("type", "")
        if kind == "category":
            path = words(child(child(question, "category"), "text")).rstrip("/")
            topic = path.rsplit("/", 1)[-1]
            topic = "" if topic in ("top", "$course$") else topic
            continue
        row += 1
        if row > common.MOST_QUESTIONS:
            reading.findings.append(Finding(row, "", "too_many_questions", expected=str(common.MOST_QUESTIONS)))
            break
        if kind == "description":
            reading.findings.append(Finding(row, "", "description_left_out", _text(child(question, "questiontext")), is_error=False))
            continue
        reading.questions.append(_question(row, kind, question, topic, pictures))
    return reading


def _text(element: Element | None) -> str:
    """A Moodle text: HTML unless it says it is plain."""
    if element is None:
        return ""
    text = words(child(element, "text")) if child(element, "text") is not None else words(element)
    return text if element.get("format") in ("plain_text", "markdown") else common.from_html(text)


def _stem(asked: Element | None) -> stems.Stem:
    """The wording with its picture and table, where it is HTML."""
    if asked is None or asked.get("format") in ("plain_text", "markdown"):
        return stems.Stem(_text(asked))
    return stems.read(words(child(asked, "text")) if child(asked, "text") is not None else words(asked))


def _files(asked: Element | None) -> dict[str, bytes | None]:
    """The files of a wording by the address the wording uses."""
    return {_FILES + one.get("name", ""): _decoded(one) for one in children(asked, "file")} if asked is not None else {}


def _decoded(file: Element) -> bytes | None:
    try:
        return base64.b64decode(file.text or "", validate=False) if file.get("encoding") == "base64" else None
    except (binascii.Error, ValueError):
        return None


def _question(row: int, kind: str, question: Element, topic: str, pictures: stems.Pictures) -> Read:
    findings: list[Finding] = []
    asked, answers = child(question, "questiontext"), children(question, "answer")
    wording = _stem(asked)
    stem = wording.words
    makers = {"multichoice": _choice, "truefalse": _truth, "shortanswer": _short, "numerical": _number, "essay": _essay}
    if kind not in makers and kind != "cloze":
        return Read(row, None, (Finding(row, "kind", "kind_not_held", kind, "、".join((*makers, "cloze"))),))
    wording.source = unquote(wording.source) if wording.source is not None else None
    picture = pictures.take(row, wording, _files(asked), findings)
    points = number(words(child(question, "defaultgrade")) or "1")
    if points is None:
        findings.append(Finding(row, "points", "points_not_read", words(child(question, "defaultgrade")), "0.01–100"))
    if kind == "cloze":
        made = cloze.read(row, stem, points or Decimal(1), "".join(_tags(question).get("groups", ())[:1]), findings)
        if made is None:
            return Read(row, None, tuple(findings))
        draft = made
    else:
        draft = makers[kind](row, stem, question, answers, findings)
    said = [_text(child(question, "generalfeedback")), draft.explanation]
    said += [f"{_text(one)}：{text}" for one in answers if (text := _text(child(one, "feedback")))]
    draft = replace(
        draft,
        points=Decimal(1) if points is None else points.normalize() + 0, explanation="\n".join(one for one in said if one),
        topic=topic, picture=picture, table=wording.table,
    )  # fmt: skip
    return checked(row, tags.apply(draft, _tags(question), row, findings), findings)


def _tags(question: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in children(child(question, "tags") or Element("tags"), "tag"):
        label, sign, value = words(child(tag, "text")).partition("=")
        if sign:
            found.setdefault(label, []).append(value)
    return found


def _shares(answers: Sequence[Element]) -> list[Decimal]:
    return [common.share_of(one.get("fraction", "0")) or Decimal(0) for one in answers]


def _choice(row: int, stem: str, question: Element, answers: Sequence[Element], findings: list[Finding]) -> QuestionDraft:
    shares = _shares(answers)
    single = words(child(question, "single")).lower() in ("true", "1", "")
    kept = words(child(question, "shuffleanswers")).lower() in ("false", "0")
    options = tuple(OptionDraft(_text(one), (share == 1) if single else share > 0) for one, share in zip(answers, shares, strict=True))
    partial = PartialCredit.NONE
    if not single:
        partial = common.partial_of(shares) or PartialCredit.SHARE
    if (not single and common.partial_of(shares) is None) or (single and any(0 < share < 1 for share in shares)):
        findings.append(Finding(row, "partial", "weights_left_out", is_error=False))
    return QuestionDraft(Kind.SINGLE if single else Kind.MULTIPLE, stem, options, partial=partial, keeps_order=kept)


def _truth(row: int, stem: str, _question: Element, answers: Sequence[Element], findings: list[Finding]) -> QuestionDraft:
    right = next((common.truth(_text(one)) for one, share in zip(answers, _shares(answers), strict=True) if share == 1), None)
    if right is None:
        findings.append(Finding(row, "right", "truth_not_read", " ".join(_text(one) for one in answers), "true/false"))
    return QuestionDraft(Kind.JUDGE, stem, common.judge_options(right))


def _short(_row: int, stem: str, question: Element, answers: Sequence[Element], _findings: list[Finding]) -> QuestionDraft:
    accepted = tuple(Accepted(_text(one), share) for one, share in zip(answers, _shares(answers), strict=True) if share > 0)
    strict = words(child(question, "usecase")) in ("1", "true")
    return QuestionDraft(Kind.BLANK, stem, blanks=(Blank(accepted, ignores_case=not strict),), partial=PartialCredit.SHARE)


def _number(row: int, stem: str, _question: Element, answers: Sequence[Element], findings: list[Finding]) -> QuestionDraft:
    accepted = []
    for one, share in zip(answers, _shares(answers), strict=True):
        value, near = _text(one), number(words(child(one, "tolerance")) or "0")
        if number(value) is None or near is None:
            findings.append(Finding(row, "blanks", "not_a_number", value, "3.14"))
        elif share > 0:
            accepted.append(Accepted(value, share, near))
    return QuestionDraft(Kind.BLANK, stem, blanks=(Blank(tuple(accepted)),), partial=PartialCredit.SHARE)


def _essay(_row: int, stem: str, question: Element, _answers: Sequence[Element], _findings: list[Finding]) -> QuestionDraft:
    return QuestionDraft(Kind.SHORT, stem, sample=_text(child(question, "graderinfo")))


# ── writing ─────────────────────────────────────────────────────────────────


def write(drafts: Sequence[QuestionDraft], pictures: Mapping[str, bytes] = NOTHING) -> Written:
    """The questions as Moodle XML, pictures inside; a case with a written answer does not fit into it."""
    quiz, topic, made = Element("quiz"), None, Written(b"")
    for row, draft in enumerate(drafts, 1):
        kind = _KINDS.get(draft.kind) or _blank_kind(draft) or ("cloze" if cloze.fits(draft) else None)
        if kind is None:
            made.lost.append(lost(row, "kind", draft.kind.value, "question_left_out"))
            continue
        if draft.topic != topic:
            topic = draft.topic
            shown = topic.replace("/", "∕")
            put(put(put(quiz, "question", type="category"), "category"), "text", f"$course$/{shown}" if topic else "$course$")
        made.lost += [lost(row, "topic", topic)] if "/" in topic else []
        made.lost += cloze.not_held(row, draft) if kind == "cloze" else []
        made.lost += [one for one in tags.not_in_text(row, draft) if one.column not in ("sample", "picture", "table")]
        content = pictures.get(draft.picture.sha256) if draft.picture is not None else None
        made.lost += [lost(row, "picture", "")] if draft.picture is not None and content is None else []
        _write(quiz, kind, row, draft if content else replace(draft, picture=None), content)
    made.content = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(quiz, encoding="utf-8")
    return made


def _blank_kind(draft: QuestionDraft) -> str | None:
    if draft.kind is not Kind.BLANK or len(draft.blanks) != 1:
        return None
    numbers = [one.tolerance is not None for one in draft.blanks[0].accepted]
    return "numerical" if all(numbers) else None if any(numbers) else "shortanswer"


def _html(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    made = put(parent, tag, format="html", **attributes)
    put(made, "text", common.to_html(text))
    return made


def _write(quiz: Element, kind: str, row: int, draft: QuestionDraft, picture: bytes | None) -> None:
    made = put(quiz, "question", type=kind)
    put(put(made, "name"), "text", str(row))
    name = f"{draft.picture.sha256}.{stems.ending(picture)}" if draft.picture is not None and picture else ""
    asked = put(made, "questiontext", format="html")
    address = _FILES + quote(name)
    put(asked, "text", stems.write(draft, address) if kind != "cloze" else cloze.html(draft, stems.beside(draft, address)))
    if picture:
        put(asked, "file", base64.b64encode(picture).decode(), name=name, path="/", encoding="base64")
    _html(made, "generalfeedback", draft.explanation)
    put(made, "defaultgrade", f"{draft.points:f}")
    if kind == "multichoice":
        put(made, "single", "true" if draft.kind is Kind.SINGLE else "false")
        put(made, "shuffleanswers", "false" if draft.keeps_order else "true")
    if kind == "essay":
        _html(made, "graderinfo", draft.sample)
    if kind == "shortanswer":
        put(made, "usecase", "0" if draft.blanks[0].ignores_case else "1")
    for text, share, near in _answers(draft) if kind != "cloze" else ():
        answer = _html(made, "answer", text, fraction=common.percent(share))
        if near is not None:
            put(answer, "tolerance", f"{near:f}")
    _write_tags(made, draft, [("groups", cloze.groups(draft))] if kind == "cloze" else [])


def _answers(draft: QuestionDraft) -> list[tuple[str, Decimal, Decimal | None]]:
    """Text, share and tolerance of each answer."""
    if draft.kind is Kind.BLANK:
        return [(one.text, one.share, one.tolerance) for one in draft.blanks[0].accepted]
    if draft.kind is Kind.MULTIPLE:
        return [(one.text, share, None) for one, share in zip(draft.options, common.weights(draft), strict=True)]
    if draft.kind is Kind.JUDGE:
        truth = common.is_true(draft)
        return [("true", Decimal(truth), None), ("false", Decimal(not truth), None)]
    return [(one.text, Decimal(one.is_right), None) for one in draft.options]


def _write_tags(made: Element, draft: QuestionDraft, more: Sequence[tuple[str, str]]) -> None:
    found = [*more, ("difficulty", str(draft.difficulty)), *(("competency", word) for word in draft.competencies)]
    found += [("place", places.said(draft.place))] if draft.place else []
    found += [("source", draft.source)] if draft.source else []
    all_right = draft.kind is Kind.MULTIPLE and all(one.is_right for one in draft.options)
    if draft.kind in (Kind.MULTIPLE, Kind.BLANK) and (all_right or draft.partial in (PartialCredit.NONE, PartialCredit.HALF)):
        found.append(("partial", draft.partial.value))
    if draft.kind not in (Kind.SINGLE, Kind.MULTIPLE) and draft.keeps_order:
        found.append(("order", "kept"))
    strict = [word for word, is_strict in tags.strict(draft) if is_strict]
    alike = len({(one.ignores_case, one.ignores_width) for one in draft.blanks}) == 1
    found += [("compares", "+".join(strict))] if strict and alike else []
    holder = put(made, "tags")
    for label, value in found:
        put(put(holder, "tag"), "text", f"{label}={value}")
