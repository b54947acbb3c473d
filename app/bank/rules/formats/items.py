"""One question of a plain text while it is being read, and what it turns into. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.bank.rules import leaks, spellings
from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.blanks import Blank, gaps
from app.bank.rules.drafts import Criterion, OptionDraft, Picture, QuestionDraft
from app.bank.rules.findings import Finding, Read, checked
from app.bank.rules.formats import common, starts, written
from app.bank.rules.scoring import PartialCredit

_IN_STEM = re.compile(
    rf"[(（]\s*([A-HＡ-Ｈ](?:[\s、,，]*[A-HＡ-Ｈ]){{0,7}}|[{spellings.SIGNS}]|对|错|正确|错误|[TF]|[VXvx](?=\s*[)）]\s*[。.]?\s*$))\s*[)）]"
)
_AT_END = re.compile(rf"(?:[【\[]\s*([{spellings.SIGNS}]|对|错|正确|错误)\s*[】\]]|(?<=[。！!\s])([{spellings.SIGNS}]))\s*$")
"""The sign of a statement that stands at its end in square brackets, or in none."""
_NUMBERED = re.compile(r"(?:^|\s)[(（]?\d{1,2}[)）.、．]\s*|[(（]\s*\d{1,2}\s*[)）]\s*|[①②③④⑤⑥⑦⑧⑨⑩]\s*")
_CRITERION = re.compile(r"^(.*?)(?<![(（,，:：\s])[(（,，:：\s]*(\d{1,3}(?:\.\d{1,2})?)\s*分\s*[)）]?\s*[;；。]?$")
_MISSING = {Kind.JUDGE: "答案：对", Kind.BLANK: "答案：…"}


@dataclass
class Item:
    """What has been read of one question."""

    row: int
    number: int
    kind: Kind | None = None
    is_labelled: bool = False
    """Whether the question says its kind itself, and not only the head of its section."""
    points: Decimal | None = None
    section: int = 0
    """How many heads of sections stand before it, and the kind the last of them names."""
    head: Kind | None = None
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    named: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    parts: list[Item] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    style: tuple[str, str] = ("", "")
    """The signs around its number."""
    doubtful: Finding | None = None
    """A line of its answer that may be the next question."""
    _at: str = "stem"
    _list: tuple[int, tuple[str, str]] = (0, ("", ""))
    """The last number of the list its answer is, and the signs around it."""

    @property
    def is_complete(self) -> bool:
        """Whether the next number begins another question for certain."""
        return bool(self.options) or "answer" in self.named or bool(self.parts)

    def begin(self, name: str, row: int, words: str) -> None:
        """A named piece begins."""
        if name == "answer" and any(self.named.get("answer", ())):
            self.findings.append(Finding(row, "answer", "answer_twice", words))
            return
        self.named[name], self.rows[name], self._at = [words] if words else [], row, name

    def goes_past(self, row: int, line: str) -> None:
        """Tell a line that follows on a statement with its sign: it is read as more of it, but may be the next one."""
        if self._at == "stem" and self.stem and starts.TOLD.search(self.stem[-1]):
            self.findings.append(Finding(row, "stem", "line_added", line, fix="1、", is_error=False))

    def more(self, line: str) -> None:
        """The piece before goes on."""
        if self._at == "stem":
            self.stem.append(line)
        elif self._at == "option":
            if len(self.options[-1]) <= common.LONGEST_LINE:  # beyond that it is refused as too long, however long it is
                self.options[-1] += f" {line}" if self.options[-1] else line
        else:
            self.named[self._at].append(line)

    def goes_on(self, row: int, line: str, *, has_key: bool) -> bool:
        """Whether a line with a number is a point of the written answer or explanation before it, and no question.

        Points count 1, 2, 3 … in one spelling; one that has options or an answer of its own, and continues the questions, is a question.
        """
        number = starts.counted(line)
        if number is None or self._at not in ("answer", "explanation", "rubric") or (self._at == "answer" and self._is_chosen()):
            return False
        last, style = self._list
        is_next = number == self.number + 1
        if number == 1:
            style, goes_on = starts.style(line), not has_key
        else:
            goes_on = number == last + 1 > 1 and starts.style(line) == style and not (has_key and is_next)
        if not goes_on:
            return False
        if is_next and style == self.style and self.doubtful is None:
            self.doubtful = Finding(row, "sample", "point_or_question", line, is_error=False)
        self._list = (number, style)
        return True

    def _is_chosen(self) -> bool:
        return bool(self.options) or spellings.is_key(self.text("answer"))

    def takes_inline(self, name: str, before: str) -> bool:
        """Whether a named piece may begin inside a line: an answer at the end of a stem or option, hardly anything else."""
        return name in ("answer", "explanation", "points", "difficulty") and (before[-1:] in " \u3000。.)）;；】" or self._at != "stem")

    def takes_key(self, before: str) -> bool:
        """Whether an answer without a colon may stand here: on a line of its own, or at the end of stem or options."""
        return not before.strip() or self._at in ("stem", "option")

    def expects_option(self, letter: str) -> bool:
        """Whether a line that looks like an option is one."""
        if self._at in ("explanation", "rubric") and self.options:
            return False
        return (letter == "A" and not self.options) or bool(self.options)

    def option(self, row: int, letter: str, words: str) -> None:
        """The next option."""
        expected = common.LETTERS[len(self.options) : len(self.options) + 1]
        if letter != expected:
            fix = f"{expected}、" if expected else ""
            self.findings.append(Finding(row, "options", "option_out_of_order", letter, expected, fix))
        self.options.append(words)
        self._at = "option"

    def text(self, name: str) -> str:
        """A named piece as one text."""
        return "\n".join(self.named.get(name, ())).strip()


def finish(item: Item) -> Read:
    """The question as a draft, held against the rules."""
    _lift(item)
    draft = _bared(_draft(item))
    told = [Finding(item.row, name, "key_in_text", found) for name, found in leaks.gift_in(draft)]
    doubtful = [one.doubtful for one in (item, *item.parts) if one.doubtful is not None]
    findings = [*item.findings, *(one for part in item.parts for one in part.findings), *told, *doubtful]
    return checked(item.row, draft, findings)


def _bared(draft: QuestionDraft) -> QuestionDraft:
    return replace(written.bared(draft), parts=tuple(_bared(one) for one in draft.parts))


def _lift(item: Item) -> None:
    """What stands below the last part of a case and no part can have is said of the case."""
    for name in ("topic", "difficulty", "source", "competencies"):
        for part in reversed(item.parts):
            if name in part.named and name not in item.named:
                item.named[name], item.rows[name] = part.named[name], part.rows[name]


def _draft(item: Item) -> QuestionDraft:
    stem, answer = "\n".join(item.stem).strip(), item.text("answer")
    if (named := common.kind_of(item.text("kind"))) is not None:
        item.kind, item.is_labelled = named, True
    stem, answer = _opened(item, stem, answer)
    if not answer and not item.parts and (found := _last(stem)) and (item.options or common.truth(found[1]) is not None):
        answer = found[1]
        stem = stem[: found.start()] + "（\u3000）" + stem[found.end() :]
    elif not answer and not item.parts and not item.options and (found := _AT_END.search(stem)):
        answer, stem = found[1] or found[2], f"{stem[: found.start()].rstrip()}（\u3000）"
    draft = _of_kind(item, _settled(item, stem, answer), stem, answer)
    return _about(item, draft)


def _opened(item: Item, stem: str, answer: str) -> tuple[str, str]:
    """The stem without the options that stand in its own lines, and the answer in their letters."""
    if item.options or item.parts or item.kind in (Kind.SHORT, Kind.CASE):
        return stem, answer
    if item.kind is Kind.BLANK and (item.is_labelled or spellings.letters(answer) is None):
        return stem, answer
    is_choice = item.kind in (Kind.SINGLE, Kind.MULTIPLE)
    if (found := spellings.options_in(stem)) and (is_choice or not answer or spellings.is_key(answer)):
        item.options = found[1]
        return found[0], answer
    spelled = spellings.lettered(answer)
    if (found := spellings.counted_in(stem)) and (is_choice or spellings.letters(spelled) is not None):
        item.options = found[1]
        return found[0], spelled
    return stem, answer


def _last(stem: str) -> re.Match[str] | None:
    found = list(_IN_STEM.finditer(stem))
    return found[-1] if found else None


def _settled(item: Item, stem: str, answer: str) -> Kind:
    """The kind a question says itself, or its head, unless it plainly is another than the head says; that is told."""
    if item.kind is None:
        return _guessed(item, stem, answer)
    kind = item.kind if item.is_labelled else _plainly(item, item.kind, stem, answer)
    if kind is not item.kind:
        is_, head = common.KINDS[kind][0], common.KINDS[item.kind][0]
        item.findings.append(Finding(item.row, "kind", "kind_not_of_head", head, is_, f"【{is_}】", is_error=False))
    return kind


def _plainly(item: Item, head: Kind, stem: str, answer: str) -> Kind:
    """What a question is whatever its head says: signs of truth judge a statement, letters choose options, words fill gaps.

    A head that asks for writing is never set aside: what looks like a choice below it is an error.
    """
    if item.parts or head in (Kind.SHORT, Kind.CASE):
        return head
    is_choice, is_tick = head in (Kind.SINGLE, Kind.MULTIPLE), answer.strip("。. ") in _TICKS
    if item.options:
        guessed = _guessed(item, stem, answer)
        yields = is_tick and guessed is Kind.JUDGE if is_choice else bool(_chosen(item, answer))
        return guessed if yields else head
    if is_tick and (is_choice or not gaps(_BRACKET_AT_END.sub("", stem))):
        return Kind.JUDGE
    is_line = bool(_LINE.search(stem)) or (is_choice and bool(gaps(stem)) and "\n" not in stem)
    return Kind.BLANK if answer and is_line and not spellings.is_key(answer) else head


_TICKS = frozenset({*spellings.SIGNS, "对", "错", "正确", "错误"})
_LINE = re.compile(r"[_＿]{2,}")
_BRACKET_AT_END = re.compile(r"[(（]\s*[)）]\s*[。.]?\s*$")


def _guessed(item: Item, stem: str, answer: str) -> Kind:
    """The kind of a question no head names."""
    if item.parts:
        return Kind.CASE
    if item.options:
        truths = [common.truth(one) for one in item.options]
        if len(truths) == 2 and set(truths) == {True, False}:
            return Kind.JUDGE
        return Kind.MULTIPLE if len(_chosen(item, answer) or ()) > 1 else Kind.SINGLE
    if common.truth(answer) is not None:
        return Kind.JUDGE
    return Kind.BLANK if gaps(stem) else Kind.SHORT


def _of_kind(item: Item, kind: Kind, stem: str, answer: str) -> QuestionDraft:
    if kind is Kind.CASE:
        return QuestionDraft(kind, stem, parts=tuple(_draft(one) for one in item.parts))
    if kind is Kind.SHORT:
        if item.options:
            item.findings.append(Finding(item.row, "kind", "short_looks_like_choice", " | ".join(item.options)))
        rubric = _rubric(item, has_sample=bool(answer))
        sample = answer or ("" if rubric else item.text("rubric"))
        return QuestionDraft(kind, stem, sample=sample, rubric=rubric, longest=_longest(item))
    row = item.rows.get("answer", item.row)
    if not answer:
        column = "blanks" if kind is Kind.BLANK else "right"
        item.findings.append(Finding(row, column, "answer_missing", fix=_MISSING.get(kind, "答案：A")))
    if kind is Kind.BLANK:
        return QuestionDraft(kind, stem, blanks=_blanks(stem, answer), partial=PartialCredit.SHARE)
    if kind is Kind.JUDGE:
        return QuestionDraft(kind, stem, common.judge_options(_judged(item, row, answer)))
    right = _right(item, row, answer)
    options = tuple(OptionDraft(text, common.LETTERS[at] in right) for at, text in enumerate(item.options[:8]))
    if len(item.options) > 8:
        item.findings.append(Finding(item.row, "options", "too_many_options", str(len(item.options)), "8"))
    return QuestionDraft(kind, stem, options)


def _chosen(item: Item, answer: str) -> list[str] | None:
    """The letters of an answer that names letters, with the texts of their options or without."""
    return common.letters(answer) or spellings.with_texts(answer, item.options[:8])


def _right(item: Item, row: int, answer: str) -> set[str]:
    """The letters of the right options; an answer that is the text of an option is that option."""
    found = _chosen(item, answer)
    if found is None:
        same = [common.LETTERS[at] for at, text in enumerate(item.options[:8]) if common.fold(text) == common.fold(answer)]
        if answer and not same:
            item.findings.append(Finding(row, "right", "answer_not_read", answer, "A–H"))
        return set(same)
    outside = [letter for letter in found if common.LETTERS.index(letter) >= len(item.options)]
    if outside:
        fix = common.LETTERS[: len(item.options)]
        item.findings.append(Finding(row, "right", "answer_not_among_options", "".join(found), "、".join(fix)))
    return set(found)


def _judged(item: Item, row: int, answer: str) -> bool | None:
    """Whether the statement is true, said in words or by the letter of an option."""
    said = common.truth(answer)
    chosen = common.letters(answer)
    if item.options and chosen and len(chosen) == 1 and common.LETTERS.index(chosen[0]) < len(item.options):
        said = common.truth(item.options[common.LETTERS.index(chosen[0])])
    elif said is None and not item.options and chosen in (["A"], ["B"]):
        said = chosen == ["A"]
    if answer and said is None:
        item.findings.append(Finding(row, "right", "truth_not_read", answer, "对/错", fix="对/错"))
    return said


def _blanks(stem: str, answer: str) -> tuple[Blank, ...]:
    """The answers of all blanks, divided as the stem has blanks."""
    if not answer:
        return ()
    count = gaps(written.plain(stem))
    pieces = [answer] if count else re.split(r"[;；]", answer)
    if count > 1:
        numbered = [one.strip(" ;；,，\n") for one in _NUMBERED.split(answer) if one.strip(" ;；,，\n")]
        ways = [numbered, *([one.strip() for one in re.split(by, answer) if one.strip()] for by in (r"[;；\n]", r"[、]", r"[,，]", r"\s+"))]
        pieces = next((one for one in ways if len(one) == count), ways[1])
    return tuple(written.blank(one) for one in pieces)


def _longest(item: Item) -> int:
    """The length limit in characters."""
    said = common.fold(item.text("longest")).rstrip("字 ")
    if said and not re.fullmatch(r"[0-9]{1,6}", said):
        item.findings.append(Finding(item.rows["longest"], "longest", "length_outside", said, f"1–{LONGEST_TEXT}", fix="800"))
        return LONGEST_TEXT
    return int(said) if said else LONGEST_TEXT


def _picture(item: Item) -> Picture | None:
    sha256, _space, alt = item.text("picture").partition(" ")
    return Picture(sha256, alt.strip()) if sha256 else None


def _rubric(item: Item, *, has_sample: bool) -> tuple[Criterion, ...]:
    """The criteria with their points; lines none of which has any are the sample answer where there is no other."""
    found: list[Criterion] = []
    if not has_sample and not any(_CRITERION.match(line.strip()) for line in re.split(r"[\n;；]", item.text("rubric"))):
        return ()
    for line in re.split(r"[\n;；]", item.text("rubric")):
        if line.strip():
            one = _CRITERION.match(line.strip())
            if one is None:
                item.findings.append(Finding(item.rows["rubric"], "rubric", "criterion_without_points", line, "（2分）", is_error=False))
                continue
            found.append(Criterion(one[1].strip(), Decimal(one[2])))
    return tuple(found)


def _about(item: Item, draft: QuestionDraft) -> QuestionDraft:
    """Points, difficulty, topic and the like; what cannot be read is told and left as usual."""
    points, level = item.points, 3
    if text := item.text("points"):
        points = common.decimal(text)
        if points is None:
            item.findings.append(Finding(item.rows["points"], "points", "points_not_read", text, "0.01–100", fix="2"))
    if text := item.text("difficulty"):
        level = common.difficulty(text) or 0
        if not level:
            item.findings.append(Finding(item.rows["difficulty"], "difficulty", "difficulty_not_read", text, "1–5", fix="3"))
    partial = common.PARTIAL_OF.get(common.fold(item.text("partial"))) if item.text("partial") else draft.partial
    if partial is None:
        item.findings.append(Finding(item.rows["partial"], "partial", "partial_not_read", item.text("partial"), fix="少选得一半"))
    if points is None:
        points = sum((one.points for one in draft.rubric), Decimal(0)) or Decimal(1)
    return replace(
        draft, points=points, explanation=item.text("explanation"), topic=item.text("topic").split("\n")[0],
        partial=partial or PartialCredit.NONE, keeps_order=item.text("order") == "固定",
        table=written.split_cells(item.text("table")), picture=_picture(item),
        competencies=common.words(item.text("competencies")), difficulty=level or 3, source=item.text("source"),
    )  # fmt: skip
