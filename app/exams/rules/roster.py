"""A list of people for the roster, pasted or out of a file: rows in, who is named and what is wrong out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from app.exams.rules.sessions import MOST_EXTRA
from app.people.rules.doors import user_key
from app.people.rules.listed import HEADS, MOST_ROWS, Flaw, TooLong, words


class Named(NamedTuple):
    """One row: its number, from 1; the user name; the minutes beyond the limit, None where the row says none."""

    row: int
    user_name: str
    extra_minutes: int | None


def read(rows: Iterable[Sequence[Any]]) -> tuple[list[Named], list[Flaw]]:
    """User name and minutes of each row that has any; a heading is passed over. Raises TooLong.

    A name that stands twice counts where it stands first.
    """
    named: list[Named] = []
    flaws: list[Flaw] = []
    seen: set[str] = set()
    for number, cells in enumerate(rows, 1):
        name, extra = (words(cells[at]) if at < len(cells) else "" for at in (0, 1))
        if (not name and not extra) or (name.casefold() in HEADS and not named and not flaws):
            continue
        if len(named) + len(flaws) == MOST_ROWS:
            raise TooLong
        minutes = int(extra) if re.fullmatch(r"[0-9]{1,3}", extra) else None
        key = user_key(name)
        if key in seen:
            flaws.append(Flaw(number, name, "named_twice"))
        elif extra and (minutes is None or minutes > MOST_EXTRA):
            flaws.append(Flaw(number, extra[:60], "extra_outside"))
        elif not key:
            flaws.append(Flaw(number, name[:60], "person_unknown"))
        else:
            seen.add(key)
            named.append(Named(number, key, minutes))
    return named, flaws


def written(named: Iterable[Named]) -> str:
    """The same people as a text that `lines` reads."""
    return "\n".join(one.user_name if one.extra_minutes is None else f"{one.user_name},{one.extra_minutes}" for one in named)
