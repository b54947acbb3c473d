"""QTI 2.x items: choice, multiple choice, text entry, extended text; one item, or a package as zip. Pure."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.blanks import Accepted, Blank, number
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.bank.rules.findings import Finding, Read, Reading, Unreadable, checked
from app.bank.rules.formats import common, stems, xmls
from app.bank.rules.formats.xmls import child, children, name, words
from app.bank.rules.scoring import PartialCredit

MOST_ENTRIES = 25_000
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MOST_UNPACKED = 64 * 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError)
"""What a spoiled zip is refused with by the standard library."""
_SPACE = re.compile("[ \t\r\n]+")
_BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "prompt"})


def read(content: bytes) -> Reading:
    """The items of a package or of one file; `row` is the number of the item."""
    reading = Reading()
    if not content.startswith(b"PK\x03\x04"):
        item = xmls.root(content)
        _take(reading, 1, item, {})
        return reading
    pictures = stems.Pictures(reading.pictures)
    parts, files = _parts(content)
    for row, (file_name, part) in enumerate(parts, 1):
        if row > common.MOST_QUESTIONS:
            reading.findings.append(Finding(row, "", "too_many_questions", expected=str(common.MOST_QUESTIONS)))
            break
        try:
            _take(reading, row, xmls.root(part), files, posixpath.dirname(file_name), pictures)
        except Unreadable as error:
            reading.findings.append(Finding(row, "", str(error), file_name))
    if not reading.questions and not reading.findings:
        raise Unreadable("not_qti")
    return reading


def _parts(content: bytes) -> tuple[list[tuple[str, bytes]], dict[str, bytes | None]]:
    """The XML files of a package but its manifest, and its pictures; nothing is ever unpacked to a name the package chose."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise Unreadable("package_too_big")
            if any(one.flag_bits & 1 for one in entries):
                raise Unreadable("package_locked")
            wanted = [one for one in entries if one.filename.lower().endswith(".xml") and "imsmanifest" not in one.filename.lower()]
            pictures = [one for one in entries if one.filename.lower().endswith(PICTURES)]
            return (
                [(one.filename, _unpacked(archive, one)) for one in wanted],
                {posixpath.normpath(one.filename): _unpacked(archive, one) for one in pictures},
            )
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable("package_broken") from error


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


def _take(reading: Reading, row: int, item: Element, files: stems.Files, folder: str = "", pictures: stems.Pictures | None = None) -> None:
    if name(item) == "assessmentTest":
        return
    if name(item) != "assessmentItem":
        raise Unreadable("not_qti")
    body = child(item, "itemBody")
    if body is None:
        reading.questions.append(Read(row, None, (Finding(row, "stem", "empty", "", "itemBody"),)))
        return
    responses = {one.get("identifier", ""): _response(item, one) for one in children(item, "responseDeclaration")}
    asked = [one for one in body.iter() if name(one).endswith("Interaction")]
    draft, findings = _draft(row, item, body, asked, responses)
    picture = (pictures or stems.Pictures()).take(row, _pictured(body, folder), files, findings)
    draft = replace(draft, picture=picture) if draft else None
    reading.questions.append(checked(row, draft, findings) if draft else Read(row, None, tuple(findings)))


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


def _draft(
    row: int, item: Element, body: Element, asked: list[Element], responses: dict[str, _Response]
) -> tuple[QuestionDraft | None, list[Finding]]:
    kinds = {name(one) for one in asked}
    stem, findings = _stem(body), list[Finding]()
    about = {"points": _points(item), "explanation": "\n".join(words(one) for one in children(item, "modalFeedback") if words(one)),
             "table": _table(body)}  # fmt: skip
    given = [responses.get(one.get("responseIdentifier", ""), _Response((), {}, False, None)) for one in asked]
    if kinds == {"choiceInteraction"} and len(asked) == 1:
        return _choice(stem, asked[0], given[0], about), findings
    if kinds == {"textEntryInteraction"}:
        partial = PartialCredit.NONE if child(item, "responseProcessing") is not None and _all_or_nothing(item) else PartialCredit.SHARE
        return QuestionDraft(Kind.BLANK, stem, blanks=tuple(_blank(one) for one in given), partial=partial, **about), findings  # type: ignore[arg-type]
    if kinds == {"extendedTextInteraction"} and len(asked) == 1:
        longest = asked[0].get("expectedLength", "")
        sample = "\n".join(words(one) for one in body.iter() if name(one) == "rubricBlock")
        fits = longest.isascii() and longest.isdigit() and len(longest) <= 6 and 1 <= int(longest) <= LONGEST_TEXT
        return QuestionDraft(Kind.SHORT, stem, sample=sample, longest=int(longest) if fits else LONGEST_TEXT, **about), findings  # type: ignore[arg-type]
    return None, [*findings, Finding(row, "kind", "kind_not_held", ", ".join(sorted(kinds)), "choice, textEntry, extendedText")]


