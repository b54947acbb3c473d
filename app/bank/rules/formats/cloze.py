"""Moodle's cloze: several blanks, and cases whose questions are chosen or filled in, `{2:SHORTANSWER:=甲~%50%乙}`. Pure.

Written answers have no place in it, so a case with one stays outside of Moodle XML.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import gcd

from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank, number
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.bank.rules.findings import Finding
from app.bank.rules.formats import common
from app.bank.rules.formats.common import lost
from app.bank.rules.scoring import PartialCredit

GAP = "____"
_HEAD = re.compile(r"\{(\d{0,5}):([A-Z_]{2,16}):")
_CLOSE = re.compile(r"\\.|\}", re.DOTALL)
_LONGEST_FIELD = 8000
_ANSWER = re.compile(r"(?:\\.|[^~\\])+", re.DOTALL)
_WEIGHT = re.compile(r"^(=|%-?[\d.]{1,9}%)?(.*)$", re.DOTALL)
_FEEDBACK = re.compile(r"^((?:\\.|[^#\\])*)#?(.*)$", re.DOTALL)
_MARK = "\x01"
_TEXTS = {"SHORTANSWER": False, "SA": False, "MW": False, "SHORTANSWER_C": True, "SAC": True, "MWC": True}
_NUMBERS = ("NUMERICAL", "NM")
_CHOICES = ("MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH")
_SHUFFLED = ("MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS")
_SEVERAL = ("MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH")
_SEVERAL_SHUFFLED = ("MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS")


@dataclass(frozen=True)
class Sub:
    """One field of a cloze text: its weight, its kind, its answers with share and feedback."""

    weight: int
    kind: str
    answers: tuple[tuple[Decimal | None, str, str], ...]

    @property
    def is_text(self) -> bool:
        """Whether it is filled in."""
        return self.kind in _TEXTS or self.kind in _NUMBERS


# ── writing ─────────────────────────────────────────────────────────────────


def fits(draft: QuestionDraft) -> bool:
    """Whether a cloze text can hold it: each blank of one sort, each part of a case chosen or filled in."""
    if draft.kind is Kind.CASE:
        return all(one.kind is not Kind.SHORT and (one.kind is not Kind.BLANK or fits(one)) for one in draft.parts)
    return draft.kind is Kind.BLANK and all(len({one.tolerance is None for one in blank.accepted}) == 1 for blank in draft.blanks)


def html(draft: QuestionDraft, beside: str) -> str:
    """The text with its fields; `beside` is picture and table in HTML."""
    if draft.kind is Kind.BLANK:
        return _filled(common.to_html(draft.stem), [_blank(1, one, "") for one in draft.blanks]) + beside
    cents = [int(one.points * 100) for one in draft.parts]
    share = gcd(*cents) or 1
    said = [common.to_html(draft.stem), beside]
    for at, (part, points) in enumerate(zip(draft.parts, cents, strict=True), 1):
        weight = points // share
        if part.kind is Kind.BLANK:
            fields = [_blank(weight if not n else 0, one, part.explanation if not n else "") for n, one in enumerate(part.blanks)]
        else:
            fields = [_choice(weight, part)]
        said.append(f"<p>（{at}）{_filled(common.to_html(part.stem), fields)}</p>")
    return "".join(said)


def groups(draft: QuestionDraft) -> str:
    """How many fields each part has, and whether its gaps stand apart from its words: what the text alone does not say."""
    parts = draft.parts or (draft,)
    return ("c" if draft.parts else "") + "+".join(f"{max(len(one.blanks), 1)}{'' if _inside(one) else 'a'}" for one in parts)


def _inside(draft: QuestionDraft) -> bool:
    return draft.kind is Kind.BLANK and draft.stem.count(GAP) == len(draft.blanks)


def _filled(wording: str, fields: Sequence[str]) -> str:
    """The fields in the gaps, or below the words where those are not as many."""
    first, *others = wording.split(GAP)
    if len(others) != len(fields):
        return wording + "<br>" + " ".join(fields)
    return first + "".join(field + words for field, words in zip(fields, others, strict=True))


def _escaped(text: str) -> str:
    return common.to_html(re.sub(r"([\\}#~/\"])", r"\\\1", text))


def _field(weight: int, kind: str, answers: Sequence[str]) -> str:
    return f"{{{weight}:{kind}:{'~'.join(answers)}}}"


def _blank(weight: int, blank: Blank, why: str) -> str:
    near = blank.accepted[0].tolerance is not None
    kind = "NUMERICAL" if near else "SHORTANSWER" if blank.ignores_case else "SHORTANSWER_C"
    answers = []
    for at, one in enumerate(blank.accepted):
        sign = "=" if one.share == 1 else f"%{common.percent(one.share)}%"
        text = f"{one.text}:{one.tolerance:f}" if one.tolerance is not None else _escaped(one.text)
        answers.append(f"{sign}{text}{'#' + _escaped(why) if why and not at else ''}")
    return _field(weight, kind, answers)


def _choice(weight: int, part: QuestionDraft) -> str:
    many = part.kind is Kind.MULTIPLE
    order = "" if part.keeps_order or part.kind is Kind.JUDGE else "S"
    kind = f"MULTIRESPONSE{'_S' if order else ''}" if many else f"MULTICHOICE_V{order}"
    shares = common.weights(part) if many else [Decimal(one.is_right) for one in part.options]
    answers = []
    for at, (one, share) in enumerate(zip(part.options, shares, strict=True)):
        sign = "=" if share == 1 and not many else f"%{common.percent(share)}%" if share or one.text[:1] in ("=", "%") else ""
        answers.append(f"{sign}{_escaped(one.text)}{'#' + _escaped(part.explanation) if part.explanation and not at else ''}")
    return _field(weight, kind, answers)


def not_held(row: int, draft: QuestionDraft) -> list[Finding]:
    """What a cloze text has no place for."""
    found = []
    for one in (draft, *draft.parts):
        column = "blanks" if one is draft else "parts"
        mixed = one is not draft or len({(blank.ignores_case, blank.ignores_width) for blank in one.blanks}) > 1
        if mixed and any(not b.ignores_width or (not b.ignores_case and b.accepted[0].tolerance is not None) for b in one.blanks):
            found.append(lost(row, column, "width"))
        if one is draft:
            continue
        net = one.partial is PartialCredit.NET and all(option.is_right for option in one.options)
        usual = PartialCredit.SHARE if one.kind is Kind.BLANK else PartialCredit.NONE
        weighed = one.kind is Kind.MULTIPLE and one.partial in (PartialCredit.SHARE, PartialCredit.NET) and not net
        if (one.partial is not usual and not weighed) or (one.kind is Kind.MULTIPLE and not weighed):
            found.append(lost(row, "parts", one.partial.value))
        if one.kind is Kind.JUDGE and (one.options != common.judge_options(common.is_true(one)) or one.keeps_order):
            found.append(lost(row, "parts", one.options[0].text))
        if one.kind is Kind.BLANK and one.keeps_order:
            found.append(lost(row, "parts", "order"))
    return found


# ── reading ─────────────────────────────────────────────────────────────────


def read(row: int, text: str, points: Decimal, given: str, findings: list[Finding]) -> QuestionDraft | None:
    """The question a cloze text asks; `given` is what `groups` said when we wrote it ourselves."""
    subs, words = _fields(text)
    known = (*_TEXTS, *_NUMBERS, *_CHOICES, *_SHUFFLED, *_SEVERAL, *_SEVERAL_SHUFFLED)
    strange = next((one.kind for one in subs if one.kind not in known), None)
    if not subs or strange:
        findings.append(Finding(row, "kind", "kind_not_held", strange or text[:80], ", ".join(("SHORTANSWER", "NUMERICAL", "MULTICHOICE"))))
        return None
    sizes = re.findall(r"(\d{1,2})(a?)", given) if re.fullmatch(r"c?\d{1,2}a?(?:\+\d{1,2}a?)*", given) else []
    if sum(int(size) for size, _apart in sizes) != len(subs):
        sizes = []
    is_case = bool(sizes) and given.startswith("c")
    if all(one.is_text for one in subs) and len(sizes) <= 1 and not is_case:
        if len({one.weight for one in subs}) > 1:
            findings.append(Finding(row, "partial", "weights_left_out", is_error=False))
        return _blanks(words, subs, apart=bool(sizes and sizes[0][1]))
    pieces = _own(words, sizes) if sizes else _lines(words)
    made = _case(row, pieces, subs, points, findings)
    return _alone(made) if made is not None and not is_case else made


def _fields(text: str) -> tuple[list[Sub], str]:
    """The fields of a text, and its words with a mark for each. Looks at each sign once: a field ends at the first brace not escaped."""
    closes = [found.start() for found in _CLOSE.finditer(text) if found[0] == "}"]
    subs, words, at = [], list[str](), 0
    for head in _HEAD.finditer(text):
        nearest = bisect_left(closes, head.end())
        end = closes[nearest] if nearest < len(closes) else 0
        if head.start() >= at and 0 < end - head.end() <= _LONGEST_FIELD:
            subs.append(_sub(head, text[head.end() : end]))
            words += [text[at : head.start()], _MARK]
            at = end + 1
    return subs, "".join([*words, text[at:]])


def _sub(found: re.Match[str], said: str) -> Sub:
    answers = []
    for one in _ANSWER.findall(said):
        sign, rest = _WEIGHT.match(one).groups()  # type: ignore[union-attr]  # matches everything
        text, why = _FEEDBACK.match(rest).groups()  # type: ignore[union-attr]
        share = Decimal(1) if sign == "=" else common.share_of(sign.strip("%")) if sign else None
        answers.append((share, _plain(text), _plain(why)))
    return Sub(int(found[1] or 1), found[2], tuple(answers))


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL).strip()


def _own(words: str, sizes: Sequence[tuple[str, str]]) -> list[tuple[str, int, bool]]:
    """The case as we wrote it: its stem, then each part from its number on."""
    ends, begins = [0], list[int]()
    for size, _apart in sizes:
        at = ends[-1]
        for _one in range(int(size)):
            at = words.index(_MARK, at) + 1
        ends.append(at)
    for number_, end in enumerate(ends[:-1], 1):
        label, first = f"\n（{number_}）", words.index(_MARK, end)
        at = words.find(label, end, first) if number_ > 1 else words.rfind(label, 0, first)
        if at < 0:
            return _lines(words)
        begins.append(at)
    bodies = [words[begin:until] for begin, until in zip(begins, [*begins[1:], len(words)], strict=True)]
    pieces = [(body.partition("）")[2], int(size), bool(apart)) for body, (size, apart) in zip(bodies, sizes, strict=True)]
    return [(words[: begins[0]], 0, False), *pieces]


def _lines(words: str) -> list[tuple[str, int, bool]]:
    """A case of somebody else: each line with fields is a part, what stands before the first is the stem."""
    pieces: list[tuple[str, int, bool]] = []
    waiting: list[str] = []
    for line in words.split("\n"):
        waiting.append(line)
        if count := line.count(_MARK):
            if not pieces:
                pieces.append(("\n".join(waiting[:-1]), 0, False))
                waiting = waiting[-1:]
            pieces.append(("\n".join(waiting), count, False))
            waiting = []
    text, count, apart = pieces.pop()
    return [*pieces, ("\n".join([text, *waiting]), count, apart)]


def _case(
    row: int, pieces: Sequence[tuple[str, int, bool]], subs: Sequence[Sub], points: Decimal, findings: list[Finding]
) -> QuestionDraft | None:
    total, at, parts = sum(one.weight for one in subs) or 1, 0, []
    for words, count, apart in pieces[1:]:
        own = subs[at : at + count]
        at += count
        part = _part(words, own, apart, findings, row)
        if part is None:
            findings.append(Finding(row, "kind", "kind_not_held", words.replace(_MARK, GAP)[:80]))
            return None
        worth = (points * sum(one.weight for one in own) / total).quantize(Decimal("0.01"))
        parts.append(replace(part, points=worth))
    stem = pieces[0][0].strip()
    return QuestionDraft(Kind.CASE, stem or "–", parts=tuple(parts), points=points)


def _alone(draft: QuestionDraft) -> QuestionDraft:
    """A case of one question is that question, unless we wrote it as a case."""
    if len(draft.parts) != 1 or draft.parts[0].kind is Kind.BLANK:
        return draft
    part, stem = draft.parts[0], "" if draft.stem == "–" else draft.stem
    return replace(part, stem="\n".join(one for one in (stem, part.stem) if one), points=draft.points)


def _part(words: str, own: Sequence[Sub], apart: bool, findings: list[Finding], row: int) -> QuestionDraft | None:  # as it was written
    if all(one.is_text for one in own):
        made = _blanks(words, own, apart=apart)
        return replace(made, stem=made.stem or GAP)
    if len(own) != 1:
        return None
    sub, stem = own[0], words.replace(_MARK, "").strip() or "–"
    why = "\n".join(one for _share, _text, one in sub.answers if one)
    shares = [share or Decimal(0) for share, _text, _why in sub.answers]
    kept = sub.kind in (*_CHOICES, *_SEVERAL)
    if sub.kind in (*_SEVERAL, *_SEVERAL_SHUFFLED):
        partial = common.partial_of(shares)
        if partial is None:
            findings.append(Finding(row, "partial", "weights_left_out", is_error=False))
        options = tuple(OptionDraft(text, share > 0) for share, (_one, text, _why) in zip(shares, sub.answers, strict=True))
        return QuestionDraft(Kind.MULTIPLE, stem, options, partial=partial or PartialCredit.SHARE, keeps_order=kept, explanation=why)
    options = tuple(OptionDraft(text, share == 1) for share, (_one, text, _why) in zip(shares, sub.answers, strict=True))
    if [common.truth(one.text) for one in options] == [True, False]:
        return QuestionDraft(Kind.JUDGE, stem, common.judge_options(options[0].is_right), explanation=why)
    return QuestionDraft(Kind.SINGLE, stem, options, keeps_order=kept, explanation=why)


def _blanks(words: str, subs: Sequence[Sub], *, apart: bool) -> QuestionDraft:
    """Blanks in their places, or below the words."""
    stem = words.replace(_MARK, "" if apart else GAP).strip()
    why = "\n".join(one for sub in subs for _share, _text, one in sub.answers if one)
    blanks = tuple(Blank(_accepted(one), ignores_case=not _TEXTS.get(one.kind, False)) for one in subs)
    return QuestionDraft(Kind.BLANK, stem, blanks=blanks, partial=PartialCredit.SHARE, explanation=why)


def _accepted(sub: Sub) -> tuple[Accepted, ...]:
    """What a field takes; of a number the part behind the colon is how near."""
    taken = [(share, text) for share, text, _why in sub.answers if share is not None and share > 0]
    if sub.kind in _TEXTS:
        return tuple(Accepted(text, share) for share, text in taken)
    halves = [(share, *text.partition(":")) for share, text in taken]
    return tuple(Accepted(value.strip(), share, number(near) or Decimal(0)) for share, value, _colon, near in halves)
