"""QTI 2.x items: choice, multiple choice, text entry, extended text, cases of them; one item, or a package. Pure."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.blanks import Accepted, Blank, number
from app.bank.rules.drafts import Criterion, OptionDraft, Picture, QuestionDraft
from app.bank.rules.findings import Finding, Read, Reading, Unreadable, checked
from app.bank.rules.formats import common, lom, qti_cases, stems, xmls
from app.bank.rules.formats.xmls import child, children, name, words
from app.bank.rules.scoring import PartialCredit

MOST_ENTRIES = 25_000
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MOST_UNPACKED = 64 * 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError)
"""What a spoiled zip is refused with by the standard library."""
_SPACE = re.compile("[ \t\r\n]+")
_BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "prompt", "rubricBlock"})


def read(content: bytes) -> Reading:
    """The items of a package or of one file; `row` is the number of the item."""
    reading = Reading()
    if not content.startswith(b"PK\x03\x04"):
        item = xmls.root(content)
        if passages := qti_cases.passages(item, ""):
            reading.questions.append(_shared([_Member(1, item, "", None)], passages, {}, {}, stems.Pictures()))
        else:
            _take(reading, 1, item, {})
        return reading
    pictures = stems.Pictures(reading.pictures)
    parts, files, about = _parts(content)
    shared: dict[tuple[str, ...], list[_Member]] = {}
    for row, (file_name, part) in enumerate(parts, 1):
        if row > common.MOST_QUESTIONS:
            reading.findings.append(Finding(row, "", "too_many_questions", expected=str(common.MOST_QUESTIONS)))
            break
        try:
            item, folder = xmls.root(part), posixpath.dirname(file_name)
            if passages := qti_cases.passages(item, folder):
                shared.setdefault(passages, []).append(_Member(row, item, folder, about.get(file_name)))
            else:
                _take(reading, row, item, files, folder, pictures, about.get(file_name))
        except Unreadable as error:
            reading.findings.append(Finding(row, "", str(error), file_name))
    texts = {posixpath.normpath(file_name): part for file_name, part in parts}
    for passages, members in shared.items():
        reading.questions.append(_shared(members, passages, texts, files, pictures))
    reading.questions.sort(key=lambda one: one.row)
    if not reading.questions and not reading.findings:
        raise Unreadable("not_qti")
    return reading


def _parts(content: bytes) -> tuple[list[tuple[str, bytes]], dict[str, bytes | None], dict[str, Element]]:
    """The XML files of a package but its manifest, its pictures, and what the manifest says of each file; nothing is ever
    unpacked to a name the package chose."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise Unreadable("package_too_big")
            if any(one.flag_bits & 1 for one in entries):
                raise Unreadable("package_locked")
            found = [one for one in entries if one.filename.lower().endswith(".xml")]
            wanted = [one for one in found if "imsmanifest" not in one.filename.lower()]
            manifest = next((one for one in found if one not in wanted), None)
            pictures = [one for one in entries if one.filename.lower().endswith(PICTURES)]
            return (
                [(one.filename, _unpacked(archive, one)) for one in wanted],
                {posixpath.normpath(one.filename): _unpacked(archive, one) for one in pictures},
                _about(manifest.filename, _unpacked(archive, manifest)) if manifest else {},
            )
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable("package_broken") from error


