"""Writing a QTI 2.1 package: one item for each question and a manifest, the same bytes for the same questions. Pure.

The items hold to the schema (tests/bank/test_qti_schema.py). A case is one item with several interactions; what the bank
finds a question by stands in the manifest (lom.py), what is right and what it earns in qti_marks.py.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, tostring

from app.bank.rules.answers import Kind
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.formats import common, lom, qti_marks, stems
from app.bank.rules.formats.common import NOTHING, Written, lost
from app.bank.rules.formats.xmls import fits, put

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_EPOCH = (2026, 1, 1, 0, 0, 0)
GAP = "____"


def write(drafts: Sequence[QuestionDraft], pictures: Mapping[str, bytes] = NOTHING) -> Written:
    """The questions as a package with their pictures."""
    made, kept = Written(b""), io.BytesIO()
    manifest = Element("manifest", {"xmlns": _CP, "xmlns:imsmd": lom.NAMESPACE, "identifier": "bank"})
    metadata = put(manifest, "metadata")
    put(metadata, "schema", "QTIv2.1 Package")
    put(metadata, "schemaversion", "1.0.0")
    put(manifest, "organizations")
    resources = put(manifest, "resources")
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for row, draft in enumerate(drafts, 1):
            if any(_mixed(one) for one in (draft, *draft.parts)):
                made.lost.append(lost(row, "kind", draft.kind.value, "question_left_out"))
                continue
            name, shown = f"q{row:05d}", _shown(made, row, draft, pictures)
            _add(archive, f"{name}.xml", _item(name, draft, shown))
            resource = put(resources, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=f"{name}.xml")
            lom.write(resource, draft)
            put(resource, "file", href=f"{name}.xml")
            for sha256, place in shown.items():
                put(resource, "file", href=place)
                _lay(archive, place, pictures[sha256])
        _add(archive, "imsmanifest.xml", manifest)
    made.content = kept.getvalue()
    return made


def _shown(made: Written, row: int, draft: QuestionDraft, pictures: Mapping[str, bytes]) -> dict[str, str]:
    """Where each picture of a question lies in the package; what is not there is told."""
    found: dict[str, str] = {}
    for one in (draft, *draft.parts):
        if one.picture is None:
            continue
        if content := pictures.get(one.picture.sha256):
            found[one.picture.sha256] = f"pictures/{one.picture.sha256}.{stems.ending(content)}"
        else:
            made.lost.append(lost(row, "picture" if one is draft else "parts", ""))
    return found


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


def _item(name: str, draft: QuestionDraft, shown: Mapping[str, str]) -> Element:
    item = Element("assessmentItem", {"xmlns": _QTI, "identifier": name, "title": name, "adaptive": "false", "timeDependent": "false"})
    qti_marks.declare(item, draft)
    body = put(item, "itemBody")
    _body(body, draft, shown, "")
    _marker(body, draft, "")
    for part, suffix in qti_marks.asked(draft) if draft.parts else ():
        _body(put(body, "div", **{"class": "part", "id": f"part{suffix}"}), part, shown, suffix)
        _marker(body, part, suffix)
    qti_marks.process(item, draft)
    for one, suffix in ((draft, ""), *(qti_marks.asked(draft) if draft.parts else ())):
        if one.explanation:
            put(item, "modalFeedback", one.explanation, outcomeIdentifier="FEEDBACK", identifier=f"explanation{suffix}", showHide="show")
    return item


def _body(body: Element, draft: QuestionDraft, shown: Mapping[str, str], suffix: str) -> None:
    """Wording, picture, table and what is asked; an empty line is a paragraph with a hard space."""
    count = len(draft.blanks)
    inside = count > 0 and draft.stem.count(GAP) == count
    gap = 0
    for line in draft.stem.split("\n"):
        first, *others = line.split(GAP) if inside else [line]
        paragraph = put(body, "p", _kept(first) if first or others else "\u00a0")
        for words in others:
            gap += 1
            put(paragraph, "textEntryInteraction", responseIdentifier=f"RESPONSE{suffix}_{gap}").tail = _kept(words)
    if draft.picture is not None and (place := shown.get(draft.picture.sha256)):
        put(put(body, "p"), "img", src=place, alt=fits(draft.picture.alt))
    if draft.table:
        table = put(put(body, "table"), "tbody")
        for row in draft.table:
            cells = put(table, "tr")
            for cell in row:
                put(cells, "td", cell)
    if count and not inside:
        answers = put(body, "div", **{"class": "answers"})
        for at in range(1, count + 1):
            put(answers, "textEntryInteraction", responseIdentifier=f"RESPONSE{suffix}_{at}")
    _ask(body, draft, suffix)


def _kept(text: str) -> str:
    """Words whose doubled spaces, and those at an end, survive a reader that folds space."""
    words = text.replace("  ", " \u00a0")
    words = "\u00a0" + words[1:] if words[:1] == " " else words
    return words[:-1] + "\u00a0" if words[-1:] == " " else words


def _ask(body: Element, draft: QuestionDraft, suffix: str) -> None:
    if draft.kind is Kind.SHORT:
        put(body, "extendedTextInteraction", responseIdentifier=f"RESPONSE{suffix}", expectedLength=str(draft.longest))
    if not draft.options:
        return
    most = "0" if draft.kind is Kind.MULTIPLE else "1"
    fixed = draft.keeps_order or draft.kind is Kind.JUDGE
    asked = put(body, "choiceInteraction", responseIdentifier=f"RESPONSE{suffix}", shuffle="false" if fixed else "true", maxChoices=most)
    for letter, one in zip(common.LETTERS, draft.options, strict=False):
        put(asked, "simpleChoice", one.text, identifier=letter)


def _marker(body: Element, draft: QuestionDraft, suffix: str) -> None:
    """What only a marker sees: the sample answer, and what each criterion earns."""
    if draft.sample:
        sample = put(body, "rubricBlock", view="scorer", **{"class": "sample", "id": f"sample{suffix}"})
        for line in draft.sample.split("\n"):
            put(sample, "p", line)
    if draft.rubric:
        criteria = put(body, "rubricBlock", view="scorer", **{"class": "criteria", "id": f"criteria{suffix}"})
        for one in draft.rubric:
            put(put(criteria, "p", one.text), "span", f"{one.points:f}", **{"class": "points"})
