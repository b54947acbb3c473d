"""How keys are spelled: letters, words and signs of truth, options that stand inside a stem. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import islice

LETTERS = "ABCDEFGH"
CIRCLED = "①②③④⑤⑥⑦⑧"
"""Options that are counted instead of lettered."""

TRUE = frozenset({"对", "正确", "√", "✓", "✔", "✅", "☑", "∨", "v", "t", "true", "是", "y", "yes", "对的", "勾", "对号", "right"})
FALSE = frozenset({"错", "错误", "×", "✕", "✖", "✗", "✘", "❌", "❎", "☒", "╳", "⨯", "⨉", "х", "x", "f", "false", "否", "n", "no", "错的",
                   "不对", "不正确", "叉", "错号", "wrong"})  # fmt: skip
SIGNS = "√✓✔✅☑∨×✕✖✗✘❌❎☒╳⨯⨉"
"""Signs of truth that are nothing else."""
_DRAWN = str.maketrans("", "", "\ufe0e\ufe0f")


def fold(text: str) -> str:
    """Half-width, without space at the ends, lower case: how words are compared."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def truth(text: str) -> bool | None:
    """What a word or sign says of a statement, or None."""
    word = fold(text.translate(_DRAWN)).strip("()[]【】.。,; ")
    if word in TRUE:
        return True
    return False if word in FALSE else None


_CHOSEN = re.compile(r"^\s*(?:故|因此|所以|应该?|本题)?选(?:择|项)?\s*[:为是]?\s*")
_ALL = re.compile(r"\(\s*(?:以上)?全(?:部)?(?:选|都?对|正确)\s*\)\s*[.。]?\s*$")


def letters(text: str) -> list[str] | None:
    """The letters of an answer like `ABD`, `A、B、D`, `“A,B”`, `a b d`, `故选B`, `AB（全选）`, in order; None for something else."""
    bare = _ALL.sub("", _CHOSEN.sub("", unicodedata.normalize("NFKC", text)))
    bare = re.sub(r"[\s、,;/和与及.。()\[\]【】〔〕|+&\"'“”‘’「」『』]+", "", bare).upper()
    return list(dict.fromkeys(bare)) if bare and len(bare) <= 16 and all(sign in LETTERS for sign in bare) else None


def is_key(text: str) -> bool:
    """Whether a text is nothing but the key of a choice or of a statement: `ABD`, `√`, `错`."""
    return bool(text) and (letters(text) is not None or truth(text) is not None)


def with_texts(answer: str, options: Sequence[str]) -> list[str] | None:
    """The letters of an answer that gives each letter with the text of its option: `A. 甲`, `A、甲 C、丙`; None where more is said."""
    rest, found = fold(answer), list[str]()
    for letter, text in zip(LETTERS, options, strict=False):
        said = re.search(rf"(?<![a-z]){letter.lower()}\s*[、.:,)]?\s*{re.escape(fold(text))}", rest) if fold(text) else None
        if said is not None:
            rest, found = f"{rest[: said.start()]} {rest[said.end() :]}", [*found, letter]
    return found if found and not rest.strip(" ;、,.。\n(\"“”'") else None


def mark(letter: str) -> str:
    """The pattern of a letter that begins an option: `A、`, `A.`, `(A)`, `【A】`, `〔A〕`, full-width too."""
    either = f"[{letter}{chr(ord(letter) + 0xFEE0)}]"
    return rf"(?:[(（【〔\[]\s*{either}\s*[)）】〕\]]\s*[、.．]?|{either}\s*[、.．:：)）])"


def next_option(letter: str, words: str, *, tight: bool) -> re.Match[str] | None:
    """Where the option of this letter begins inside a line: after a space or sign, or `tight` after any word."""
    found = re.search(rf"(?:^|[\s;；,，]|(?<=。))\s*{mark(letter)}", words)
    return found or (re.search(rf"(?<![A-Za-z0-9Ａ-Ｚ]){mark(letter)}", words) if tight else None)


def options_in(stem: str) -> tuple[str, list[str]] | None:
    """A stem and the options that stand inside it, at least two with words; None where there are none."""
    if len(stem) > LONGEST_STEM:
        return None
    for first in islice(_FIRST.finditer(stem), TRIES):
        found, words = [], stem[first.end() :]
        for letter in LETTERS[1:]:
            following = next_option(letter, words, tight=True)
            if following is None:
                break
            found.append(words[: following.start()])
            words = words[following.end() :]
        if texts := _told(found, words):
            return stem[: first.start()].strip(), texts
    return None


LONGEST_STEM = 8000
TRIES = 4
"""Characters of a stem with its options inside, and letters that may begin them: what a reader has to try stays small."""
_FIRST = re.compile(rf"(?:^|(?<=[\s。？?！!：:;；,，)）】_＿…]))\s*{mark('A')}")


def counted_in(stem: str) -> tuple[str, list[str]] | None:
    """A stem and the options ①, ②, … that stand inside it."""
    before, *rest = re.split(rf"([{CIRCLED}])\s*[、.．:：]?", stem)
    if "".join(rest[::2]) != CIRCLED[: len(rest) // 2]:
        return None
    texts = _told(rest[1:-1:2], rest[-1]) if rest else None
    return (before.strip(), texts) if texts else None


def _told(found: list[str], last: str) -> list[str] | None:
    texts = [one.strip(" \n\t\u3000;；,，") for one in (*found, last)]
    return texts if len(texts) > 1 and all(texts) else None


def lettered(answer: str) -> str:
    """An answer of counted options in letters: `①③` is `AC`."""
    return answer.translate({ord(sign): letter for sign, letter in zip(CIRCLED, LETTERS, strict=True)})
