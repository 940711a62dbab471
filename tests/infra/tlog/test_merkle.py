"""Roots and proofs against the vectors of two public logs, against the definition, and against every tampering."""

import base64
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.tlog import merkle
from infra.tlog.merkle import EMPTY_ROOT, leaf_hash
from infra.tlog.tiles import GrowingTree, Tile, Tiles, edge_of, path_of, root_of, tile_at, tiles_of, width
from tests.support.running import SHARED

VECTORS = SHARED / "merkle"
needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="the public vectors are not beside the project")


def defined(leaves: list[bytes]) -> bytes:
    """MTH as RFC 9162 writes it down."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % n) for n in range(count)]


def grown(leaves: list[bytes], steps: list[int]) -> dict[Tile, bytes]:
    tree, tiles, at = GrowingTree(), {}, 0
    for step in steps:
        tree = GrowingTree(tree.size, {tile: tiles[tile] for tile in edge_of(tree.size)})
        tiles |= tree.extend(leaves[at : at + step])
        at += step
        assert tree.root() == defined(leaves[:at])
    return tiles


@needs_vectors
def test_the_eight_leaves() -> None:
    known = json.loads((VECTORS / "eight_leaves.json").read_text())
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in known["leaves_hex"]]

    assert known["empty_root"] == EMPTY_ROOT.hex()
    assert [leaf.hex() for leaf in leaves] == known["leaf_hashes"]
    assert {str(n): root_of(leaves[:n]).hex() for n in range(1, 9)} == known["roots_by_size"]


def cases(kind: str) -> list[Any]:
    if not VECTORS.is_dir():
        return []
    return json.loads((VECTORS / "verification_cases.json").read_text())[kind]


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


@needs_vectors
def test_the_cases_are_all_there() -> None:
    assert (len(cases("inclusion")), len(cases("consistency"))) == (49, 43)


@pytest.mark.parametrize("case", cases("inclusion"), ids=lambda case: case["case"])
def test_inclusion_cases_of_others(case: Any) -> None:
    proof = [decoded(one) for one in case["proof"] or ()]
    held = merkle.verify_inclusion(
        decoded(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, decoded(case["root"])
    )
    assert held is not case["wantErr"]


@pytest.mark.parametrize("case", cases("consistency"), ids=lambda case: case["case"])
def test_consistency_cases_of_others(case: Any) -> None:
    proof = [decoded(one) for one in case["proof"] or ()]
    held = merkle.verify_consistency(
        case["size1"], case["size2"], decoded(case["root1"]), decoded(case["root2"]), proof
    )
    assert held is not case["wantErr"]


@given(st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_a_tree_grown_in_steps_is_the_tree(steps: list[int]) -> None:
    leaves = hashes(sum(steps))
    tiles = grown(leaves, steps)

    assert root_of(leaves) == defined(leaves)
    for tile, held in tiles.items():
        assert len(held) == 32 * width(tile, len(leaves))


@given(st.data(), st.integers(1, 1_500))
def test_every_proof_holds_and_no_other(data: st.DataObject, size: int) -> None:
    leaves = hashes(size)
    tiles = Tiles(grown(leaves, [size]))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    parts = merkle.inclusion_parts(index, size)
    proof, root = merkle.proved(parts, tiles), defined(leaves)

    assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
    assert not merkle.verify_inclusion(leaf_hash(b"x"), index, size, proof, root)
    assert index == 0 or not merkle.verify_inclusion(leaves[index], index - 1, size, proof, root)
    for n in range(len(proof)):
        bent = (*proof[:n], bytes(32), *proof[n + 1 :])
        assert not merkle.verify_inclusion(leaves[index], index, size, bent, root)

    grew = merkle.proved(merkle.consistency_parts(old, size), tiles)
    assert merkle.verify_consistency(old, size, defined(leaves[:old]), root, grew)
    assert not merkle.verify_consistency(old, size, bytes(32), root, grew)
    assert not merkle.verify_consistency(old, size, defined(leaves[:old]), bytes(32), grew)
    for n in range(len(grew)):
        bent = (*grew[:n], bytes(32), *grew[n + 1 :])
        assert not merkle.verify_consistency(old, size, defined(leaves[:old]), root, bent)


def test_proofs_of_a_large_tree_need_few_tiles() -> None:
    size = 1_000_000
    for index in (0, 499_999, 999_999):
        assert len(tiles_of(merkle.nodes_of(merkle.inclusion_parts(index, size)))) <= 6


def test_proofs_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        merkle.inclusion_parts(3, 3)
    with pytest.raises(ValueError, match="grown"):
        merkle.consistency_parts(4, 3)
    assert merkle.consistency_parts(0, 3) == []
    assert merkle.verify_consistency(0, 3, EMPTY_ROOT, bytes(32), ())
    assert not merkle.verify_consistency(0, 3, bytes(32), bytes(32), ())


def test_the_edge_must_fit_the_size() -> None:
    with pytest.raises(ValueError, match="partial tiles"):
        GrowingTree(3, {Tile(0, 0): bytes(64)})
    with pytest.raises(ValueError, match="partial tiles"):
        GrowingTree(3, {Tile(0, 1): bytes(96)})


def test_the_tiles_that_the_specification_counts() -> None:
    size = 70_000
    assert [width(Tile(0, n), size) for n in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [width(Tile(1, n), size) for n in (0, 1, 2)] == [256, 17, 0]
    assert edge_of(size) == [Tile(0, 273), Tile(1, 1), Tile(2, 0)]
    assert edge_of(256) == [Tile(1, 0)]
    assert path_of(Tile(0, 1_234_067)) == "tile/0/x001/x234/067"
    assert path_of(Tile(2, 0), 1) == "tile/2/000.p/1"
    assert path_of(Tile(0, 5), entries=True) == "tile/entries/005"


@given(st.integers(0, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_a_path_names_its_tile_again_and_no_other_spelling_does(level: int, number: int, wide: int) -> None:
    path = path_of(Tile(level, number), wide)
    assert tile_at(path) == (Tile(level, number), wide)
    for other in (path.replace("tile/", "tile/0"), path + "/", path + "\n", path.replace(".p/", ".p/0"), path[1:]):
        assert other == path or tile_at(other) is None
    assert tile_at(path_of(Tile(64, number), wide)) is None
