"""Reasons of a verdict: a stable code with its numbers, so that page, API and report say the same. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.kernel.quantity import hours_text

Value = str | int | Decimal | date | None | tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """One reason. Codes are listed in docs/reference/rules.md; the words belong to the page that shows them."""

    code: str
    figures: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def of(cls, code: str, /, **figures: Value) -> "Note":
        """A reason with its figures in the order given; nothing is left out but what is None."""
        return cls(code, tuple((name, value) for name, value in figures.items() if value is not None))

    def get(self, name: str) -> Value:
        """One figure, or None."""
        return dict(self.figures).get(name)

    def as_json(self) -> dict[str, object]:
        """The shape of interfaces.md §4.3: `{"code": …, figure: value}` with decimals as strings."""
        return {"code": self.code, **{name: plain(value) for name, value in self.figures}}


def plain(value: Value) -> object:
    """Decimals become strings without trailing zeros, dates ISO; everything else stays."""
    if isinstance(value, Decimal):
        return text(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def text(value: Decimal) -> str:
    """A decimal string of up to two decimals without trailing zeros (decision 17)."""
    return hours_text(value if value else abs(value))
