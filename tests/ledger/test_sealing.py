"""Sealing, signed heads and proofs, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.kernel.errors import NotFound
from app.kernel.work import Actor
from app.ledger import queries
from app.ledger import service as ledger
from app.ledger.jobs import seal_all
from app.ledger.models import LedgerEntry, LedgerHead, LedgerSeal, LedgerSpan, LedgerTile
from app.ledger.queries.tiles import Tiles
from app.ledger.rules import tree
from app.ledger.rules.head import head_bytes
from app.ledger.service import keys, sealing
from tests import make
from tests.ledger.build import history, line, people


def naive_root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return tree.node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


def sealed_hashes(work):
    """The leaves in the order of the tree, by the spans alone."""
    statement = (
        select(LedgerEntry.hash)
        .join(LedgerSpan, LedgerSpan.person_id == LedgerEntry.person_id)
        .where(LedgerEntry.seq >= LedgerSpan.first_seq, LedgerEntry.seq <= LedgerSpan.last_seq)
        .order_by(LedgerSpan.first_index, LedgerEntry.seq)
    )
    return list(work.session.scalars(statement))


def test_nothing_is_sealed_when_nothing_waits(work_as):
    with work_as() as work:
        assert ledger.seal(work) is None
        assert queries.head(work) is None


def test_the_root_is_that_of_all_lines_and_is_signed(work_as, college):
    with work_as() as work:
        history(work, people(work, 5))
    with work_as() as work:
        done = ledger.seal(work)
    with work_as(write=False) as work:
        head = queries.head(work)
        hashes = sealed_hashes(work)
        assert done.size == done.lines == head.size == len(hashes) == 5 * 4 + 2
        assert head.root == naive_root(hashes)
        public = keys.public_keys(college.settings)
        message = head_bytes(head.size, head.root, head.signed_at, head.key_id)
        assert keys.signed_by(public[head.key_id], head.signature, message)
        assert not keys.signed_by(public[head.key_id], head.signature, message + b" ")
        assert not keys.signed_by(bytes(32), head.signature, message)


def test_sealing_goes_on_where_it_stopped_over_the_edges_of_tiles(work_as):
    """Batches of any size give the tree of all lines: 256 leaves a tile are passed several times."""
    with work_as() as work:
        persons = people(work, 9)
    n = 0
    for count in (1, 40, 7, 30, 9):
        with work_as() as work:
            ledger.append_many(work, [line(person.id, n + i) for person in persons for i in range(count)])
        n += count
        with work_as() as work:
            ledger.seal(work)
    with work_as(write=False) as work:
        hashes = sealed_hashes(work)
        heads = list(work.session.scalars(select(LedgerSeal).order_by(LedgerSeal.size)))
        assert [head.size for head in heads] == [9, 369, 432, 702, 783]
        assert [head.previous_size for head in heads] == [0, 9, 369, 432, 702]
        assert [head.root for head in heads] == [naive_root(hashes[: head.size]) for head in heads]
        assert work.session.scalars(select(LedgerTile.height).order_by(LedgerTile.height, LedgerTile.position)).all() == [0, 0, 0, 0, 1]


def test_a_batch_takes_some_people_and_the_next_the_rest(work_as):
    with work_as() as work:
        history(work, people(work, 5), lines_each=2)
    sizes = []
    for _ in range(4):
        with work_as() as work:
            done = sealing.seal(work, people_a_batch=2)
            sizes.append(done.size if done else None)
    assert sizes[-1] is None
    assert len([size for size in sizes if size]) == 3


def test_every_sealed_line_has_its_proof_and_a_line_has_none_before(work_as):
    """INV-I14: every line has an inclusion proof, in every later tree."""
    with work_as() as work:
        persons = people(work, 4)
        history(work, persons)
    with work_as() as work:
        ledger.seal(work)
    with work_as() as work:
        late = ledger.append(work, line(persons[0].id, 99))
        with pytest.raises(queries.NotSealedYet):
            queries.inclusion(work, persons[0].id, late.seq)
    with work_as() as work:
        ledger.seal(work)
    with work_as(write=False) as work:
        heads = {head.size: head.root for head in work.session.scalars(select(LedgerSeal))}
        for entry in work.session.scalars(select(LedgerEntry)):
            for size, root in heads.items():
                index = queries.index_of(work, entry.person_id, entry.seq)
                if index >= size:
                    continue
                proof = queries.inclusion(work, entry.person_id, entry.seq, size)
                assert (proof.leaf_hash, proof.index, proof.size) == (entry.hash, index, size)
                assert tree.inclusion_holds(entry.hash, index, size, proof.path, root)
        assert queries.indexes_of(work, persons[0].id, range(1, 9)) == {
            seq: queries.index_of(work, persons[0].id, seq) for seq in range(1, late.seq + 1)
        }
        assert queries.indexes_of(work, persons[0].id, []) == {}


def test_any_two_sizes_have_a_consistency_proof(work_as):
    with work_as() as work:
        history(work, people(work, 3))
    with work_as() as work:
        ledger.seal(work)
    with work_as(write=False) as work:
        hashes = sealed_hashes(work)
        size = len(hashes)
        for old in range(size + 1):
            path = queries.consistency(work, old, size)
            first = naive_root(hashes[:old]) if old else tree.EMPTY_ROOT
            assert tree.consistency_holds(old, size, first, naive_root(hashes), path)
        for old, new in ((size, size + 1), (3, 2), (-1, 2)):
            with pytest.raises(queries.NoSuchSize):
                queries.consistency(work, old, new)


def test_a_proof_of_what_is_not_there_is_refused(work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id))
    with work_as() as work:
        ledger.seal(work)
    with work_as(write=False) as work:
        with pytest.raises(NotFound):
            queries.inclusion(work, person.id, 2)
        for size in (0, 2):
            with pytest.raises(queries.NoSuchSize):
                queries.inclusion(work, person.id, 1, size)
        with pytest.raises(KeyError):
            Tiles(work.session).subtree(5, 0)


def test_a_head_is_never_signed_before_the_one_it_follows(work_as, clock):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id, 1))
    with work_as() as work:
        ledger.seal(work)
    clock.at -= timedelta(days=1)
    with work_as() as work:
        ledger.append(work, line(person.id, 2))
        ledger.seal(work)
    with work_as(write=False) as work:
        first, second = work.session.scalars(select(LedgerSeal).order_by(LedgerSeal.size))
        assert first.signed_at == second.signed_at


def test_the_job_seals_all_and_again_nothing(college, work_as):
    with work_as() as work:
        history(work, people(work, 3))
    seal_all(college)
    seal_all(college)
    with work_as(write=False) as work:
        assert queries.sealed_size(work) == 13
        assert work.session.scalars(select(LedgerSeal)).all().__len__() == 1


def test_heads_are_kept_outside_the_database_only_when_they_stand(college, work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id))
    with pytest.raises(RuntimeError), work_as() as work:
        ledger.seal(work)
        raise RuntimeError("the seal fails")
    assert not sealing.heads_file(college.settings).exists()
    seal_all(college)
    assert sealing.heads_file(college.settings).read_text().count("\n") == 1


def test_a_chain_with_missing_lines_is_not_sealed_over(work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id))
        work.session.execute(text("UPDATE ledger_head SET seq = 2"))
    with pytest.raises(ledger.BrokenChain, match=f"person {person.id}"), work_as(Actor.system("sealer")) as work:
        ledger.seal(work)


def test_the_key_lies_outside_the_database_for_our_eyes_only(college, work_as):
    first = keys.signing_key(college.settings)
    assert keys.signing_key(college.settings).id == first.id
    path = keys.folder(college.settings) / keys.CURRENT
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.public_keys(college.settings) == {first.id: first.private.public_key().public_bytes_raw()}


def test_a_new_key_signs_and_the_old_one_still_verifies(college, work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id, 1))
        ledger.seal(work)
    old = keys.signing_key(college.settings)
    new = keys.rotate(college.settings)
    with work_as() as work:
        ledger.append(work, line(person.id, 2))
        ledger.seal(work)
        assert [head.key_id for head in work.session.scalars(select(LedgerSeal).order_by(LedgerSeal.size))] == [old.id, new.id]
    assert set(keys.public_keys(college.settings)) == {old.id, new.id}
    (keys.folder(college.settings) / "ledger-0123456789abcdef.pub").write_bytes(bytes(32))
    assert set(keys.public_keys(college.settings)) == {old.id, new.id}


def test_posting_marks_the_chain_unsealed_again(work_as):
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id, 1))
        ledger.seal(work)
        head = work.session.get(LedgerHead, person.id)
        assert (head.seq, head.sealed_seq) == (1, 1)
        ledger.append(work, line(person.id, 2))
        assert (head.seq, head.sealed_seq) == (2, 1)
