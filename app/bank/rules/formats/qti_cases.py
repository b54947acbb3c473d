"""Cases of other programs in QTI 2.x: what all questions of an item share, what belongs to each, and what each earns. Pure.

Two ways are common. One body asks several questions, its words before them (TAO, the composite items of the guide to QTI 2.1
§3); or several items name the same `assessmentStimulus` of their package (QTI 2.2 §2.7). Nothing of a body is dropped: words
that stand between two questions go to the one that follows.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from app.bank.rules.blanks import number
from app.bank.rules.formats.xmls import child, children, name, put, words

ENTRY = "textEntryInteraction"
_CENT = Decimal("0.01")


def asked(body: Element) -> list[Element]:
    """The interactions of a body in their order."""
    return [one for one in body.iter() if name(one).endswith("Interaction")]


def is_for_candidates(block: Element) -> bool:
    """Whether a rubricBlock is shown to whoever answers: it belongs to the wording then. Without a view all see it."""
    return "candidate" in block.get("view", "candidate").split()


@dataclass
class Divided:
    """What is shared, and a body of its own for each question."""

    own: Element
    parts: list[Element] = field(default_factory=list)


@dataclass(frozen=True)
class _Atom:
    """A piece of a body that is not taken apart; `group` is the element that holds it and exactly one question."""

    element: Element
    group: Element | None

    @property
    def asks(self) -> bool:
        return bool(asked(self.element))


def divided(body: Element) -> Divided | None:
    """An item with several questions taken apart; None of one question, and of a text with gaps alone, which is one."""
    found = asked(body)
    if len(found) < 2 or all(name(one) == ENTRY for one in found):
        return None
    made, waiting = Divided(Element(body.tag)), list[_Atom]()
    last: Element | None = None
    for atom in _atoms(body, None):
        if atom.asks:
            ahead = _ahead(atom, waiting, is_first=not made.parts)
            made.own.extend(one.element for one in waiting if not any(one is other for other in ahead))
            made.parts.append(Element("div"))
            made.parts[-1].extend([*(one.element for one in ahead), atom.element])
            waiting, last = [], atom.group
        elif made.parts and (_is_for_markers(atom.element) or (atom.group is not None and atom.group is last)):
            made.parts[-1].append(atom.element)
        else:
            waiting.append(atom)
    made.own.extend(one.element for one in waiting)
    return made


def _is_for_markers(element: Element) -> bool:
    return name(element) == "rubricBlock" and not is_for_candidates(element)


def _ahead(atom: _Atom, waiting: list[_Atom], *, is_first: bool) -> list[_Atom]:
    """What stands before a question and belongs to it: of the first only what is held together with it, else its last words."""
    if not is_first:
        return waiting
    told = [one for one in waiting if not _is_for_markers(one.element)]
    together = [one for one in waiting if one not in told or (atom.group is not None and one.group is atom.group)]
    if not told or told[-1] in together or _has_words(atom.element):
        return together
    return [*together, told[-1]]


def _has_words(element: Element) -> bool:
    """Whether a question says itself what is asked."""
    prompt = child(element, "prompt")
    return bool(words(prompt)) if name(element).endswith("Interaction") else bool(words(element))


def _atoms(element: Element, group: Element | None) -> Iterator[_Atom]:
    """The pieces in reading order; what holds a choice or a written answer is opened, down to the question itself."""
    if text := (element.text or "").strip():
        yield _Atom(_paragraph(text), group)
    for one in element:
        held = asked(one)
        if not held or one in held or name(one) == "table" or all(name(each) == ENTRY for each in held):
            yield _Atom(one, group)
        else:
            yield from _atoms(one, group if group is not None else one if len(held) == 1 else None)
        if text := (one.tail or "").strip():
            yield _Atom(_paragraph(text), group)


def _paragraph(text: str) -> Element:
    made = Element("p")
    made.text = text
    return made


def passages(item: Element, folder: str) -> tuple[str, ...]:
    """Where in the package the texts lie that an item shares with others."""
    named = (one.get("href", "") for one in children(item, "assessmentStimulusRef"))
    return tuple(posixpath.normpath(posixpath.join(folder, unquote(href))) for href in named)


def worth(item: Element, parts: Sequence[Collection[str]]) -> tuple[list[Decimal], bool]:
    """What each part earns, known by the responses it asks for, and whether the file says so.

    It is said by the processing (a match that sets a score, a mapping that is added up), or by the total of the item where one
    part is left; else the total is divided evenly, and without a total each earns one point.
    """
    said = [_earned(item, ids) for ids in parts]
    total, open_ = _total(item), [at for at, one in enumerate(said) if one is None]
    known = sum((one for one in said if one is not None), Decimal(0))
    if not open_:
        return [one or Decimal(1) for one in said], True
    if total is not None and len(open_) == 1 and total > known:
        return [total - known if one is None else one for one in said], True
    if total is None or total < _CENT * len(parts):
        return [Decimal(1) if one is None else one for one in said], False
    each = (total / len(parts)).quantize(_CENT, ROUND_DOWN)
    return [*[each] * (len(parts) - 1), total - each * (len(parts) - 1)], False


def most(item: Element, responses: Collection[str]) -> Decimal:
    """What an item of one question earns: its total where it says one, else what its processing gives, else one point."""
    return _total(item) or _earned(item, responses) or Decimal(1)


def _total(item: Element) -> Decimal | None:
    declared = {one.get("identifier"): one for one in children(item, "outcomeDeclaration")}
    said = [words(declared.get("MAXSCORE")), (declared["SCORE"].get("normalMaximum") or "") if "SCORE" in declared else ""]
    return next((value for one in said if (value := number(one)) is not None and value > 0), None)


def _earned(item: Element, ids: Collection[str]) -> Decimal | None:
    """What the processing gives for these responses at most; None where it does not say so of each of them."""
    processing = child(item, "responseProcessing")
    if processing is None:
        return None
    found = {one: _matched(processing, one) or _mapped(item, processing, one) for one in ids}
    known = [one for one in found.values() if one is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(found) else None


def _matched(processing: Element, identifier: str) -> Decimal | None:
    """The most that a condition on this response alone sets."""
    values = list[Decimal]()
    for condition in (one for one in processing.iter() if name(one) in ("responseIf", "responseElseIf")):
        asks, *_rest = [*condition, None]
        if asks is None or _named(asks) != {identifier}:
            continue
        for outcome in children(condition, "setOutcomeValue"):
            said = (number(words(one)) for one in outcome.iter() if name(one) == "baseValue")
            values += [one for one in said if one is not None and one > 0]
    return max(values, default=None)


def _named(condition: Element) -> set[str]:
    """The responses that a condition looks at."""
    looks = ("variable", "correct", "mapResponse")
    return {one.get("identifier", "") for one in condition.iter() if name(one) in looks}


def _mapped(item: Element, processing: Element, identifier: str) -> Decimal | None:
    """The most that the mapping of this response gives, where it is added up or is all that counts (the template `map_response`)."""
    is_all = processing.get("template", "").endswith("/map_response")
    if not is_all and not any(name(one) == "mapResponse" and one.get("identifier") == identifier for one in processing.iter()):
        return None
    declared = next((one for one in children(item, "responseDeclaration") if one.get("identifier") == identifier), None)
    mapping = child(declared, "mapping")
    if declared is None or mapping is None:
        return None
    values = [value for one in children(mapping, "mapEntry") if (value := number(one.get("mappedValue", ""))) is not None and value > 0]
    if not values:
        return None
    most = sum(values, Decimal(0)) if declared.get("cardinality") == "multiple" else max(values)
    bound = number(mapping.get("upperBound", ""))
    return most if bound is None else min(most, bound)


def joined(bodies: Sequence[Element]) -> Element:
    """Several texts one after the other."""
    made = Element("div")
    for body in bodies:
        put(made, "div", (body.text or "").strip()).extend(body)
    return made
