"""XML from strangers: read within limits, without document types and entities, and only then looked at. Pure."""

from __future__ import annotations

import io
import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from app.bank.rules.findings import Unreadable

MOST_BYTES = 20 * 1024 * 1024
MOST_DEPTH = 60
MOST_ELEMENTS = 1_500_000


def root(content: bytes) -> Element:
    """The document's root, or Unreadable: `xml_too_big`, `xml_entities`, `xml_too_deep`, `not_xml`."""
    if len(content) > MOST_BYTES:
        raise Unreadable("xml_too_big")
    depth = count = 0
    found: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            count += event == "start"
            if depth > MOST_DEPTH or count > MOST_ELEMENTS:
                raise Unreadable("xml_too_deep" if depth > MOST_DEPTH else "xml_too_big")
            found = found if found is not None else element
    except DefusedXmlException as error:
        raise Unreadable("xml_entities") from error
    except (ParseError, LookupError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("not_xml") from error
    if found is None:
        raise Unreadable("not_xml")
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