def _pictured(body: Element, folder: str) -> stems.Stem:
    """Where the picture of the wording lies in the package; those of options, and further ones, are told."""
    inside = {id(one) for choice in body.iter() if name(choice) == "simpleChoice" for one in choice.iter()}
    found = [one for one in body.iter() if name(one) == "img" and id(one) not in inside]
    others = any(name(one) == "object" or (name(one) == "img" and id(one) in inside) for one in body.iter())
    if not found:
        return stems.Stem(left_out=others)
    source = posixpath.normpath(posixpath.join(folder, unquote(found[0].get("src", ""))))
    return stems.Stem(source=source, alt=found[0].get("alt", ""), left_out=others or len(found) > 1)


def _all_or_nothing(item: Element) -> bool:
    return any(one.get("identifier") == "ALL_OR_NOTHING" for one in children(item, "outcomeDeclaration"))


def _points(item: Element) -> Decimal:
    for declared in children(item, "outcomeDeclaration"):
        if declared.get("identifier") == "MAXSCORE":
            return number(words(declared)) or Decimal(1)
    return Decimal(1)


def _stem(body: Element) -> str:
    """All words of the body but those of answers; a text entry leaves a gap, a choice its prompt."""
    said: list[str] = []
    _said(body, said)
    lines = (_SPACE.sub(" ", line).strip(" ").replace("\u00a0", " ") for line in "".join(said).split("\n"))
    return "\n".join(line for line in lines if line)


def _said(element: Element, said: list[str]) -> None:
    """Collect words in reading order; depth is bounded where the document is read (xmls.MOST_DEPTH)."""
    label = name(element)
    if label == "textEntryInteraction":
        said.append("____")
        return
    if label in ("rubricBlock", "table", "simpleChoice") or element.get("class") == "answers":
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


def _choice(stem: str, asked: Element, given: _Response, about: dict[str, object]) -> QuestionDraft:
    choices = children(asked, "simpleChoice")
    options = tuple(OptionDraft(words(one), one.get("identifier") in given.right) for one in choices)
    kept = asked.get("shuffle", "false") != "true"
    truths = [common.truth(one.text) for one in options]
    if asked.get("maxChoices", "1") != "1":
        shares = [given.mapped.get(one.get("identifier", ""), Decimal(0)) for one in choices]
        top = sum((one for one in shares if one > 0), Decimal(0)) or Decimal(1)
        partial = common.partial_of([one / top for one in shares]) if given.mapped else None
        return QuestionDraft(Kind.MULTIPLE, stem, options, partial=partial or PartialCredit.NONE, keeps_order=kept, **about)  # type: ignore[arg-type]
    if len(options) == 2 and truths == [True, False]:
        return QuestionDraft(Kind.JUDGE, stem, common.judge_options(options[0].is_right), **about)  # type: ignore[arg-type]
    return QuestionDraft(Kind.SINGLE, stem, options, keeps_order=kept, **about)  # type: ignore[arg-type]


def _blank(given: _Response) -> Blank:
    """What a text entry takes: its correct values whole, mapped ones by their share of the best."""
    best = max(given.mapped.values(), default=Decimal(1)) or Decimal(1)
    shares = {text: value / best for text, value in given.mapped.items() if value > 0} or dict.fromkeys(given.right, Decimal(1))
    accepted = tuple(Accepted(text, share, given.tolerance) for text, share in shares.items())
    return Blank(accepted, ignores_case=not given.strict)
