"""Quantities of study: exact decimals, never floats. Pure."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

STORED = Decimal("0.01")
"""Hours and days are stored to this step (decisions 10)."""


def floor_to(value: Decimal, quantum: Decimal) -> Decimal:
    """The greatest multiple of `quantum` that is not above `value`."""
    return (value / quantum).to_integral_value(ROUND_FLOOR) * quantum


def ceil_to(value: Decimal, quantum: Decimal) -> Decimal:
    """The least multiple of `quantum` that is not below `value`."""
    return (value / quantum).to_integral_value(ROUND_CEILING) * quantum


def in_percent(share: str | Decimal) -> Decimal:
    """A share as rules have it, which may be a fraction such as 1/3, in percent with two decimals, rounded half to even."""
    part = Fraction(share) * 100
    return round(Decimal(part.numerator) / part.denominator, 2)


def stored(value: Decimal) -> Decimal:
    """`value` with the storage scale of two decimals; what has more is refused, not rounded."""
    exact = value.quantize(STORED)
    if exact != value:
        raise ValueError(f"{value} has more than two decimals")
    return exact


def hours_text(value: Decimal | None) -> str:
    """A figure as people read it: up to two decimals, no trailing zeros, no exponent."""
    if value is None:
        return ""
    text = f"{value.quantize(STORED):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
