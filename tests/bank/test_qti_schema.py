"""What we write as QTI 2.1 holds to its schema, as far as our items go: the content models are written down here (issue 3)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given

from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import OptionDraft, Picture, QuestionDraft, tidy
from app.bank.rules.formats import examples, qti, qti_out
from app.bank.rules.formats.xmls import name
from app.bank.rules.places import Place
from app.bank.rules.scoring import PartialCredit
from tests.bank.drafts import PICTURES, drafts
from tests.bank.test_round_trips import MANY, same

INLINE = "(textEntryInteraction|img|span|br)"
BLOCK = "(p|div|table|rubricBlock|choiceInteraction|extendedTextInteraction)"
NUMBER = "(mapResponse|variable|correct|baseValue|sum|product)"
LOGIC = "(match|equal|gte|and|not|isNull|contains)"
RULE = "(responseCondition|setOutcomeValue)"
TEXT, NONE = True, False
MODELS = {
    "assessmentItem": ("(responseDeclaration)*(outcomeDeclaration)*itemBody(responseProcessing)?(modalFeedback)*", NONE,
                       "identifier title adaptive timeDependent"),
    "responseDeclaration": ("(correctResponse)?(mapping)?", NONE, "identifier cardinality baseType"),
    "outcomeDeclaration": ("(defaultValue)?", NONE, "identifier cardinality baseType"),
    "correctResponse": ("(value)+", NONE, ""), "defaultValue": ("(value)+", NONE, ""), "value": ("", TEXT, ""),
    "mapping": ("(mapEntry)+", NONE, ""), "mapEntry": ("", NONE, "mapKey mappedValue"),
    "itemBody": (f"{BLOCK}*", NONE, ""), "div": (f"({BLOCK[1:-1].replace('rubricBlock|', '')}|{INLINE[1:-1]})*", TEXT, ""),
    "p": (f"{INLINE}*", TEXT, ""), "span": (f"{INLINE}*", TEXT, ""), "img": ("", NONE, "src alt"),
    "table": ("(caption)?(thead)?(tfoot)?(tbody)+", NONE, ""), "tbody": ("(tr)+", NONE, ""), "tr": ("(th|td)+", NONE, ""),
    "td": (f"{INLINE}*", TEXT, ""), "rubricBlock": ("(p|div|table)*", NONE, "view"),
    "choiceInteraction": ("(prompt)?(simpleChoice)+", NONE, "responseIdentifier shuffle maxChoices"),
    "simpleChoice": (f"{INLINE}*", TEXT, "identifier"), "textEntryInteraction": ("", NONE, "responseIdentifier"),
    "extendedTextInteraction": ("(prompt)?", NONE, "responseIdentifier"),
    "modalFeedback": (f"(p|div|table|{INLINE[1:-1]})*", TEXT, "outcomeIdentifier identifier showHide"),
    "responseProcessing": (f"{RULE}*", NONE, ""), "responseCondition": ("responseIf(responseElseIf)*(responseElse)?", NONE, ""),
    "responseIf": (f"{LOGIC}{RULE}+", NONE, ""), "responseElseIf": (f"{LOGIC}{RULE}+", NONE, ""), "responseElse": (f"{RULE}+", NONE, ""),
    "setOutcomeValue": (NUMBER, NONE, "identifier"), "baseValue": ("", TEXT, "baseType"), "variable": ("", NONE, "identifier"),
    "correct": ("", NONE, "identifier"), "mapResponse": ("", NONE, "identifier"), "sum": (f"{NUMBER}+", NONE, ""),
    "product": (f"{NUMBER}+", NONE, ""), "and": (f"{LOGIC}+", NONE, ""), "not": (LOGIC, NONE, ""), "isNull": (NUMBER, NONE, ""),
    "match": (f"{NUMBER}{{2}}", NONE, ""), "contains": (f"{NUMBER}{{2}}", NONE, ""), "gte": (f"{NUMBER}{{2}}", NONE, ""),
    "equal": (f"{NUMBER}{{2}}", NONE, "toleranceMode"),
}  # fmt: skip
"""Of each element its children in order, whether it holds text, and the attributes it must have."""

SAID = "(langstring)+"
LOM = {
    "manifest": ("(metadata)?(organizations)(resources)", NONE, "identifier"), "organizations": ("", NONE, ""),
    "resources": ("(resource)*", NONE, ""),
    "metadata": ("((schema)(schemaversion)|lom)", NONE, ""), "schema": ("", TEXT, ""), "schemaversion": ("", TEXT, ""),
    "resource": ("(metadata)?(file)*", None, "identifier type href"), "file": ("", NONE, "href"),
    "lom": ("(general)?(educational)?(relation)*(classification)*", NONE, ""), "general": ("(keyword)*", NONE, ""),
    "educational": ("(difficulty)?", NONE, ""), "difficulty": ("(source)(value)", NONE, ""), "kind": ("(source)(value)", NONE, ""),
    "purpose": ("(source)(value)", NONE, ""), "relation": ("(kind)?(resource)?", NONE, ""),
    "classification": ("(purpose)?(keyword)*", NONE, ""),
    "keyword": (SAID, NONE, ""), "description": (SAID, NONE, ""), "source": (SAID, NONE, ""), "value": (SAID, NONE, ""),
    "langstring": ("", TEXT, ""),
}  # fmt: skip


def faults(root: Element, models: dict[str, tuple[str, bool | None, str]]) -> Iterator[str]:
    """Where a document breaks its models, and the identifiers it uses without declaring them, or declares twice."""
    for element in root.iter():
        label = name(element)
        pattern, holds_text, needed = models[label]
        if label == "resource" and "imsmd" in str(element.tag):
            pattern, needed = "(description)*", ""
        inside = "".join(f"<{name(one)}>" for one in element)
        if not re.fullmatch(re.sub(r"[A-Za-z]+", lambda word: f"(?:<{word[0]}>)", pattern), inside):
            yield f"{label}: {inside} is not {pattern}"
        said = [element.text, *(one.tail for one in element)]
        if not holds_text and any(text and text.strip() for text in said):
            yield f"{label}: text"
        yield from (f"{label}: {one} is missing" for one in needed.split() if one not in element.attrib)
    for names in (["responseDeclaration", "outcomeDeclaration"], None):
        key = "identifier" if names else "id"
        found = [one.get(key) for one in root.iter() if (names is None or name(one) in names) and one.get(key)]
        yield from (f"{one} twice" for one in set(found) if found.count(one) > 1)
    if name(root) == "assessmentItem":
        known = {one.get("identifier") for one in root if name(one).endswith("Declaration")}
        used = {one.get("identifier") for one in root.iter() if name(one) in ("variable", "correct", "mapResponse", "setOutcomeValue")}
        used |= {one.get(key) for one in root.iter() for key in ("responseIdentifier", "outcomeIdentifier") if one.get(key)}
        yield from (f"{one} is not declared" for one in used - known)


def broken(content: bytes) -> list[str]:
    """The faults of a whole package; every file it names is there, and no other."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = fromstring(archive.read("imsmanifest.xml"))
        named = {one.get("href") for one in manifest.iter() if name(one) == "file"}
        found = list(faults(manifest, LOM))  # type: ignore[arg-type]
        found += [f"{one} is not named" for one in {*archive.namelist()} ^ {*named, "imsmanifest.xml"}]
        for one in archive.namelist():
            if one.endswith(".xml") and one != "imsmanifest.xml":
                found += list(faults(fromstring(archive.read(one)), MODELS))  # type: ignore[arg-type]
    return found


