"""Breaking Chinese and Latin text into lines, as a printer would. Pure.

Between two Han characters a line may break; a word or a figure stays whole; no line begins with closing punctuation
and none ends with an opening one (GB/T 15834: 避头尾).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

NOT_FIRST = frozenset("，。、；：？！）》」』”’％…—,.;:?!)%")
NOT_LAST = frozenset("（《「『“‘(")


@dataclass(frozen=True)
class Run:
    """A stretch of text in one weight; `whole` ones are never torn."""

    text: str
    strong: bool = False
    whole: bool = False


Measure = Callable[[Run, str], float]


def broken(runs: Sequence[Run], measure: float, indent: float, width: Measure) -> list[list[Run]]:
    """The lines of a paragraph, the first one shorter by `indent`; each line is a list of runs."""
    lines: list[list[Run]] = []
    line: list[tuple[str, Run]] = []
    room = measure - indent
    for piece, run in _pieces(runs):
        wide = width(run, piece)
        if line and wide > room and piece.strip():
            carried = _carried(line, piece)
            kept = line[: len(line) - len(carried)]
            lines.append(_joined(kept))
            line = carried
            room = measure - sum(width(one, text) for text, one in carried)
        if piece.strip() or line:
            line.append((piece, run))
            room -= wide
    if line:
        lines.append(_joined(line))
    return lines


def _pieces(runs: Iterable[Run]) -> Iterable[tuple[str, Run]]:
    """What must not be torn: a Han character, a mark, a word or figure, a space."""
    for run in runs:
        if run.whole:
            yield run.text, run
            continue
        word = ""
        for letter in run.text:
            if letter.isascii() and not letter.isspace() and letter not in NOT_FIRST | NOT_LAST:
                word += letter
                continue
            if word:
                yield word, run
            word = ""
            yield letter, run
        if word:
            yield word, run


def _carried(line: list[tuple[str, Run]], piece: str) -> list[tuple[str, Run]]:
    """What moves to the next line with `piece`: opening marks, and what a closing mark belongs to."""
    count = 0
    while count < len(line) - 1:
        last = line[len(line) - 1 - count][0]
        head = line[len(line) - count][0] if count else piece
        if last in NOT_LAST or head in NOT_FIRST:
            count += 1
            continue
        break
    return line[len(line) - count :] if count else []


def _joined(line: list[tuple[str, Run]]) -> list[Run]:
    """Neighbouring pieces of one weight as one run; spaces at the ends of a line vanish."""
    made: list[Run] = []
    for text, run in line:
        if made and made[-1].strong == run.strong:
            made[-1] = Run(made[-1].text + text, run.strong)
        else:
            made.append(Run(text, run.strong))
    if made:
        made[0] = Run(made[0].text.lstrip(" "), made[0].strong)
        made[-1] = Run(made[-1].text.rstrip(" "), made[-1].strong)
    return made
