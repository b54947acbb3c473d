"""What the outside may hold the ledger to: signed heads, inclusion paths, consistency paths (interfaces.md §4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.ledger.models import LedgerEntry, LedgerHead, LedgerSeal, LedgerSpan
from app.ledger.queries.tiles import Tiles
from app.ledger.rules import tree


class NotSealedYet(Conflict):
    """The line is posted and chained, but no seal covers it yet."""

    code, text = "not_sealed_yet", _l("This line is not sealed yet; the next seal will cover it.")


class NoSuchSize(Invalid):
    """A size that the tree has not, or that does not hold what is asked for."""

    code, text = "no_such_tree_size", _l("The sealed tree has no such size.")


@dataclass(frozen=True)
class Proof:
    """That a line is leaf `index` of the tree of the first `size` lines."""

    leaf_hash: bytes
    index: int
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class ChainEnd:
    """The last line of one person's chain, whose hash commits to all before it, and how far the seals reach."""

    seq: int
    hash: str
    sealed_seq: int


def chain_end(work: Work, person_id: int) -> tuple[ChainEnd | None, LedgerSeal | None]:
    """Where a person's chain ends, and the newest signed head of the whole ledger; nothing before its first line. One statement."""
    newest = select(func.max(LedgerSeal.size)).scalar_subquery()
    mine = select(LedgerHead, LedgerSeal).outerjoin(LedgerSeal, LedgerSeal.size == newest).where(LedgerHead.person_id == person_id)
    found = work.session.execute(mine).first()
    if found is None or not found[0].seq:
        return None, None
    return ChainEnd(found[0].seq, found[0].hash.hex(), found[0].sealed_seq), found[1]


def head(work: Work) -> LedgerSeal | None:
    """The newest signed head, or None before the first seal."""
    return work.session.scalar(select(LedgerSeal).order_by(LedgerSeal.size.desc()).limit(1))


def index_of(work: Work, person_id: int, seq: int) -> int | None:
    """The place of a line among all leaves, or None while it is not sealed."""
    statement = (
        select(LedgerSpan)
        .where(LedgerSpan.person_id == person_id, LedgerSpan.first_seq <= seq)
        .order_by(LedgerSpan.first_seq.desc())
        .limit(1)
    )
    span = work.session.scalar(statement)
    return span.first_index + seq - span.first_seq if span is not None and seq <= span.last_seq else None


def indexes_of(work: Work, person_id: int, seqs: Iterable[int]) -> dict[int, int]:
    """The places of several lines of one person among all leaves; those not sealed yet are left out."""
    wanted = sorted(seqs)
    if not wanted:
        return {}
    near = (LedgerSpan.person_id == person_id, LedgerSpan.first_seq <= wanted[-1], LedgerSpan.last_seq >= wanted[0])
    spans = work.session.execute(select(LedgerSpan.first_seq, LedgerSpan.last_seq, LedgerSpan.first_index).where(*near)).all()
    return {seq: index + seq - first for first, last, index in spans for seq in wanted if first <= seq <= last}


def inclusion(work: Work, person_id: int, seq: int, size: int | None = None) -> Proof:
    """The proof of one line in the tree of `size` (the newest without it)."""
    leaf_hash = work.session.scalar(select(LedgerEntry.hash).where(LedgerEntry.person_id == person_id, LedgerEntry.seq == seq))
    if leaf_hash is None:
        raise NotFound()
    index = index_of(work, person_id, seq)
    if index is None:
        raise NotSealedYet()
    sealed = sealed_size(work)
    size = sealed if size is None else size
    if not index < size <= sealed:
        raise NoSuchSize(field="size", size=size, sealed=sealed)
    return Proof(leaf_hash, index, size, tuple(tree.inclusion_path(index, size, Tiles(work.session).subtree)))


def consistency(work: Work, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the tree of `old` lines is the beginning of the tree of `new` (INV-I14)."""
    sealed = sealed_size(work)
    if not 0 <= old <= new <= sealed:
        raise NoSuchSize(field="from" if old > new else "to", sealed=sealed)
    return tuple(tree.consistency_path(old, new, Tiles(work.session).subtree))


def sealed_size(work: Work) -> int:
    """How many lines are sealed."""
    return work.session.scalar(select(func.max(LedgerSeal.size))) or 0
