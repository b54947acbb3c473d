"""What the bank finds a question by, as learning object metadata (LOM 1.2) beside an item of a package: written and read again. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element

from app.bank.rules import places
from app.bank.rules.drafts import COMPETENCIES, SOURCE, TOPIC, USUAL, QuestionDraft
from app.bank.rules.formats.xmls import child, children, name, put, words

NAMESPACE = "http://www.imsglobal.org/xsd/imsmd_v1p2"
LEVELS = ("very easy", "easy", "medium", "difficult", "very difficult")
"""LOM's words for our 1 to 5."""
_OURS, _THEIRS = "zh-CN", "x-none"
_MADE_FROM, _TAUGHT_IN = "IsBasedOn", "References"


def write(resource: Element, draft: QuestionDraft) -> None:
    """The metadata of a question: topic as keyword, competencies, difficulty, source and the lecture second that teaches it."""
    lom = Element("imsmd:lom")
    if draft.topic:
        _said(put(put(lom, "imsmd:general"), "imsmd:keyword"), draft.topic)
    if draft.difficulty != USUAL:
        _word(put(lom, "imsmd:educational"), "imsmd:difficulty", LEVELS[draft.difficulty - 1])
    for kind, text in ((_MADE_FROM, draft.source), (_TAUGHT_IN, places.said(draft.place) if draft.place else "")):
        if text:
            relation = put(lom, "imsmd:relation")
            _word(relation, "imsmd:kind", kind)
            _said(put(put(relation, "imsmd:resource"), "imsmd:description"), text)
    if draft.competencies:
        classified = put(lom, "imsmd:classification")
        _word(classified, "imsmd:purpose", "Competency")
        for one in draft.competencies:
            _said(put(classified, "imsmd:keyword"), one)
    if len(lom):
        put(resource, "metadata").append(lom)


def _said(parent: Element, text: str, language: str = _OURS) -> None:
    put(parent, "imsmd:langstring", text, **{"xml:lang": language})


def _word(parent: Element, tag: str, value: str) -> None:
    """A word of LOM's own list."""
    made = put(parent, tag)
    _said(put(made, "imsmd:source"), "LOMv1.0", _THEIRS)
    _said(put(made, "imsmd:value"), value, _THEIRS)


def read(draft: QuestionDraft, about: Element | None) -> QuestionDraft:
    """The draft with what the metadata of its item says; what is of no use to the bank is passed over, it spoils no question."""
    lom = child(about, "lom")
    if lom is None:
        return draft
    level = _value(child(child(lom, "educational"), "difficulty"))
    related = {_value(child(one, "kind")): _text(child(child(one, "resource"), "description")) for one in children(lom, "relation")}
    source, place = related.get(_MADE_FROM.lower(), ""), places.read(related.get(_TAUGHT_IN.lower(), ""))
    topics = [text for text in _keywords(child(lom, "general")) if len(text) <= TOPIC]
    named = (one for one in children(lom, "classification") if _value(child(one, "purpose")) == "competency")
    labels = tuple(text for one in named for text in _keywords(one) if len(text) <= TOPIC)[:COMPETENCIES]
    return replace(
        draft, topic=topics[0] if topics else draft.topic, source=source if len(source) <= SOURCE else draft.source,
        difficulty=LEVELS.index(level) + 1 if level in LEVELS else draft.difficulty, competencies=labels, place=place,
    )  # fmt: skip


def of_manifest(manifest: Element) -> Mapping[str, Element]:
    """The metadata of each item of a package, by the address of its file."""
    found = ((one.get("href", ""), child(one, "metadata")) for one in manifest.iter() if name(one) == "resource")
    return {href: about for href, about in found if about is not None}


def _keywords(parent: Element | None) -> Iterator[str]:
    return (text for one in (children(parent, "keyword") if parent is not None else ()) if (text := _text(one)))


def _text(element: Element | None) -> str:
    """The first of the languages that something is said in."""
    first = child(element, "langstring")
    return words(first if first is not None else element)


def _value(element: Element | None) -> str:
    return _text(child(element, "value")).lower()
