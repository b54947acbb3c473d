"""How a QTI item says what is right and what it earns: declarations and response processing. Pure.

A question has the suffix ``, the second question of a case `_2`; its blanks follow: `RESPONSE_1`, or `RESPONSE_2_1`.
"""

from __future__ import annotations

from decimal import Decimal
from xml.etree.ElementTree import Element

from app.bank.rules.answers import Kind
from app.bank.rules.blanks import ONE, Blank, number
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.formats import common
from app.bank.rules.formats.xmls import put
from app.bank.rules.scoring import PartialCredit

_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
_MAPPED = (PartialCredit.SHARE, PartialCredit.NET)


def asked(draft: QuestionDraft) -> list[tuple[QuestionDraft, str]]:
    """The question itself, or the questions of a case, each with its suffix."""
    return [(part, f"_{at}") for at, part in enumerate(draft.parts, 1)] if draft.kind is Kind.CASE else [(draft, "")]


def declare(item: Element, draft: QuestionDraft) -> None:
    """What is right, what each answer is worth, and what is made known of it."""
    for one, suffix in asked(draft):
        _responses(item, one, suffix)
    top = _outcome(item, "MAXSCORE", "float")
    put(put(top, "defaultValue"), "value", f"{draft.points:f}")
    _outcome(item, "SCORE", "float")
    _outcome(item, "FEEDBACK", "identifier")
    for one, suffix in asked(draft):
        _outcomes(item, one, suffix)


def _outcome(item: Element, identifier: str, base: str, **more: str) -> Element:
    return put(item, "outcomeDeclaration", identifier=identifier, cardinality="single", baseType=base, **more)


def _outcomes(item: Element, draft: QuestionDraft, suffix: str) -> None:
    if suffix:
        _outcome(item, f"SCORE{suffix}", "float", normalMaximum=f"{draft.points:f}")
    if draft.kind is Kind.BLANK and draft.partial is PartialCredit.NONE:
        _outcome(item, f"ALL_OR_NOTHING{suffix}", "boolean")
    if is_told(draft):
        put(put(_outcome(item, f"PARTIAL{suffix}", "identifier"), "defaultValue"), "value", draft.partial.value)
    for at, blank in enumerate(draft.blanks, 1):
        if not blank.ignores_width:
            _outcome(item, f"EXACT_WIDTH{suffix}_{at}", "boolean")
        if _near(blank) is not None:
            _outcome(item, f"CREDIT{suffix}_{at}", "float")


def is_told(draft: QuestionDraft) -> bool:
    """Whether the rule for incomplete answers does not show in the weights of the options."""
    return draft.partial is PartialCredit.HALF or (draft.partial is PartialCredit.NET and all(one.is_right for one in draft.options))


def _near(blank: Blank) -> Decimal | None:
    return blank.accepted[0].tolerance


def _responses(item: Element, draft: QuestionDraft, suffix: str) -> None:
    if draft.kind is Kind.BLANK:
        for at, blank in enumerate(draft.blanks, 1):
            _blank(item, blank, f"RESPONSE{suffix}_{at}")
        return
    if draft.kind is Kind.SHORT:
        put(item, "responseDeclaration", identifier=f"RESPONSE{suffix}", cardinality="single", baseType="string")
        return
    many = draft.kind is Kind.MULTIPLE
    declared = put(item, "responseDeclaration", identifier=f"RESPONSE{suffix}", cardinality="multiple" if many else "single",
                   baseType="identifier")  # fmt: skip
    correct = put(declared, "correctResponse")
    for letter, option in zip(common.LETTERS, draft.options, strict=False):
        if option.is_right:
            put(correct, "value", letter)
    if many and draft.partial in _MAPPED:
        mapping = put(declared, "mapping", lowerBound="0", defaultValue="0")
        for letter, share in zip(common.LETTERS, common.weights(draft), strict=False):
            put(mapping, "mapEntry", mapKey=letter, mappedValue=_figure(share * draft.points))


def _blank(item: Element, blank: Blank, identifier: str) -> None:
    declared = put(item, "responseDeclaration", identifier=identifier, cardinality="single",
                   baseType="float" if _near(blank) is not None else "string")  # fmt: skip
    put(put(declared, "correctResponse"), "value", next(one.text for one in blank.accepted if one.share == 1))
    mapping = put(declared, "mapping", defaultValue="0")
    for one in blank.accepted:
        case = "false" if blank.ignores_case else "true"
        put(mapping, "mapEntry", mapKey=one.text, mappedValue=f"{one.share:f}", caseSensitive=case)