@MANY
@given(drafts())
def test_whatever_we_write_holds_to_the_schema(draft: QuestionDraft) -> None:
    assert broken(qti_out.write([tidy(draft)], PICTURES).content) == []


def rich() -> QuestionDraft:
    """A case of everything there is."""
    sha = next(iter(PICTURES))
    near = Blank((Accepted("3.14", tolerance=Decimal("0.01")), Accepted("3", Decimal("0.5"), Decimal("0.01"))))
    exact = Blank((Accepted("ＡＢ"), Accepted("AB", Decimal("0.25"))), ignores_case=False, ignores_width=False)
    parts = (
        *(replace(one, topic="", difficulty=3, source="", competencies=(), explanation=f"因为 {at}")
          for at, one in enumerate(examples.DRAFTS[:5])),
        QuestionDraft(Kind.BLANK, "π 约为____，写作____。", points=Decimal(3), blanks=(near, exact)),
        QuestionDraft(Kind.MULTIPLE, "都对", (OptionDraft("甲", True), OptionDraft("乙", True)), partial=PartialCredit.NET,
                      picture=Picture(sha, "图"), table=(("一", "二"),)),
    )  # fmt: skip
    return tidy(QuestionDraft(Kind.CASE, "一份材料", explanation="总的说明", topic="会议", difficulty=5, source="第 3 讲",
                              parts=parts, competencies=("法治思维", "调查研究"), place=Place("K-01", 3, 754),
                              picture=Picture(sha, "材料图")))  # fmt: skip


def test_a_case_is_one_item_and_comes_back_with_all_that_the_bank_finds_it_by() -> None:
    made = qti_out.write([rich()], PICTURES)
    assert made.lost == [] and broken(made.content) == []
    found = qti.read(made.content).questions[0]
    assert found.findings == () and found.draft is not None
    assert same(rich(), found.draft) == []


def test_a_manifest_that_cannot_be_read_spoils_no_question() -> None:
    made, kept = qti_out.write([examples.DRAFTS[0]]).content, io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(kept, "w") as new:
        for one in old.namelist():
            new.writestr(one, b"<!DOCTYPE x [<!ENTITY a 'b'>]><manifest/>" if one == "imsmanifest.xml" else old.read(one))
    found = qti.read(kept.getvalue()).questions[0]
    assert found.is_good and found.draft is not None and found.draft.topic == ""


SPOILED = {
    "a condition without an act": ("<setOutcomeValue[^>]*>.*?</setOutcomeValue>", ""),
    "a table without a body": ("</?tbody>", ""),
    "bare words for the marker": ("(<rubricBlock[^>]*>)<p>", r"\1说<p>"),
    "an outcome nobody declared": ('<outcomeDeclaration identifier="FEEDBACK"[^>]*/>', ""),
    "an entry without its worth": (' mappedValue="[^"]*"', ""),
    "a choice outside its interaction": ("<choiceInteraction[^>]*>|</choiceInteraction>", ""),
    "an answer that is asked twice": ("(<responseDeclaration)", r'<responseDeclaration identifier="RESPONSE_1" baseType="string"/>\1'),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_the_models_see_what_is_spoiled(what: str) -> None:
    wrong, right = SPOILED[what]
    item = zipfile.ZipFile(io.BytesIO(qti_out.write([rich()], PICTURES).content)).read("q00001.xml").decode()
    assert list(faults(fromstring(item), MODELS)) == []  # type: ignore[arg-type]
    assert list(faults(fromstring(re.sub(wrong, right, item)), MODELS)) != []  # type: ignore[arg-type]
