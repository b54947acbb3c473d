"""XML from strangers: read within limits, without document types and entities, and only then looked at. Pure."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.bank.rules.findings import Unreadable

MOST_BYTES = 20 * 1024 * 1024
MOST_DEPTH = 60
MOST_ELEMENTS = 1_500_000
MOST_IN_A_TAG = 100_000
"""Signs that the names and values of the attributes of one element may have together; those of questions have a few hundred."""


class _Limited(TreeBuilder):
    """Builds the tree and stops at the first element that passes a limit."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.count = 0

    def start(self, tag: Any, attrs: dict[Any, Any], /) -> Element:
        """An element begins. Raises Unreadable."""
        self.depth += 1
        self.count += 1
        if self.depth > MOST_DEPTH or self.count > MOST_ELEMENTS:
            raise Unreadable("xml_too_deep" if self.depth > MOST_DEPTH else "xml_too_big")
        if len(tag) + sum(len(key) + len(value) for key, value in attrs.items()) > MOST_IN_A_TAG:
            raise Unreadable("xml_tag_too_long")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """An element ends."""
        self.depth -= 1
        return super().end(tag)


def root(content: bytes) -> Element:
    """The document's root, or Unreadable: `xml_too_big`, `xml_entities`, `xml_too_deep`, `xml_tag_too_long`, `not_xml`.

    The parser is given the document in one piece: fed in pieces, it reads a tag or comment that is not closed yet from its
    beginning again with every piece, so that its time grows with the square of its length.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("xml_too_big")
    parser = DefusedXMLParser(target=_Limited(), forbid_dtd=True)
    try:
        parser.feed(content)
        found: Element = parser.close()
    except DefusedXmlException as error:
        raise Unreadable("xml_entities") from error
    except (ParseError, LookupError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("not_xml") from error
    return found


def name(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element | None, wanted: str) -> Element | None:
    """The first child of that name."""
    return None if element is None else next((one for one in element if name(one) == wanted), None)


def children(element: Element, wanted: str) -> list[Element]:
    """All children of that name."""
    return [one for one in element if name(one) == wanted]


def words(element: Element | None) -> str:
    """The text of an element and of all within it."""
    return "" if element is None else "".join(element.itertext()).strip()


_NOT_XML = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def fits(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def put(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A new last child."""
    made = Element(tag, attributes)
    made.text = fits(text) or None
    parent.append(made)
    return made
