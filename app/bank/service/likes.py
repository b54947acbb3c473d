"""What says the same as a question: equal words, or nearly so (rules/likeness.py). Retired questions do not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select

from app.bank.models import Band, Card, CardState, Question, QuestionVersion
from app.bank.queries.lists import visible
from app.bank.rules import likeness
from app.bank.rules.drafts import QuestionDraft
from app.kernel import bulk
from app.kernel.work import Work

MOST = 20
"""Questions that share a band and are compared exactly, for one question; of very common wording more are not looked at."""
CHUNK = 300


@dataclass(frozen=True)
class Alike:
    """A question that says the same; `stem` is empty where the actor may not see it."""

    uid: UUID
    stem: str
    state: str
    percent: int


def fingerprint(draft: QuestionDraft) -> str:
    """Equal for questions that say the same."""
    texts = [one.text for one in draft.options] if draft.kind.value != "judge" else []
    return likeness.fingerprint(draft.stem, [*texts, *(part.stem for part in draft.parts)])


def remember(work: Work, question_id: int, stem: str) -> None:
    """Keep the bands of a stem."""
    work.session.execute(delete(Band).where(Band.question_id == question_id))
    bulk.put(work.session, Band.__table__, [{"band": band, "question_id": question_id} for band in likeness.bands(stem)])


def alike(work: Work, draft: QuestionDraft, besides: int | None = None) -> list[Alike]:
    """Questions that say the same as this one, the most alike first."""
    found = alike_many(work, [draft], besides)[0]
    if not found:
        return []
    rows = work.session.execute(
        select(Question.id, Question.uid, QuestionVersion.stem, Card.state, visible(work))
        .join(Card, Card.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(Question.id.in_(list(found)))
    )
    shown = [Alike(uid, stem if may_see else "", state, found[number]) for number, uid, stem, state, may_see in rows]
    return sorted(shown, key=lambda one: -one.percent)


def alike_many(work: Work, drafts: Sequence[QuestionDraft], besides: int | None = None) -> list[dict[int, int]]:
    """For each draft the questions that say the same, with the per cent of their stems in common (100: equal).

    Where equal ones are found, nearly equal ones are not looked for.
    """
    found: list[dict[int, int]] = []
    pieces: dict[int, frozenset[str]] = {}
    for start in range(0, len(drafts), CHUNK):
        found += _chunk(work, drafts[start : start + CHUNK], besides, pieces)
    return found


def _chunk(work: Work, drafts: Sequence[QuestionDraft], besides: int | None, pieces: dict[int, frozenset[str]]) -> list[dict[int, int]]:
    prints = [fingerprint(one) for one in drafts]
    live = Card.state != CardState.RETIRED
    if besides is not None:
        live = live & (Card.question_id != besides)
    equal: dict[str, list[int]] = defaultdict(list)
    for words, number in work.session.execute(select(Card.fingerprint, Card.question_id).where(Card.fingerprint.in_(set(prints)), live)):
        equal[words].append(number)
    bands = [likeness.bands(one.stem) if words not in equal else () for one, words in zip(drafts, prints, strict=True)]
    sharing: dict[int, list[int]] = defaultdict(list)
    wanted = {band for one in bands for band in one}
    if wanted:
        shared = select(Band.band, Band.question_id).join(Card, Card.question_id == Band.question_id).where(Band.band.in_(wanted), live)
        for band, number in work.session.execute(shared.limit(MOST * len(drafts))):
            sharing[band].append(number)
    near = [list(dict.fromkeys(number for band in one for number in sharing.get(band, ())))[:MOST] for one in bands]
    _learn(work, {number for one in near for number in one} - set(pieces), pieces)
    return [
        dict.fromkeys(equal[words], 100) if words in equal else _near(draft, numbers, pieces)
        for draft, words, numbers in zip(drafts, prints, near, strict=True)
    ]


def _learn(work: Work, numbers: set[int], pieces: dict[int, frozenset[str]]) -> None:
    """The shingles of these questions, each looked up once."""
    if numbers:
        for number, words in work.session.execute(select(Card.question_id, Card.words).where(Card.question_id.in_(numbers))):
            pieces[number] = likeness.shingles(words)


def _near(draft: QuestionDraft, numbers: Sequence[int], pieces: dict[int, frozenset[str]]) -> dict[int, int]:
    own = likeness.shingles(draft.stem)
    shares = {number: likeness.likeness(own, pieces[number]) for number in numbers}
    return {number: min(int(share * 100), 99) for number, share in shares.items() if share >= likeness.NEAR}
