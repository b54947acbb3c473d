"""Cases as other programs write them in QTI 2.x: several questions in one body, and several items with one shared text."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest

from app.bank.rules.answers import Kind
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.findings import Read
from app.bank.rules.formats import examples, qti, qti_out

D = Decimal
HEAD = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i" title="某案例" adaptive="false" timeDependent="false">'
)


def choice(identifier: str, prompt: str, right: str = "A") -> tuple[str, str]:
    """The declaration of a choice of three, and its interaction."""
    options = "".join(f'<simpleChoice identifier="{letter}">选项{letter}</simpleChoice>' for letter in "ABC")
    said = f"<prompt>{prompt}</prompt>" if prompt else ""
    return (
        declared(identifier, right, kind="identifier"),
        f'<choiceInteraction responseIdentifier="{identifier}" shuffle="true" maxChoices="1">{said}{options}</choiceInteraction>',
    )


def declared(identifier: str, *right: str, kind: str = "string", cardinality: str = "single", more: str = "") -> str:
    """What is right for one interaction."""
    values = "".join(f"<value>{one}</value>" for one in right)
    head = f'<responseDeclaration identifier="{identifier}" cardinality="{cardinality}" baseType="{kind}">'
    return f"{head}<correctResponse>{values}</correctResponse>{more}</responseDeclaration>"


def matched(identifier: str, points: str) -> str:
    """A condition that adds points for a right answer, as TAO writes it."""
    return (
        f'<responseCondition><responseIf><match><variable identifier="{identifier}"/><correct identifier="{identifier}"/></match>'
        f'<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><baseValue baseType="float">{points}</baseValue></sum>'
        "</setOutcomeValue></responseIf></responseCondition>"
    )


WRITTEN = '<responseDeclaration identifier="W" cardinality="single" baseType="string"/>'
FIRST, SECOND = choice("R1", "依据是哪一部条例？"), choice("R2", "应当由谁受理？", "B")


def item(body: str, declarations: str, processing: str = "", maximum: str = "") -> bytes:
    worth = f"<defaultValue><value>{maximum}</value></defaultValue>"
    total = f'<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float">{worth}</outcomeDeclaration>'
    marks = f"<responseProcessing>{processing}</responseProcessing>" if processing else ""
    return f"{HEAD}{declarations}{total if maximum else ''}<itemBody>{body}</itemBody>{marks}</assessmentItem>".encode()


def one(content: bytes) -> Read:
    (read,) = qti.read(content).questions
    return read


def case(content: bytes) -> QuestionDraft:
    read = one(content)
    assert read.is_good and read.draft is not None, read.findings
    assert read.draft.kind is Kind.CASE
    return read.draft


def rows(*columns: str) -> str:
    """The grid that TAO lays everything into."""
    return "".join(f'<div class="grid-row"><div class="col-12">{column}</div></div>' for column in columns)


def test_an_item_of_tao_with_a_passage_and_two_choices() -> None:
    body = rows("<p>某局推行政务公开。</p><p>群众来电询问进度。</p>", FIRST[1], SECOND[1])
    read = case(item(body, FIRST[0] + SECOND[0], matched("R1", "2") + matched("R2", "3")))
    assert read.stem == "某局推行政务公开。\n群众来电询问进度。"
    assert [(part.kind, part.stem, part.points) for part in read.parts] == [
        (Kind.SINGLE, "依据是哪一部条例？", D(2)), (Kind.SINGLE, "应当由谁受理？", D(3)),
    ]  # fmt: skip
    assert [[option.is_right for option in part.options] for part in read.parts] == [[True, False, False], [False, True, False]]
    assert read.points == D(5)


def test_words_before_a_question_without_a_prompt_are_its_own() -> None:
    """Of the first the last words, or what is held together with it; of the others everything since the question before."""
    bare, other = choice("R1", ""), choice("R2", "")
    flat = case(
        item(
            f"<p>材料。</p><p>第一问？</p>{bare[1]}<p>又查明。</p><p>第二问？</p>{other[1]}",
            bare[0] + other[0],
            matched("R1", "1") + matched("R2", "1"),
        )
    )
    assert (flat.stem, [part.stem for part in flat.parts]) == ("材料。", ["第一问？", "又查明。\n第二问？"])
    held = (
        f"<div>材料。</div><div><p>提示。</p><p>第一问？</p>{bare[1]}<p>（单选）</p></div><div>第二问？{other[1]}</div><p>以上为节选。</p>"
    )
    kept = case(item(held, bare[0] + other[0], matched("R1", "1") + matched("R2", "1")))
    assert (kept.stem, [part.stem for part in kept.parts]) == ("材料。\n以上为节选。", ["提示。\n第一问？\n（单选）", "第二问？"])


def test_blanks_and_a_written_answer_below_one_text_with_its_table() -> None:
    table = "<table><tr><td>年份</td><td>件数</td></tr><tr><td>2025</td><td>40</td></tr></table>"
    rubric = '<rubricBlock view="scorer"><p>言之有据即可。</p></rubricBlock>'
    body = (
        '<rubricBlock view="candidate"><p>阅读材料，回答问题。</p></rubricBlock><p>受理情况见下表。</p>' + table
        + '<p>2025 年受理<textEntryInteraction responseIdentifier="B"/>件。</p>'
        + f'<div><extendedTextInteraction responseIdentifier="W"><prompt>说明原因。</prompt></extendedTextInteraction>{rubric}</div>'
    )  # fmt: skip
    read = case(item(body, declared("B", "40") + WRITTEN, matched("B", "4"), maximum="10"))
    assert read.stem == "阅读材料，回答问题。\n受理情况见下表。" and read.table == (("年份", "件数"), ("2025", "40"))
    assert [(part.kind, part.stem, part.points) for part in read.parts] == [
        (Kind.BLANK, "2025 年受理____件。", D(4)), (Kind.SHORT, "说明原因。", D(6)),
    ]  # fmt: skip
    assert read.parts[0].blanks[0].accepted[0].text == "40" and read.parts[1].sample == "言之有据即可。"
    assert read.parts[0].table == read.parts[1].table == ()


def test_a_mapping_that_is_added_up_says_what_a_question_earns() -> None:
    mapping = '<mapping upperBound="2"><mapEntry mapKey="A" mappedValue="1.5"/><mapEntry mapKey="B" mappedValue="1.5"/></mapping>'
    many = declared("M", "A", "B", kind="identifier", cardinality="multiple", more=mapping)
    asked = choice("M", "哪些属于？")[1].replace('maxChoices="1"', 'maxChoices="0"')
    added = '<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><mapResponse identifier="M"/></sum></setOutcomeValue>'
    read = case(item(f"<p>材料。</p>{FIRST[1]}{asked}", FIRST[0] + many, matched("R1", "3") + added))
    assert [(part.kind, part.points) for part in read.parts] == [(Kind.SINGLE, D(3)), (Kind.MULTIPLE, D(2))]


@pytest.mark.parametrize(("maximum", "points"), [("5", ["1.66", "1.66", "1.68"]), ("", ["1", "1", "1"])])
def test_points_that_the_file_does_not_say_are_divided_and_told(maximum: str, points: list[str]) -> None:
    """All or nothing over the whole item is no rule of ours: the total is divided."""
    third = choice("R3", "期限多久？")
    both = "".join(f'<match><variable identifier="R{at}"/><correct identifier="R{at}"/></match>' for at in (1, 2, 3))
    five = '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">5</baseValue></setOutcomeValue>'
    whole = f"<responseCondition><responseIf><and>{both}</and>{five}</responseIf></responseCondition>"
    read = one(item(f"<p>材料。</p>{FIRST[1]}{SECOND[1]}{third[1]}", FIRST[0] + SECOND[0] + third[0], whole, maximum))
    assert read.is_good and read.draft is not None
    assert [part.points for part in read.draft.parts] == [D(one) for one in points]
    assert [(found.code, found.is_error, found.found) for found in read.findings] == [("points_divided", False, ", ".join(points))]


def test_a_question_of_a_kind_that_is_not_held_stops_the_whole_case() -> None:
    order = '<responseDeclaration identifier="O" cardinality="ordered" baseType="identifier"/>'
    read = one(item(f'<p>材料。</p>{FIRST[1]}<orderInteraction responseIdentifier="O"/>', FIRST[0] + order))
    assert read.draft is None and [(found.code, found.found) for found in read.findings] == [("kind_not_held", "orderInteraction")]


def test_two_questions_without_anything_shared_wait_for_their_text() -> None:
    read = one(item(FIRST[1] + SECOND[1], FIRST[0] + SECOND[0], matched("R1", "1") + matched("R2", "1")))
    assert not read.is_good and [(found.column, found.code) for found in read.findings] == [("stem", "empty")]
    assert read.draft is not None and len(read.draft.parts) == 2, "nothing is lost: it can be written on the page of the import"


def test_a_text_with_gaps_alone_stays_one_question() -> None:
    blanks = declared("B1", "1") + declared("B2", "2")
    body = '<p>先<textEntryInteraction responseIdentifier="B1"/>，</p><p>后<textEntryInteraction responseIdentifier="B2"/>。</p>'
    read = one(item(body, blanks))
    assert read.draft is not None and read.draft.kind is Kind.BLANK and len(read.draft.blanks) == 2


def stimulus(*paragraphs: str) -> bytes:
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    head = '<assessmentStimulus xmlns="http://www.imsglobal.org/xsd/qti/qtiv2p2" identifier="s" title="材料">'
    return f"{head}<stimulusBody>{body}</stimulusBody></assessmentStimulus>".encode()


def package(**files: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return kept.getvalue()


def refers(content: tuple[str, str], to: str = "../texts/one.xml") -> bytes:
    return item(content[1], content[0] + f'<assessmentStimulusRef identifier="s" href="{to}"/>', maximum="2")


def test_items_that_name_one_shared_text_are_one_case() -> None:
    third = item(choice("R", "单独一题？")[1], choice("R", "")[0])
    reading = qti.read(
        package(items__a=refers(FIRST), items__alone=third, items__b=refers(SECOND), texts__one=stimulus("第一段。", "第二段。"))
    )
    shared, alone = reading.questions
    assert reading.findings == [] and shared.is_good and shared.draft is not None and shared.draft.kind is Kind.CASE
    assert shared.draft.stem == "第一段。\n第二段。" and shared.draft.points == D(4)
    assert [(part.stem, part.points) for part in shared.draft.parts] == [("依据是哪一部条例？", D(2)), ("应当由谁受理？", D(2))]
    assert alone.draft is not None and alone.draft.kind is Kind.SINGLE and (shared.row, alone.row) == (1, 2)


@pytest.mark.parametrize("content", [package(items__a=refers(FIRST)), refers(FIRST)])
def test_a_shared_text_that_is_not_there_is_told_and_the_questions_wait(content: bytes) -> None:
    read = one(content)
    assert not read.is_good and [found.code for found in read.findings] == ["passage_missing"]
    assert read.draft is not None and [part.stem for part in read.draft.parts] == ["依据是哪一部条例？"]


def test_a_shared_text_that_is_broken_spoils_its_case_alone() -> None:
    reading = qti.read(package(items__a=refers(FIRST), items__b=item(SECOND[1], SECOND[0]), texts__one=b"<assessmentStimulus"))
    assert [read.is_good for read in reading.questions] == [False, True]
    assert "not_xml" in {found.code for found in reading.all_findings()}


def test_a_text_above_a_section_of_a_test_is_told_not_taken() -> None:
    """Advice or a shared passage: the file does not say."""
    blocks = '<rubricBlock view="candidate"><p>阅读下文。</p></rubricBlock><rubricBlock view="scorer">评分</rubricBlock>'
    section = f'<testPart><assessmentSection identifier="s">{blocks}</assessmentSection></testPart>'
    test = f'<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="t" title="t">{section}</assessmentTest>'.encode()
    reading = qti.read(package(a=item(FIRST[1], FIRST[0]), test=test))
    assert [(found.code, found.found, found.is_error) for found in reading.findings] == [("description_left_out", "阅读下文。", False)]
    assert [read.is_good for read in reading.questions] == [True]


def test_our_own_cases_are_read_as_before() -> None:
    own = [draft for draft in examples.DRAFTS if draft.kind is Kind.CASE]
    reading = qti.read(qti_out.write(own).content)
    assert own and [[part.stem for part in read.draft.parts] for read in reading.questions if read.draft] == [
        [part.stem for part in draft.parts] for draft in own
    ]


def test_empty_lines_between_paragraphs_come_back() -> None:
    parts = (QuestionDraft(Kind.SHORT, "问？\n\n再问？", points=D(5), sample="一\n\n二"),)
    case = QuestionDraft(Kind.CASE, "甲段。\n\n乙段。\n丙行。", points=D(5), parts=parts)
    (back,) = qti.read(qti_out.write([case]).content).questions
    assert back.draft is not None and back.draft.stem == case.stem
    assert [(one.stem, one.sample) for one in back.draft.parts] == [("问？\n\n再问？", "一\n\n二")]


TEMPLATE = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/{}"/>'


@pytest.mark.parametrize(
    ("total", "processing", "points"),
    [
        ("", "map_response", "2"),
        ('<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="5"/>', "map_response", "5"),
        ("", "match_correct", "1"),
    ],
)
def test_one_question_earns_what_its_item_says(total: str, processing: str, points: str) -> None:
    """As other programs write it: the maximum of the score, or the mapping of the template."""
    mapping = '<mapping upperBound="2"><mapEntry mapKey="A" mappedValue="1.5"/><mapEntry mapKey="B" mappedValue="1.5"/></mapping>'
    many = declared("RESPONSE", "A", "B", kind="identifier", cardinality="multiple", more=mapping)
    asked = choice("RESPONSE", "哪些属于？")[1].replace('maxChoices="1"', 'maxChoices="0"')
    content = f"{HEAD}{many}{total}<itemBody>{asked}</itemBody>{TEMPLATE.format(processing)}</assessmentItem>".encode()
    read = one(content)
    assert read.draft is not None and (read.draft.kind, read.draft.points) == (Kind.MULTIPLE, D(points))


@pytest.mark.parametrize(("fixed", "keeps_order"), [("", False), (' fixed="true"', True)])
def test_an_option_with_a_place_of_its_own_keeps_the_order(fixed: str, keeps_order: bool) -> None:
    asked = FIRST[1].replace('identifier="C"', f'identifier="C"{fixed}')
    read = one(item(asked, FIRST[0]))
    assert read.draft is not None and read.draft.keeps_order is keeps_order
