"""GIFT, Moodle's text format: every kind of question in it that the bank can hold. Pure.

Points, difficulty and the like travel in the `[tag:…]` comments Moodle reads, so what one writes the other reads back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from app.bank.rules.answers import Kind
from app.bank.rules.blanks import ONE, Accepted, Blank, number
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.bank.rules.findings import Finding, Read, Reading, checked
from app.bank.rules.formats import common, tags
from app.bank.rules.formats.common import NOTHING, Written, lost
from app.bank.rules.scoring import PartialCredit

_SPECIAL = "~=#{}:\\"
_HIDE = {sign: chr(at) for at, sign in enumerate(_SPECIAL + "n", 1)}
_SHOW = {chr(at): "\n" if sign == "n" else sign for at, sign in enumerate(_SPECIAL + "n", 1)}
_RAW = {chr(at): f"\\{sign}" for at, sign in enumerate(_SPECIAL + "n", 1)}
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_HIDDEN = re.compile(r"[\x01-\x08]")
_TITLE = re.compile(r"^::(.*?)::\s*", re.DOTALL)
_MORE = re.compile(r"[{}]|^\s*::", re.MULTILINE)
"""What cannot follow on the answer of a question: it belongs to another one."""
_MARKUP = re.compile(r"^\[(html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
_ANSWER = re.compile(r"([=~])((?:[^=~])*)", re.DOTALL)
_WEIGHT = re.compile(r"^\s*%(-?[\d.]+)%")
_NEAR = re.compile(r"^\s*+([^:\s]{1,60}?)\s*+(?:\.\.\s*+([^:\s]{1,60})|:\s*+([^:\s]{1,60}))?\s*+$")


def read(text: str) -> Reading:
    """The questions of a GIFT file; `row` is the line where each begins."""
    reading, topic = Reading(), ""
    for row, block in (one for piece in _blocks(text) for one in _parted(*piece)):
        comments = [_HIDDEN.sub(lambda found: _RAW[found[0]], line) for line in block if _is_comment(line)]
        lines = [line for line in block if not _is_comment(line)]
        while lines and lines[0].strip().startswith("$CATEGORY"):
            topic = lines.pop(0).partition(":")[2].strip().rstrip("/").rsplit("/", 1)[-1]
            topic = "" if topic == "$course$" else _plain(topic)
        body = "\n".join(lines).strip()
        if not body:
            continue
        if len(reading.questions) >= common.MOST_QUESTIONS:
            reading.findings.append(Finding(row, "", "too_many_questions", expected=str(common.MOST_QUESTIONS)))
            break
        _take(reading, row, body, tags.read(comments), topic)
    return reading


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    """Pieces between empty lines, with escapes hidden."""
    hidden = _ESCAPED.sub(lambda found: _HIDE[found[1]], _HIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")))
    blocks: list[tuple[int, list[str]]] = []
    fresh = True
    for row, line in enumerate(hidden.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            fresh = True
        elif fresh:
            blocks.append((row, [line]))
            fresh = False
        else:
            blocks[-1][1].append(line)
    return blocks


def _parted(row: int, block: list[str]) -> list[tuple[int, list[str]]]:
    """The questions of a piece that no empty line divides: one ends with the line its brace closes in, and another brace follows."""
    last = max((at for at, line in enumerate(block) if "{" in line and not _is_comment(line)), default=-1)
    pieces, depth, ends, closed = [(row, list[str]())], 0, False, False
    for at, line in enumerate(block):
        if closed and (line.lstrip().startswith(("::", "//", "$CATEGORY")) or (ends and at <= last)):
            pieces.append((row + at, []))
            closed = False
        pieces[-1][1].append(line)
        if not _is_comment(line):
            depth = max(depth + line.count("{") - line.count("}"), 0)
            closed = depth == 0 and (closed or "}" in line)
            ends = line.rstrip().endswith("}")
    return pieces


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("//")


def _plain(text: str, *, markup: bool = False) -> str:
    shown = _HIDDEN.sub(lambda found: _SHOW[found[0]], text.strip())
    return common.from_html(shown) if markup else shown


def _take(reading: Reading, row: int, body: str, given: tags.Tags, topic: str) -> None:
    body = _TITLE.sub("", body)
    found = _MARKUP.match(body)
    body = body[found.end() :] if found else body
    head, brace, rest = body.partition("{")
    answer, closed, after = rest.partition("}")
    if not brace:
        reading.findings.append(Finding(row, "", "description_left_out", _plain(head), is_error=False))
        return
    if not closed:
        reading.questions.append(Read(row, None, (Finding(row, "answer", "brace_not_closed", _plain(answer), "}", fix="}"),)))
        return
    if _MORE.search(after):
        reading.questions.append(Read(row, None, (Finding(row, "answer", "second_question", _plain(after)),)))
        return
    stem = f"{head.rstrip()} ____ {after.lstrip()}" if after.strip() else head
    answer, _, general = answer.partition("####")
    html = found is not None and found[1].lower() == "html"
    draft, findings = _answered(row, _plain(stem, markup=html), answer.strip(), html)
    if draft is None:
        reading.questions.append(Read(row, None, tuple(findings)))
        return
    told = [text for text in (_plain(general, markup=html), draft.explanation) if text]
    draft = tags.apply(replace(draft, explanation="\n".join(told), topic=topic), given, row, findings)
    reading.questions.append(checked(row, draft, findings))


def _answered(row: int, stem: str, answer: str, html: bool) -> tuple[QuestionDraft | None, list[Finding]]:  # of the question
    """The draft an answer makes of its stem."""
    if not answer:
        return QuestionDraft(Kind.SHORT, stem), []
    word, *feedback = answer.split("#")
    if word.strip() and word.strip().upper() in ("T", "TRUE", "F", "FALSE"):
        said = "\n".join(_plain(one, markup=html) for one in feedback if one.strip())
        return QuestionDraft(Kind.JUDGE, stem, common.judge_options(word.strip().upper()[0] == "T"), explanation=said), []
    if answer.startswith("#"):
        return _number(row, stem, answer[1:])
    pieces = [(sign, words) for sign, words in _ANSWER.findall(answer)]
    if not pieces:
        return None, [Finding(row, "answer", "answer_not_read", _plain(answer), "=…  ~…", fix="=")]
    if any(sign == "=" and "->" in words for sign, words in pieces):
        return None, [Finding(row, "answer", "matching_not_held", _plain(answer))]
    if all(sign == "=" for sign, _ in pieces):
        return _text(row, stem, [words for _, words in pieces], html)
    return _choice(row, stem, pieces, html)


def _weighed(words: str, html: bool) -> tuple[Decimal | None, str, str]:
    """Weight, words and feedback of one answer."""
    found = _WEIGHT.match(words)
    share = common.share_of(found[1]) if found else None
    text, _, feedback = (words[found.end() :] if found else words).partition("#")
    return share, _plain(text, markup=html), _plain(feedback, markup=html)


def _choice(row: int, stem: str, pieces: Sequence[tuple[str, str]], html: bool) -> tuple[QuestionDraft, list[Finding]]:
    taken = [(sign, *_weighed(words, html)) for sign, words in pieces]
    said = "\n".join(f"{text}：{feedback}" for _, _, text, feedback in taken if feedback)
    findings: list[Finding] = []
    if any(sign == "=" for sign, *_ in taken):
        options = tuple(OptionDraft(text, sign == "=") for sign, _, text, _ in taken)
        if any(sign == "~" and share for sign, share, *_ in taken):
            findings.append(Finding(row, "partial", "weights_left_out", is_error=False))
        kind = Kind.SINGLE if sum(one.is_right for one in options) == 1 else Kind.MULTIPLE
        return QuestionDraft(kind, stem, options, explanation=said), findings
    shares = [share or Decimal(0) for _, share, *_ in taken]
    partial = common.partial_of(shares)
    if partial is None:
        findings.append(Finding(row, "partial", "weights_left_out", is_error=False))
    options = tuple(OptionDraft(text, share > 0) for share, (_, _, text, _) in zip(shares, taken, strict=True))
    return QuestionDraft(Kind.MULTIPLE, stem, options, explanation=said, partial=partial or PartialCredit.SHARE), findings


def _text(row: int, stem: str, pieces: Sequence[str], html: bool) -> tuple[QuestionDraft, list[Finding]]:
    taken = [_weighed(words, html) for words in pieces]
    accepted = tuple(Accepted(text, ONE if share is None else share) for share, text, _ in taken if share is None or share > 0)
    said = "\n".join(f"{text}：{feedback}" for _, text, feedback in taken if feedback)
    return QuestionDraft(Kind.BLANK, stem, blanks=(Blank(accepted),), explanation=said, partial=PartialCredit.SHARE), []


def _number(row: int, stem: str, answer: str) -> tuple[QuestionDraft | None, list[Finding]]:
    pieces = [words for _, words in _ANSWER.findall(answer)] or [answer]
    accepted: list[Accepted] = []
    said = []
    for piece in pieces:
        share, text, feedback = _weighed(piece, html=False)
        near = _NEAR.match(text)
        value = _nearby(near) if near else None
        if value is None:
            return None, [Finding(row, "answer", "not_a_number", text, "3.14:0.01", fix="3.14:0.01")]
        if share is None or share > 0:
            accepted.append(replace(value, share=ONE if share is None else share))
        said += [feedback] if feedback else []
    return QuestionDraft(Kind.BLANK, stem, blanks=(Blank(tuple(accepted)),), explanation="\n".join(said), partial=PartialCredit.SHARE), []


def _nearby(found: re.Match[str]) -> Accepted | None:
    """`3.14`, `3.14:0.01` or `3.1..3.2`."""
    first, to, near = number(found[1]), number(found[2]) if found[2] else None, number(found[3]) if found[3] else None
    if first is None or (found[2] and to is None) or (found[3] and near is None):
        return None
    if to is not None:
        return Accepted(f"{(first + to) / 2:f}", tolerance=abs(to - first) / 2)
    return Accepted(found[1], tolerance=near or Decimal(0))


# ── writing ─────────────────────────────────────────────────────────────────


def write(drafts: Sequence[QuestionDraft], _pictures: Mapping[str, bytes] = NOTHING) -> Written:
    """The questions as a GIFT file; several blanks, cases, pictures and tables do not fit into it."""
    made, topic = Written(b""), None
    out: list[str] = []
    for row, draft in enumerate(drafts, 1):
        answer = _written(draft)
        if answer is None:
            made.lost.append(lost(row, "kind", draft.kind.value, "question_left_out"))
            continue
        made.lost += tags.not_in_text(row, draft)
        if draft.topic != topic:
            topic = draft.topic
            out.append(f"$CATEGORY: {_escape(topic).replace('/', '∕') if topic else '$course$'}\n")
            if "/" in (topic or ""):
                made.lost.append(lost(row, "topic", topic))
        said = f"####{_escape(draft.explanation)}" if draft.explanation else ""
        comment = tags.write(draft, row, made.lost)
        out.append(f"{comment}::{row}:: {_escape(draft.stem)} {{{answer}{said}}}\n")
    made.content = "\n".join(out).encode()
    return made


def _escape(text: str) -> str:
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in text).replace("\n", "\\n")


def _written(draft: QuestionDraft) -> str | None:
    """The answer in braces, or None where GIFT has none."""
    if draft.kind is Kind.SHORT:
        return ""
    if draft.kind is Kind.JUDGE:
        return "T" if common.is_true(draft) else "F"
    if draft.kind is Kind.SINGLE:
        return " ".join(f"{'=' if one.is_right else '~'}{_escape(one.text)}" for one in draft.options)
    if draft.kind is Kind.MULTIPLE:
        shares = common.weights(draft)
        return " ".join(f"~%{common.percent(share)}%{_escape(one.text)}" for one, share in zip(draft.options, shares, strict=True))
    if draft.kind is Kind.BLANK and len(draft.blanks) == 1:
        return _blank(draft.blanks[0])
    return None


def _blank(blank: Blank) -> str | None:
    numbers = [one.tolerance is not None for one in blank.accepted]
    if all(numbers):
        return "#" + " ".join(f"={_share(one.share)}{one.text}:{one.tolerance:f}" for one in blank.accepted)
    if any(numbers) or any("->" in one.text for one in blank.accepted):
        return None
    return " ".join(f"={_share(one.share)}{_escape(one.text)}" for one in blank.accepted)


def _share(share: Decimal) -> str:
    return "" if share == 1 else f"%{common.percent(share)}%"
