"""Writing a QTI 2.1 package: one item for each question and a manifest, the same bytes for the same questions. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from xml.etree.ElementTree import Element, tostring

from app.bank.rules.answers import Kind
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.formats import common, stems
from app.bank.rules.formats.common import NOTHING, Written, lost
from app.bank.rules.formats.xmls import fits, put
from app.bank.rules.scoring import PartialCredit

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
_EPOCH = (2026, 1, 1, 0, 0, 0)
GAP = "____"


def write(drafts: Sequence[QuestionDraft], pictures: Mapping[str, bytes] = NOTHING) -> Written:
    """The questions as a package with their pictures; cases do not fit, and an item has no place for what the bank sorts by."""
    made, kept = Written(b""), io.BytesIO()
    manifest = Element("manifest", {"xmlns": _CP, "identifier": "bank"})
    metadata = put(manifest, "metadata")
    put(metadata, "schema", "QTIv2.1 Package")
    put(manifest, "organizations")
    resources = put(manifest, "resources")
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for row, draft in enumerate(drafts, 1):
            if draft.kind is Kind.CASE or _mixed(draft):
                made.lost.append(lost(row, "kind", draft.kind.value, "question_left_out"))
                continue
            _tell(made, row, draft)
            name, content = f"q{row:05d}", pictures.get(draft.picture.sha256) if draft.picture is not None else None
            made.lost += [lost(row, "picture", "")] if draft.picture is not None and content is None else []
            shown = f"pictures/{draft.picture.sha256}.{stems.ending(content)}" if draft.picture is not None and content else ""
            _add(archive, f"{name}.xml", _item(name, draft, shown))
            resource = put(resources, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=f"{name}.xml")
            put(resource, "file", href=f"{name}.xml")
            if shown and content:
                put(resource, "file", href=shown)
                _lay(archive, shown, content)
        _add(archive, "imsmanifest.xml", manifest)
    made.content = kept.getvalue()
    return made


def _add(archive: zipfile.ZipFile, name: str, root: Element) -> None:
    _lay(archive, name, b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8"))


def _lay(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """A file of the package, once."""
    if name in archive.NameToInfo:
        return
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _mixed(draft: QuestionDraft) -> bool:
    """Whether a blank takes texts and numbers, or numbers that are not equally near: QTI compares one way."""
    return any(len({one.tolerance for one in blank.accepted}) > 1 for blank in draft.blanks)


def _tell(made: Written, row: int, draft: QuestionDraft) -> None:
    for column in ("place", "topic", "source", "competencies", "rubric"):
        if getattr(draft, column):
            made.lost.append(lost(row, column, ""))
    if draft.difficulty != 3:
        made.lost.append(lost(row, "difficulty", draft.difficulty))
    all_right = draft.partial is PartialCredit.NET and all(one.is_right for one in draft.options)
    if draft.partial is PartialCredit.HALF or all_right:
        made.lost.append(lost(row, "partial", draft.partial.value))
    if any(not blank.ignores_width for blank in draft.blanks):
        made.lost.append(lost(row, "blanks", "width"))
    if any(not blank.ignores_case and blank.accepted[0].tolerance is not None for blank in draft.blanks):
        made.lost.append(lost(row, "blanks", "case"))


def _item(name: str, draft: QuestionDraft, picture: str = "") -> Element:
    item = Element("assessmentItem", {"xmlns": _QTI, "identifier": name, "title": name, "adaptive": "false", "timeDependent": "false"})
    _declare(item, draft)
    put(put(put(item, "outcomeDeclaration", identifier="MAXSCORE", cardinality="single", baseType="float"), "defaultValue"),
        "value", f"{draft.points:f}")  # fmt: skip
    put(item, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    if draft.kind is Kind.BLANK and draft.partial is PartialCredit.NONE:
        put(item, "outcomeDeclaration", identifier="ALL_OR_NOTHING", cardinality="single", baseType="boolean")
    _body(put(item, "itemBody"), draft, picture)
    _process(item, draft)
    if draft.explanation:
        put(item, "modalFeedback", draft.explanation, outcomeIdentifier="FEEDBACK", identifier="explanation", showHide="show")
    return item


def _declare(item: Element, draft: QuestionDraft) -> None:
    """What is right, and what each answer is worth."""
    if draft.kind is Kind.BLANK:
        for at, blank in enumerate(draft.blanks, 1):
            base = "float" if blank.accepted[0].tolerance is not None else "string"
            declared = put(item, "responseDeclaration", identifier=f"RESPONSE_{at}", cardinality="single", baseType=base)
            put(put(declared, "correctResponse"), "value", next(one.text for one in blank.accepted if one.share == 1))
            mapping = put(declared, "mapping", defaultValue="0")
            for one in blank.accepted:
                case = "false" if blank.ignores_case else "true"
                put(mapping, "mapEntry", mapKey=one.text, mappedValue=str(one.share), caseSensitive=case)
        return
    if draft.kind is Kind.SHORT:
        put(item, "responseDeclaration", identifier="RESPONSE", cardinality="single", baseType="string")
        return
    many = draft.kind is Kind.MULTIPLE
    declared = put(item, "responseDeclaration", identifier="RESPONSE", cardinality="multiple" if many else "single", baseType="identifier")
    correct = put(declared, "correctResponse")
    for letter, option in zip(common.LETTERS, draft.options, strict=False):
        if option.is_right:
            put(correct, "value", letter)
    if many and draft.partial in (PartialCredit.SHARE, PartialCredit.NET):
        mapping = put(declared, "mapping", lowerBound="0", defaultValue="0")
        for letter, share in zip(common.LETTERS, common.weights(draft), strict=False):
            put(mapping, "mapEntry", mapKey=letter, mappedValue=f"{(share * draft.points).quantize(Decimal('0.000001')):f}")


def _body(body: Element, draft: QuestionDraft, picture: str) -> None:
    count = len(draft.blanks)
    inside = count > 0 and draft.stem.count(GAP) == count
    gap = 0
    for line in draft.stem.split("\n"):
        first, *others = line.split(GAP) if inside else [line]
        paragraph = put(body, "p", _kept(first))
        for words in others:
            gap += 1
            put(paragraph, "textEntryInteraction", responseIdentifier=f"RESPONSE_{gap}").tail = _kept(words)
    if draft.picture is not None and picture:
        put(put(body, "p"), "img", src=picture, alt=fits(draft.picture.alt))
    if draft.table:
        table = put(body, "table")
        for row in draft.table:
            cells = put(table, "tr")
            for cell in row:
                put(cells, "td", cell)
    if count and not inside:
        answers = put(body, "div", **{"class": "answers"})
        for at in range(1, count + 1):
            put(answers, "textEntryInteraction", responseIdentifier=f"RESPONSE_{at}")
    _ask(body, draft)


def _kept(text: str) -> str:
    """Words whose doubled spaces, and those at an end, survive a reader that folds space."""
    words = text.replace("  ", " \u00a0")
    words = "\u00a0" + words[1:] if words[:1] == " " else words
    return words[:-1] + "\u00a0" if words[-1:] == " " else words


def _ask(body: Element, draft: QuestionDraft) -> None:
    if draft.kind is Kind.SHORT:
        put(body, "extendedTextInteraction", responseIdentifier="RESPONSE", expectedLength=str(draft.longest))
        if draft.sample:
            put(body, "rubricBlock", draft.sample, view="scorer")
    if not draft.options:
        return
    most = "0" if draft.kind is Kind.MULTIPLE else "1"
    fixed = draft.keeps_order or draft.kind is Kind.JUDGE
    asked = put(body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="false" if fixed else "true", maxChoices=most)
    for letter, one in zip(common.LETTERS, draft.options, strict=False):
        put(asked, "simpleChoice", one.text, identifier=letter)


def _process(item: Element, draft: QuestionDraft) -> None:
    """How it is marked, by the standard templates; a tolerance is said where numbers are compared."""
    if draft.kind is Kind.SHORT:
        return
    near = {at: blank.accepted[0].tolerance for at, blank in enumerate(draft.blanks, 1) if blank.accepted[0].tolerance is not None}
    if not near:
        mapped = draft.kind is Kind.BLANK or draft.partial in (PartialCredit.SHARE, PartialCredit.NET)
        put(item, "responseProcessing", template=_TEMPLATES + ("map_response" if mapped else "match_correct"))
        return
    processing = put(item, "responseProcessing")
    for at, tolerance in near.items():
        condition = put(put(processing, "responseCondition"), "responseIf")
        equal = put(condition, "equal", toleranceMode="absolute", tolerance=f"{tolerance:f} {tolerance:f}")
        put(equal, "variable", identifier=f"RESPONSE_{at}")
        put(equal, "correct", identifier=f"RESPONSE_{at}")
