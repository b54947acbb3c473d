"""Words for the index, and what a reader typed as terms. Pure.

Chinese is not cut by a dictionary: every two neighbouring characters are a word, and the last of a run stands alone besides.
So a term is found wherever it stands, as LIKE would find it, on every engine (ADR 0017). Other scripts are cut at
what is neither letter nor digit, and a term finds the words that begin with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_QUERY = 100
"""Letters of a query that are looked at."""
MOST_TERMS = 8
LONGEST_WORD = 60
FENCE = "\ua015"
"""Stands between two fields, so that no phrase runs across; before a word it says that the word is one of the title."""

_HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}{FENCE}]+")
_IS_HAN = re.compile(f"[{_HAN}]")
_TERM = re.compile(f"[^\\W_{FENCE}]+")


@dataclass(frozen=True)
class Term:
    """What has to stand in the text as it is: words one after the other, the last of them perhaps only begun."""

    text: str
    words: tuple[str, ...]
    is_begun: bool


def plain(text: str) -> str:
    """One form for what reads alike: full width and half width, capital and small."""
    return unicodedata.normalize("NFKC", text).casefold()


def is_latin(letter: str) -> bool:
    """Whether a letter is part of a word that spaces set off, as opposed to a character."""
    return letter.isalnum() and not _IS_HAN.match(letter)


def words(text: str) -> list[str]:
    """The words of a text in their order."""
    found: list[str] = []
    for run in _RUN.findall(plain(text)):
        if _IS_HAN.match(run):
            found += [run[at : at + 2] for at in range(len(run))]
        else:
            found.append(run[:LONGEST_WORD])
    return found


def document(titles: Sequence[str], texts: Sequence[str]) -> list[str]:
    """All words of a document: its titles twice (once marked as such), its texts, with a fence between all of them."""
    found: list[str] = []
    for title in titles:
        own = words(title)
        found += [*own, FENCE, *(FENCE + word for word in own), FENCE]
    for text in texts:
        found += [*words(text), FENCE]
    return found


def terms(query: str) -> tuple[Term, ...]:
    """What a query asks for: all of its terms, wherever they stand. Signs of any query language are no more than a gap."""
    texts = dict.fromkeys(_TERM.findall(plain(query[:LONGEST_QUERY])))
    return tuple(_term(text) for text in list(texts)[:MOST_TERMS])


def _term(text: str) -> Term:
    found = words(text)
    is_lone = len(found[-1]) == 1 or not _IS_HAN.match(found[-1])
    if len(found) > 1 and _IS_HAN.match(text[-1]) and len(text) > 1 and _IS_HAN.match(text[-2]):
        return Term(text, tuple(found[:-1]), is_begun=False)
    return Term(text, tuple(found), is_begun=is_lone)
