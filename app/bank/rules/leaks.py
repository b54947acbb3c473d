"""Keys that a reader left in a wording: «答案：B» in a stem, `{=甲 ~乙}` in an option. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.bank.rules import spellings
from app.bank.rules.drafts import QuestionDraft

_GAP = r"\s{0,8}"
_MARK = re.compile(
    rf"答案(?:要点|解析)?{_GAP}(?:应?[是为])?{_GAP}[:：∶﹕]{_GAP}[^\s_＿(（]"  # «写出答案：____» asks, «答案：B» tells
    rf"|[【\[(（]{_GAP}(?:(?:参考|正确|标准|本题)?答案|(?:答案|试题)?解析|详解){_GAP}[】\])）]"
    rf"|(?:(?<![㐀-鿿])|(?<=答案)|(?<=试题))解析{_GAP}[:：∶﹕]"
    rf"|答案{_GAP}(?:应?[是为])?{_GAP}(?:[A-HＡ-Ｈ]{{1,8}}|[{spellings.SIGNS}]){_GAP}[。.]?{_GAP}$"
    rf"|^{_GAP}(?:答|ANSWER){_GAP}[:：]{_GAP}\S",
    re.MULTILINE,
)
_GIFT = re.compile(rf"(?<![\^_\\A-Za-z]){{{_GAP}(?:[=~#%]|(?:T|F|TRUE|FALSE){_GAP}[}}#])|^{_GAP}::.{{1,200}}?::", re.MULTILINE)
SHOWN = 60


def of(draft: QuestionDraft, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The field of each wording that still tells its key, and what stands there."""
    for name, shown in _found(_MARK, draft):
        yield f"{prefix}{name}", shown
    for at, part in enumerate(draft.parts, 1):
        yield from of(part, f"parts.{at}.")


def gift_in(draft: QuestionDraft) -> Iterator[tuple[str, str]]:
    """The same of signs of GIFT, for a text that is none."""
    return _found(_GIFT, draft)


def _found(sign: re.Pattern[str], draft: QuestionDraft) -> Iterator[tuple[str, str]]:
    for name, text in (("stem", draft.stem), *(("options", one.text) for one in draft.options)):
        if found := sign.search(text):
            yield name, text[found.start() :][:SHOWN]