def _about(manifest: str, content: bytes) -> dict[str, Element]:
    """The metadata of a manifest by file; one that cannot be read says nothing, and spoils no question."""
    try:
        found = lom.of_manifest(xmls.root(content))
    except Unreadable:
        return {}
    folder = posixpath.dirname(manifest)
    return {posixpath.normpath(posixpath.join(folder, unquote(href))): one for href, one in found.items()}


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a part, never more than it announced."""
    with archive.open(entry) as part:
        found = part.read(entry.file_size + 1)
    if len(found) > entry.file_size:
        raise Unreadable("package_broken")
    return found


@dataclass(frozen=True)
class _Response:
    """What is right for one interaction."""

    right: tuple[str, ...]
    mapped: dict[str, Decimal]
    strict: bool
    tolerance: Decimal | None


def _take(
    reading: Reading, row: int, item: Element, files: stems.Files, folder: str = "", pictures: stems.Pictures | None = None,
    about: Element | None = None,
) -> None:  # fmt: skip
    if name(item) == "assessmentTest":
        reading.findings += _left_out(row, item)
    if name(item) in ("assessmentTest", "assessmentSection", "assessmentStimulus"):
        return
    if name(item) != "assessmentItem":
        raise Unreadable("not_qti")
    body = child(item, "itemBody")
    if body is None:
        reading.questions.append(Read(row, None, (Finding(row, "stem", "empty", "", "itemBody"),)))
        return
    source = _source(row, item, folder, files, pictures or stems.Pictures())
    parts = [one for one in body if one.get("id", "").startswith("part_") and qti_cases.asked(one)]
    if parts:
        draft = _case(source, body, parts)
    else:
        draft = _divided(source, several) if (several := qti_cases.divided(body)) else _draft(source, body, "")
    draft = lom.read(draft, about) if draft else None
    reading.questions.append(checked(row, draft, source.findings) if draft else Read(row, None, tuple(source.findings)))


def _left_out(row: int, test: Element) -> list[Finding]:
    """What a test says to candidates above its sections: whether it is a shared text or advice, the file does not say."""
    blocks = (one for one in test.iter() if name(one) == "rubricBlock" and qti_cases.is_for_candidates(one) and words(one))
    return [Finding(row, "stem", "description_left_out", words(one), is_error=False) for one in blocks]


@dataclass(frozen=True)
class _Source:
    """An item while it is read, with what lies beside it in its package."""

    row: int
    item: Element
    responses: dict[str, _Response]
    folder: str
    files: stems.Files
    pictures: stems.Pictures
    findings: list[Finding]

    def outcome(self, identifier: str) -> Element | None:
        """What is declared of an outcome."""
        return next((one for one in children(self.item, "outcomeDeclaration") if one.get("identifier") == identifier), None)

    def explanation(self, suffix: str | None) -> str:
        """What is said once it is marked: of a case and its parts by its name, of all others everything."""
        said = [one for one in children(self.item, "modalFeedback") if suffix is None or one.get("identifier") == f"explanation{suffix}"]
        return "\n".join(text for one in said if (text := words(one)))

    def picture(self, body: Element) -> Picture | None:
        """The picture of a wording."""
        return self.pictures.take(self.row, _pictured(body, self.folder), self.files, self.findings)


def _source(row: int, item: Element, folder: str, files: stems.Files, pictures: stems.Pictures) -> _Source:
    responses = {one.get("identifier", ""): _response(item, one) for one in children(item, "responseDeclaration")}
    return _Source(row, item, responses, folder, files, pictures, [])


def _divided(source: _Source, several: qti_cases.Divided) -> QuestionDraft | None:
    """A case of another program: all of its questions can be read, or it is none. What is said of it is said of the whole."""
    found = [_draft(source, part, "") for part in several.parts]
    whole = [one for one in found if one is not None]
    if len(whole) < len(found):
        return None
    ids = [{one.get("responseIdentifier", "") for one in qti_cases.asked(part)} for part in several.parts]
    points, is_said = qti_cases.worth(source.item, ids)
    if not is_said:
        source.findings.append(Finding(source.row, "points", "points_divided", ", ".join(f"{one:f}" for one in points), is_error=False))
    parts = tuple(replace(one, points=worth, explanation="") for one, worth in zip(whole, points, strict=True))
    return QuestionDraft(Kind.CASE, _stem(several.own), explanation=source.explanation(None), table=_table(several.own), parts=parts,
                         picture=source.picture(several.own))  # fmt: skip


@dataclass(frozen=True)
class _Member:
    """An item of a package that shares a text with others."""

    row: int
    item: Element
    folder: str
    about: Element | None


def _shared(
    members: Sequence[_Member], passages: Sequence[str], texts: Mapping[str, bytes], files: stems.Files, pictures: stems.Pictures
) -> Read:
    """The items with one shared text as one case, found by what the manifest says of the first."""
    row, findings = members[0].row, list[Finding]()
    bodies = [body for one in passages if (body := _passage(row, one, texts, findings)) is not None]
    parts = []
    for member in members:
        source, body = _source(row, member.item, member.folder, files, pictures), child(member.item, "itemBody")
        draft = None
        if body is not None and qti_cases.divided(body) is None:
            draft = _draft(source, body, "")
        elif body is not None:
            source.findings.append(Finding(row, "kind", "kind_not_held", member.item.get("title", ""), "choice, textEntry, extendedText"))
        findings += source.findings
        parts += [draft] if draft is not None else []
    if len(parts) < len(members):
        return Read(row, None, tuple(findings) or (Finding(row, "stem", "empty", "", "itemBody"),))
    own = qti_cases.joined(bodies)
    place = _pictured(own, posixpath.dirname(passages[0]))
    picture = pictures.take(row, place, files, findings)
    draft = QuestionDraft(Kind.CASE, _stem(own), table=_table(own), parts=tuple(parts), picture=picture)
    return checked(row, lom.read(draft, members[0].about), findings)


def _passage(row: int, place: str, texts: Mapping[str, bytes], findings: list[Finding]) -> Element | None:
    """A shared text of the package."""
    try:
        body = child(xmls.root(texts[place]), "stimulusBody") if place in texts else None
    except Unreadable as error:
        findings.append(Finding(row, "stem", str(error), place))
        return None
    if body is None:
        findings.append(Finding(row, "stem", "passage_missing", place))
    return body


def _case(source: _Source, body: Element, parts: list[Element]) -> QuestionDraft | None:
    """A case: its parts are marked off, as we write them. All of them can be read, or it is none."""
    found = [_draft(source, part, f"_{at}", body) for at, part in enumerate(parts, 1)]
    whole = tuple(one for one in found if one is not None)
    if len(whole) < len(found):
        return None
    own = Element(body.tag)
    own.extend(one for one in body if one not in parts)
    return QuestionDraft(Kind.CASE, _stem(own), explanation=source.explanation(""), table=_table(own), parts=whole,
                         picture=source.picture(own))  # fmt: skip


def _response(item: Element, declared: Element) -> _Response:
    correct, mapping = child(declared, "correctResponse"), child(declared, "mapping")
    right = tuple(words(one) for one in children(correct, "value")) if correct is not None else ()
    entries = children(mapping, "mapEntry") if mapping is not None else []
    mapped = {one.get("mapKey", ""): number(one.get("mappedValue", "")) or Decimal(0) for one in entries}
    strict = any(one.get("caseSensitive", "false") == "true" for one in entries)
    return _Response(right, mapped, strict, _tolerance(item, declared.get("identifier", "")))


def _tolerance(item: Element, identifier: str) -> Decimal | None:
    """What an `equal` of the processing says of this response."""
    for equal in (one for one in item.iter() if name(one) == "equal"):
        if any(one.get("identifier") == identifier for one in equal):
            return number((equal.get("tolerance") or "0").split()[0])
    return None


def _draft(source: _Source, body: Element, suffix: str, outer: Element | None = None) -> QuestionDraft | None:
    """One question; that of a case lies in a body of its own, and what its marker sees beside it in the outer one."""
    asked = qti_cases.asked(body)
    kinds = {name(one) for one in asked}
    stem = _stem(body)
    points = _points(source, suffix, {one.get("responseIdentifier", "") for one in asked})
    about = {"points": points, "explanation": source.explanation(suffix or None), "table": _table(body), "picture": source.picture(body)}
    given = [source.responses.get(one.get("responseIdentifier", ""), _Response((), {}, False, None)) for one in asked]
    if kinds == {"choiceInteraction"} and len(asked) == 1:
        return _choice(stem, asked[0], given[0], _told_partial(source, suffix), about)
    if kinds == {"textEntryInteraction"}:
        whole = child(source.item, "responseProcessing") is not None and source.outcome(f"ALL_OR_NOTHING{suffix}") is not None
        blanks = tuple(_blank(one, ignores_width=source.outcome(f"EXACT_WIDTH{suffix}_{at}") is None) for at, one in enumerate(given, 1))
        partial = PartialCredit.NONE if whole else PartialCredit.SHARE
        return QuestionDraft(Kind.BLANK, stem, blanks=blanks, partial=partial, **about)  # type: ignore[arg-type]
    if kinds == {"extendedTextInteraction"} and len(asked) == 1:
        longest = asked[0].get("expectedLength", "")
        sample, rubric = _for_marker(body if outer is None else outer, suffix)
        fits = longest.isascii() and longest.isdigit() and len(longest) <= 6 and 1 <= int(longest) <= LONGEST_TEXT
        return QuestionDraft(Kind.SHORT, stem, sample=sample, rubric=rubric, longest=int(longest) if fits else LONGEST_TEXT, **about)  # type: ignore[arg-type]
    source.findings.append(Finding(source.row, "kind", "kind_not_held", ", ".join(sorted(kinds)), "choice, textEntry, extendedText"))
    return None


def _told_partial(source: _Source, suffix: str) -> PartialCredit | None:
    """The rule for incomplete answers where the item names it."""
    said = words(source.outcome(f"PARTIAL{suffix}"))
    return PartialCredit(said) if said in tuple(PartialCredit) else None


def _for_marker(body: Element, suffix: str) -> tuple[str, tuple[Criterion, ...]]:
    """Sample answer and criteria; of another program everything that a marker is told is the sample."""
    blocks = [one for one in body.iter() if name(one) == "rubricBlock" and not qti_cases.is_for_candidates(one)]
    if suffix:
        blocks = [one for one in blocks if one.get("id", "").endswith(suffix)]
    criteria = [line for one in blocks if one.get("class") == "criteria" for line in one]
    said = ["\n".join(map(_whole, one)) if len(one) else words(one) for one in blocks if one.get("class") != "criteria"]
    found = [(line.text or "", common.decimal(words(child(line, "span")))) for line in criteria]
    return "\n".join(said), tuple(Criterion(text, points) for text, points in found if points is not None)


def _whole(element: Element) -> str:
    return "".join(element.itertext())


def _pictured(body: Element, folder: str) -> stems.Stem:
    """Where the picture of the wording lies in the package; those of options, and further ones, are told."""
    inside = {id(one) for choice in body.iter() if name(choice) == "simpleChoice" for one in choice.iter()}
    found = [one for one in body.iter() if name(one) == "img" and id(one) not in inside]
    others = any(name(one) == "object" or (name(one) == "img" and id(one) in inside) for one in body.iter())
    if not found:
        return stems.Stem(left_out=others)
    source = posixpath.normpath(posixpath.join(folder, unquote(found[0].get("src", ""))))
    return stems.Stem(source=source, alt=found[0].get("alt", ""), left_out=others or len(found) > 1)


def _points(source: _Source, suffix: str, responses: Collection[str]) -> Decimal:
    """What the question earns at most."""
    if not suffix:
        return qti_cases.most(source.item, responses)
    declared = source.outcome(f"SCORE{suffix}")
    return number("" if declared is None else declared.get("normalMaximum", "")) or Decimal(1)


def _stem(body: Element) -> str:
    """All words of the body but those of answers; a text entry leaves a gap, a choice its prompt, a hard space alone an empty line."""
    said: list[str] = []
    _said(body, said)
    lines = (_SPACE.sub(" ", line).strip(" ") for line in "".join(said).split("\n"))
    return "\n".join(line.replace("\u00a0", " ") if not line.isspace() else "" for line in lines if line).strip("\n")


def _said(element: Element, said: list[str]) -> None:
    """Collect words in reading order; depth is bounded where the document is read (xmls.MOST_DEPTH)."""
    label = name(element)
    if label == "textEntryInteraction":
        said.append("____")
        return
    hidden = label == "rubricBlock" and not qti_cases.is_for_candidates(element)
    if hidden or label in ("table", "simpleChoice") or element.get("class") == "answers":
        return
    is_inner = label not in ("choiceInteraction", "extendedTextInteraction")
    said += ["\n" if label in _BREAKS else "", (element.text or "").replace("\n", " ") if is_inner else ""]
    for one in element:
        _said(one, said)
        said.append((one.tail or "").replace("\n", " ") if is_inner else "")
    said.append("\n" if label in _BREAKS else "")


def _table(body: Element) -> tuple[tuple[str, ...], ...]:
    table = next((one for one in body.iter() if name(one) == "table"), None)
    if table is None:
        return ()
    return tuple(tuple(words(cell) for cell in row if name(cell) in ("td", "th")) for row in table.iter() if name(row) == "tr")


def _choice(stem: str, asked: Element, given: _Response, told: PartialCredit | None, about: dict[str, object]) -> QuestionDraft:
    choices = children(asked, "simpleChoice")
    options = tuple(OptionDraft(words(one), one.get("identifier") in given.right) for one in choices)
    kept = asked.get("shuffle", "false") != "true" or any(one.get("fixed") == "true" for one in choices)
    truths = [common.truth(one.text) for one in options]
    if asked.get("maxChoices", "1") != "1":
        shares = [given.mapped.get(one.get("identifier", ""), Decimal(0)) for one in choices]
        top = sum((one for one in shares if one > 0), Decimal(0)) or Decimal(1)
        partial = told or (common.partial_of([one / top for one in shares]) if given.mapped else None)
        return QuestionDraft(Kind.MULTIPLE, stem, options, partial=partial or PartialCredit.NONE, keeps_order=kept, **about)  # type: ignore[arg-type]
    if len(options) == 2 and truths == [True, False]:
        return QuestionDraft(Kind.JUDGE, stem, common.judge_options(options[0].is_right), **about)  # type: ignore[arg-type]
    return QuestionDraft(Kind.SINGLE, stem, options, keeps_order=kept, **about)  # type: ignore[arg-type]


def _blank(given: _Response, *, ignores_width: bool) -> Blank:
    """What a text entry takes: its correct values whole, mapped ones by their share of the best."""
    best = max(given.mapped.values(), default=Decimal(1)) or Decimal(1)
    shares = {text: value / best for text, value in given.mapped.items() if value > 0} or dict.fromkeys(given.right, Decimal(1))
    accepted = tuple(Accepted(text, share, given.tolerance) for text, share in shares.items())
    return Blank(accepted, ignores_case=not given.strict, ignores_width=ignores_width)
