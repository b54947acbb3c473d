"""The Merkle tree against a naive reading of RFC 6962, and its proofs against every small forgery."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.rules import tree


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(b"\x00" + str(i).encode()).digest() for i in range(count)]


def naive(hashes: list[bytes]) -> bytes:
    """MTH as the RFC writes it, recursion and all."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(hashes[:k]) + naive(hashes[k:])).digest()


def naive_path(m: int, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m < k:
        return [*naive_path(m, hashes[:k]), naive(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive(hashes[:k])]


def naive_proof(m: int, hashes: list[bytes], whole: bool = True) -> list[bytes]:
    n = len(hashes)
    if m == n:
        return [] if whole else [naive(hashes)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*naive_proof(m, hashes[:k], whole), naive(hashes[k:])]
    return [*naive_proof(m - k, hashes[k:], False), naive(hashes[:k])]


def subtree_of(hashes: list[bytes]) -> tree.Subtree:
    return lambda level, i: tree.fold(hashes[i << level : (i + 1) << level])


def test_known_roots_of_the_certificate_transparency_test_vectors():
    """The vectors that every RFC 6962 implementation carries."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    growing = tree.Range()
    for text, expected in zip(inputs, roots, strict=True):
        growing.add(hashlib.sha256(b"\x00" + bytes.fromhex(text)).digest())
        assert growing.root().hex() == expected


def peaks_of(size: int) -> list[tuple[int, int]]:
    """(level, i) of the complete subtrees that cover the first `size` leaves, greatest first."""
    found, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


@given(st.integers(0, 300))
def test_range_and_subtrees_agree_with_the_naive_tree(size):
    hashes = leaves(size)
    growing = tree.Range()
    for one in hashes:
        growing.add(one)
    assert growing.root() == tree.root(size, subtree_of(hashes)) == naive(hashes)
    resumed = tree.Range(size, [subtree_of(hashes)(level, i) for level, i in peaks_of(size)])
    assert resumed.root() == naive(hashes)


def test_a_range_refuses_a_wrong_number_of_peaks():
    with pytest.raises(ValueError, match="peaks"):
        tree.Range(3, [b"x"])


@given(st.data())
def test_inclusion_paths_are_the_naive_ones_and_hold(data):
    size = data.draw(st.integers(1, 200))
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    path = tree.inclusion_path(index, size, subtree_of(hashes))
    assert path == naive_path(index, hashes)
    assert tree.inclusion_holds(hashes[index], index, size, path, naive(hashes))


@given(st.data())
def test_consistency_paths_are_the_naive_ones_and_hold(data):
    new = data.draw(st.integers(0, 200))
    old = data.draw(st.integers(0, new))
    hashes = leaves(new)
    path = tree.consistency_path(old, new, subtree_of(hashes))
    assert path == (naive_proof(old, hashes) if old else [])
    assert tree.consistency_holds(old, new, naive(hashes[:old]), naive(hashes), path)


@given(st.data())
def test_no_other_leaf_index_size_root_or_path_passes(data):
    """The negative control: every single change of a true inclusion proof is refused."""
    size = data.draw(st.integers(2, 64))
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    path = tree.inclusion_path(index, size, subtree_of(hashes))
    good = naive(hashes)
    assert not tree.inclusion_holds(hashes[(index + 1) % size], index, size, path, good)
    assert not tree.inclusion_holds(hashes[index], index, size, path, hashlib.sha256(good).digest())
    assert not tree.inclusion_holds(hashes[index], index, size, path[:-1], good)
    assert not tree.inclusion_holds(hashes[index], index, size, [*path, good], good)
    assert not tree.inclusion_holds(hashes[index], size, size, path, good)
    assert not tree.inclusion_holds(hashes[index], -1, size, path, good)
    place = data.draw(st.integers(0, len(path) - 1))
    bent = [*path[:place], bytes([path[place][0] ^ 1]) + path[place][1:], *path[place + 1 :]]
    assert not tree.inclusion_holds(hashes[index], index, size, bent, good)


@given(st.data())
def test_a_rewritten_history_has_no_consistency_proof(data):
    """INV-I14: when one of the first leaves changes, the honest path no longer leads from the old root."""
    new = data.draw(st.integers(2, 64))
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    before = leaves(new)
    after = [*before]
    after[changed] = hashlib.sha256(before[changed]).digest()
    path = tree.consistency_path(old, new, subtree_of(after))
    assert not tree.consistency_holds(old, new, naive(before[:old]), naive(after), path)
    honest = tree.consistency_path(old, new, subtree_of(before))
    assert not tree.consistency_holds(old, new, naive(before[:old]), naive(after), honest)


def test_malformed_consistency_claims_are_false():
    hashes = leaves(8)
    full, half = naive(hashes), naive(hashes[:4])
    path = tree.consistency_path(4, 8, subtree_of(hashes))
    assert not tree.consistency_holds(5, 4, half, full, path)
    assert not tree.consistency_holds(3, 8, half, full, [])
    assert not tree.consistency_holds(4, 8, half, full, [])
    assert not tree.consistency_holds(4, 8, half, full, [*path, full])
    assert not tree.consistency_holds(0, 8, half, full, [])
    assert not tree.consistency_holds(8, 8, half, full, [])
    assert tree.consistency_holds(0, 8, tree.EMPTY_ROOT, full, [])


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_path_to_a_leaf_that_is_not_there_is_refused(index, size):
    with pytest.raises(ValueError, match="no such leaf"):
        tree.inclusion_path(index, size, subtree_of(leaves(max(size, 1))))


@pytest.mark.parametrize(("old", "new"), [(-1, 4), (5, 4)])
def test_a_tree_that_shrinks_has_no_proof(old, new):
    with pytest.raises(ValueError, match="never shrinks"):
        tree.consistency_path(old, new, subtree_of(leaves(8)))
