"""What is right in a blank: alternatives with their share, numbers with a tolerance, how letters are compared. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

ONE = Decimal(1)
_GAP = re.compile(r"_{2,}|＿{2,}|(?<![A-Za-z0-9_])[(（][\s_＿]*[)）]|[\[【]\s*[\]】]")
_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?")


@dataclass(frozen=True)
class Accepted:
    """One text or number that is taken. `share` is what it earns of the blank, more than 0 and at most 1.

    With a `tolerance` the text is a number, and every number at most that far away is taken, both ends included.
    """

    text: str
    share: Decimal = ONE
    tolerance: Decimal | None = None


@dataclass(frozen=True)
class Blank:
    """The key of one blank. Space at the ends and doubled space inside never matter."""

    accepted: tuple[Accepted, ...]
    ignores_case: bool = True
    ignores_width: bool = True

    def share(self, written: str) -> Decimal:
        """What of the blank this text earns: the best share of all alternatives it matches, else 0."""
        return max((one.share for one in self.accepted if self._matches(one, written)), default=Decimal(0))

    def _matches(self, one: Accepted, written: str) -> bool:
        if one.tolerance is None:
            return bool(written.strip()) and self.folded(written) == self.folded(one.text)
        found, wanted = number(self.folded(written)), number(one.text)
        return found is not None and wanted is not None and abs(found - wanted) <= one.tolerance

    def folded(self, text: str) -> str:
        """The text as it is compared."""
        if self.ignores_width:
            text = unicodedata.normalize("NFKC", text)
        text = " ".join(text.split())
        return text.casefold() if self.ignores_case else text


def number(text: str) -> Decimal | None:
    """The number a text says in plain digits, or None. No thousands, no units, no exponent of more than two digits."""
    text = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def gaps(text: str) -> int:
    """How many gaps a text marks: `____`, `（　）`, `【】`; `print()` marks none."""
    return len(_GAP.findall(text))
