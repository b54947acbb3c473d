"""Numbers, check codes and what the public may read. Pure."""

from __future__ import annotations

import re
import secrets
from enum import StrEnum

PREFIX = "PC"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits that nobody confuses on paper: no 0 O 1 I L."""
CODE_LENGTH = 8
_NUMBER = re.compile(rf"{PREFIX}-(\d{{4}})-(\d{{6,9}})")
_CODE = re.compile(r"[\s-]")


class State(StrEnum):
    """A certificate is valid until its line is taken back."""

    VALID = "valid"
    REVOKED = "revoked"


def number(year: int, count: int) -> str:
    """`PC-2026-000123`: year of issue and place in it."""
    return f"{PREFIX}-{year}-{count:06}"


def canonical_number(text: str) -> str | None:
    """The number as it is kept, from how people write it (spaces, lower case); None for what is no number."""
    found = _NUMBER.fullmatch(text.strip().upper().replace("—", "-").replace("–", "-"))
    return found.group(0) if found else None


def fresh_code() -> str:
    """A check code of 39 random bits, printed in two groups of four; it is read back without the dash."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def canonical_code(text: str) -> str:
    """A check code as it is kept, from how people type it."""
    return _CODE.sub("", text).upper()[:CODE_LENGTH]


def grouped_code(code: str) -> str:
    """A check code as it is printed: `ABCD-2345`."""
    return f"{code[:4]}-{code[4:]}"


def masked(name: str) -> str:
    """The first character and one ＊ for each further one, two at most: 李学 → 李＊, 欧阳晓岚 → 欧＊＊."""
    name = name.strip()
    return name[:1] + "＊" * max(1, min(len(name) - 1, 2)) if name else "＊＊"
