"""Results by unit, without telling single people apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.kernel.small import SMALLEST_GROUP, is_small, joined

OUTSIDE = "-"
"""The path of all people outside the reader's scope, taken as one group."""


@dataclass(frozen=True)
class Group:
    """Candidates of one unit with all below it; `joined` units stand together where each alone is too small to hide in."""

    path: str
    candidates: int
    passed: int
    points: float
    """The sum of their scores of 100."""
    joined: int = 1
    has_outside: bool = False
    """Whether people outside the reader's scope stand among them: too few to be a group of their own."""

    @property
    def share(self) -> float:
        """Those who passed, of 100."""
        return self.passed * 100 / self.candidates

    @property
    def mean(self) -> float:
        """Their mean score."""
        return self.points / self.candidates

    def plus(self, other: Group) -> Group:
        """Both together."""
        units = [one for one in (self, other) if one.path != OUTSIDE]
        return Group("*", self.candidates + other.candidates, self.passed + other.passed, self.points + other.points,
                     sum(one.joined for one in units), len(units) < 2 or self.has_outside or other.has_outside)  # fmt: skip


def branches(units: Mapping[str, Group], outside: Group | None = None) -> list[Group]:
    """Units gathered under the children of the unit they have in common; the largest first, and what is outside last."""
    top = common([path for path in units if path])
    found: dict[str, Group] = {}
    for path, group in units.items():
        child = path if path in ("", top) else f"{top}/{path[len(top) + 1 :].split('/', 1)[0]}"
        here = replace(group, path=child)
        found[child] = replace(found[child].plus(here), path=child, joined=1) if child in found else here
    rows = sorted(found.values(), key=lambda one: (-one.candidates, one.path))
    return [*rows, outside] if outside is not None and outside.candidates else rows


def common(paths: Iterable[str]) -> str:
    """The lowest unit above all of these, or one of them if it is above the rest."""
    parts = [path.split("/") for path in paths]
    if not parts:
        return ""
    shared = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return "/".join(shared)


def hide_small(rows: Iterable[Group]) -> list[Group]:
    """Groups too small to hide in become one, with the next smallest until it is large enough; of too few in all nothing is shown."""
    return joined(list(rows), is_small=lambda one: is_small(one.candidates), order=lambda one: (one.candidates, one.path), plus=Group.plus)


def may_follow(firsts: int, came: int) -> bool:
    """Whether figures with so many people more may take the place of those that were read before.

    `firsts` are people whose first paper is new (or gone), `came` all who handed in any. Where nobody's first paper is new only
    the number of those who passed changes, and by SMALLEST_GROUP people at least.
    """
    return firsts >= SMALLEST_GROUP or (not firsts and came >= SMALLEST_GROUP)