def process(item: Element, draft: QuestionDraft) -> None:
    """How it is marked: by a standard template where one says it, else in full; what a person marks is not processed."""
    if draft.kind is not Kind.CASE and draft.options and draft.partial is not PartialCredit.HALF:
        put(item, "responseProcessing", template=_TEMPLATES + ("map_response" if draft.partial in _MAPPED else "match_correct"))
        return
    marked = [(one, suffix) for one, suffix in asked(draft) if one.kind is not Kind.SHORT]
    if not marked:
        return
    processing = put(item, "responseProcessing")
    for one, suffix in marked:
        (_process_blanks if one.kind is Kind.BLANK else _process_choice)(processing, one, suffix)
    if draft.kind is Kind.CASE:
        total = put(_set(processing, "SCORE"), "sum")
        for _one, suffix in marked:
            put(total, "variable", identifier=f"SCORE{suffix}")


def _set(parent: Element, identifier: str) -> Element:
    return put(parent, "setOutcomeValue", identifier=identifier)


def _set_to(parent: Element, identifier: str, value: Decimal) -> None:
    put(_set(parent, identifier), "baseValue", _figure(value), baseType="float")


def _figure(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.000001')):f}"


def _process_choice(processing: Element, draft: QuestionDraft, suffix: str) -> None:
    response, score = f"RESPONSE{suffix}", f"SCORE{suffix}"
    if draft.partial in _MAPPED:
        put(_set(processing, score), "mapResponse", identifier=response)
        return
    condition = put(processing, "responseCondition")
    right = put(condition, "responseIf")
    match = put(right, "match")
    put(match, "variable", identifier=response)
    put(match, "correct", identifier=response)
    _set_to(right, score, draft.points)
    if draft.partial is PartialCredit.HALF:
        half = put(condition, "responseElseIf")
        both = put(half, "and")
        put(put(put(both, "not"), "isNull"), "variable", identifier=response)
        inside = put(both, "contains")
        put(inside, "correct", identifier=response)
        put(inside, "variable", identifier=response)
        _set_to(half, score, draft.points / 2)


def _process_blanks(processing: Element, draft: QuestionDraft, suffix: str) -> None:
    """Each blank earns the share of what it takes; the points are divided by the blanks, or come whole or not at all."""
    for at, blank in enumerate(draft.blanks, 1):
        if (near := _near(blank)) is not None:
            _process_number(processing, blank, f"{suffix}_{at}", near)
    score = f"SCORE{suffix}"
    if draft.partial is PartialCredit.NONE:
        right = put(put(processing, "responseCondition"), "responseIf")
        each = put(right, "and")
        for at, blank in enumerate(draft.blanks, 1):
            whole = put(each, "gte")
            _credit(whole, blank, f"{suffix}_{at}")
            put(whole, "baseValue", "1", baseType="float")
        _set_to(right, score, draft.points)
        return
    product = put(_set(processing, score), "product")
    put(product, "baseValue", _figure(draft.points / len(draft.blanks)), baseType="float")
    total = put(product, "sum")
    for at, blank in enumerate(draft.blanks, 1):
        _credit(total, blank, f"{suffix}_{at}")


def _credit(parent: Element, blank: Blank, suffix: str) -> None:
    if _near(blank) is None:
        put(parent, "mapResponse", identifier=f"RESPONSE{suffix}")
    else:
        put(parent, "variable", identifier=f"CREDIT{suffix}")


def _process_number(processing: Element, blank: Blank, suffix: str, near: Decimal) -> None:
    """The best share first: the first condition that holds decides."""
    _set_to(processing, f"CREDIT{suffix}", Decimal(0))
    condition = put(processing, "responseCondition")
    for at, one in enumerate(sorted(blank.accepted, key=lambda one: one.share, reverse=True)):
        case = put(condition, "responseElseIf" if at else "responseIf")
        equal = put(case, "equal", toleranceMode="absolute", tolerance=f"{near:f} {near:f}")
        put(equal, "variable", identifier=f"RESPONSE{suffix}")
        put(equal, "baseValue", f"{number(one.text) or 0:f}", baseType="float")
        _set_to(case, f"CREDIT{suffix}", min(one.share, ONE))
