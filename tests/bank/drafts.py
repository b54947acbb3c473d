"""Questions made up by Hypothesis: tidy, without faults, of every kind, with the signs that formats trip over."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import Criterion, OptionDraft, Picture, QuestionDraft, gap_count
from app.bank.rules.formats.common import judge_options
from app.bank.rules.likeness import plain
from app.bank.rules.places import Place
from app.bank.rules.scoring import PartialCredit
from app.bank.rules.spellings import is_key

ODD = "~=#{}:\\|;；<>&\"'[]()（）_±、，。%/$@-+*  \n"
SIGNS = st.sampled_from("甲乙丙丁公共数据依法行政abcXYZ0123") | st.sampled_from(ODD)


def texts(most: int = 30, *, lines: bool = True) -> st.SearchStrategy[str]:
    """Texts as an author leaves them: no space at the ends, empty lines only between others, something said."""
    made = st.text(SIGNS if lines else SIGNS.filter(lambda sign: sign != "\n"), min_size=1, max_size=most)
    neat = made.map(lambda text: "\n".join(line.strip() for line in text.split("\n")).strip())
    return neat.filter(lambda text: bool(plain(text)))


POINTS = st.integers(1, 4_000).map(lambda cents: Decimal(cents) / 100)
PICTURES = {hashlib.sha256(content).hexdigest(): content for content in (b"\x89PNG\r\n\x1a\n chart", b"\xff\xd8\xff photograph")}
"""What files carry along; readers take pictures as they are, the bank makes them anew."""
NUMBERS = st.decimals(-1000, 1000, places=2, allow_nan=False, allow_infinity=False)


@st.composite
def blanks(draw: st.DrawFn) -> Blank:
    """The key of one blank: texts, or numbers with one tolerance."""
    near = draw(st.none() | st.decimals(0, 5, places=2))
    words = draw(st.lists(NUMBERS.map(str) if near is not None else texts(10, lines=False), min_size=1, max_size=3, unique=True))
    shares = [Decimal(1), *draw(st.lists(st.sampled_from(["1", "0.5", "0.25"]), min_size=2, max_size=2))]
    accepted = tuple(Accepted(word, Decimal(share), near) for word, share in zip(words, shares, strict=False))
    return Blank(accepted, ignores_case=draw(st.booleans()))


def options(least: int, most: int, right: int) -> st.SearchStrategy[tuple[OptionDraft, ...]]:
    """Options of which `right` are right."""
    words = st.lists(texts(12), min_size=least, max_size=most, unique_by=plain)
    return words.flatmap(
        lambda said: st.permutations(range(len(said))).map(
            lambda order: tuple(OptionDraft(text, order[at] < right) for at, text in enumerate(said))
        )
    )


@st.composite
def beside(draw: st.DrawFn) -> dict[str, Any]:
    """A picture, a table, a lecture second that teaches it, or none of them."""
    name = draw(st.none() | st.sampled_from(sorted(PICTURES)))
    wide = draw(st.integers(0, 3))
    cells = st.text(SIGNS.filter(lambda sign: sign != "\n"), max_size=6).map(lambda text: " ".join(text.split()))
    rows = draw(st.lists(st.lists(cells, min_size=wide, max_size=wide).map(tuple), max_size=3)) if wide else []
    table = tuple(row for row in rows if any(row))
    place = draw(st.none() | st.builds(Place, st.sampled_from(["lingdao-goutong", "K-01"]), st.integers(1, 20), st.integers(0, 7_300)))
    return {"place": place, "picture": Picture(name, draw(texts(12, lines=False)).replace("  ", " ")) if name else None, "table": table}


@st.composite
def drafts(draw: st.DrawFn, kinds: tuple[Kind, ...] = tuple(Kind)) -> QuestionDraft:
    """A question of one of these kinds."""
    kind = draw(st.sampled_from(kinds))
    about: dict[str, Any] = {
        "stem": draw(texts()), "points": draw(POINTS), "explanation": draw(st.just("") | texts()),
        "topic": draw(st.just("") | texts(8, lines=False)),
        "difficulty": draw(st.integers(1, 5)), "source": draw(st.just("") | texts(8, lines=False)),
        "competencies": tuple(draw(st.lists(st.sampled_from(["法治思维", "调查研究", "群众工作"]), max_size=2, unique=True))),
    }  # fmt: skip
    if len(kinds) == len(Kind):  # a part of a case has neither
        about |= draw(beside())
    if kind is Kind.JUDGE:
        return QuestionDraft(kind, options=judge_options(draw(st.booleans())), **about)
    if kind is Kind.BLANK:
        partial = draw(st.sampled_from([PartialCredit.SHARE, PartialCredit.NONE]))
        marked = gap_count(QuestionDraft(kind, stem=about["stem"], table=about.get("table", ())))
        assume(marked <= 3)
        count = {"min_size": marked or 1, "max_size": marked or 3}
        return QuestionDraft(kind, blanks=tuple(draw(st.lists(blanks(), **count))), partial=partial, **about)
    if kind is Kind.SHORT:
        rubric = tuple(Criterion(text, Decimal(2)) for text in draw(st.lists(texts(8, lines=False), max_size=2)))
        about["points"] = Decimal(2 * len(rubric)) if rubric else about["points"]
        return QuestionDraft(
            kind,
            rubric=rubric,
            sample=draw(st.just("") | texts().filter(lambda text: not is_key(text))),
            longest=draw(st.sampled_from([LONGEST_TEXT, 800])),
            **about,
        )
    if kind is Kind.CASE:
        parts = draw(st.lists(drafts(tuple(one for one in Kind if one is not Kind.CASE)), min_size=1, max_size=2))
        about["points"] = sum((one.points for one in parts), Decimal(0))
        return QuestionDraft(kind, parts=tuple(parts), **about)
    kept = draw(st.booleans())
    if kind is Kind.SINGLE:
        return QuestionDraft(kind, options=draw(options(2, 4, 1)), keeps_order=kept, **about)
    partial = draw(st.sampled_from(PartialCredit))
    return QuestionDraft(kind, options=draw(options(3, 5, draw(st.integers(2, 3)))), partial=partial, keeps_order=kept, **about)
