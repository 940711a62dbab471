"""Two independent libraries agree: pymerkle on 200 random trees, rfc8785 on 2,000 random values.

They live in an environment of their own, made for the test and thrown away; pymerkle's licence (GPL) keeps it from being
a dependency. Part of `make qualify`: it asks a package registry, and is skipped with its reason where none is reached.
"""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from domain.kernel.canonical import canonical
from infra.tlog.merkle import consistency_parts, inclusion_parts, leaf_hash, proved, verify_consistency
from infra.tlog.tiles import GrowingTree, Tiles, root_of
from tests.support.elsewhere import asks_a_registry, environment, told

pytestmark = asks_a_registry
TREES, VALUES = 200, 2_000
ROOTS = """
import json, sys
from pymerkle import InmemoryTree
for line in sys.stdin:
    asked = json.loads(line)
    tree = InmemoryTree(algorithm="sha256")
    for entry in asked["entries"]:
        tree.append_entry(bytes.fromhex(entry))
    roots = [tree.get_root(size).hex() for size in range(1, tree.get_size() + 1)]
    path = tree.prove_inclusion(asked["index"] + 1, asked["size"]).serialize()["path"]
    print(json.dumps({"roots": roots, "path": path}))
"""
TEXTS = """
import json, sys, rfc8785
for line in sys.stdin:
    print(rfc8785.dumps(json.loads(line)).hex())
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("elsewhere"), "pymerkle==7.0.0", "rfc8785==0.1.4")


def test_pymerkle_agrees_on_roots_and_proofs(elsewhere: Path) -> None:
    chance = random.Random(20_261_126)
    asked: list[dict[str, Any]] = []
    for _ in range(TREES):
        entries = [chance.randbytes(chance.randrange(40)) for _ in range(chance.randrange(1, 300))]
        size = chance.randrange(1, len(entries) + 1)
        asked.append({"entries": [one.hex() for one in entries], "size": size, "index": chance.randrange(size)})
    for given, line in zip(asked, told(elsewhere, ROOTS, [json.dumps(one) for one in asked]), strict=True):
        theirs = json.loads(line)
        leaves = [leaf_hash(bytes.fromhex(entry)) for entry in given["entries"]]
        tiles, roots = Tiles(GrowingTree().extend(leaves)), [bytes.fromhex(root) for root in theirs["roots"]]

        assert [root_of(leaves[:n]) for n in range(1, len(leaves) + 1)] == roots
        index, size = given["index"], given["size"]
        path = proved(inclusion_parts(index, size), tiles)
        assert sorted([leaves[index].hex(), *(one.hex() for one in path)]) == sorted(theirs["path"])
        proof = proved(consistency_parts(size, len(leaves)), tiles)
        assert verify_consistency(size, len(leaves), roots[size - 1], roots[-1], proof)


def value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(5 if depth > 2 else 7)
    if kind == 0:
        return chance.choice([None, True, False])
    if kind == 1:
        return chance.randrange(-(2**53) + 1, 2**53)
    if kind == 2:
        return chance.choice([1, -1]) * chance.random() * 10.0 ** chance.randrange(-30, 30)
    if kind in {3, 4}:
        return "".join(
            chr(chance.choice([*range(0x20), *range(0x40, 0x60), 0xEB, 0x20AC, 0xFB33, 0x1F600])) for _ in range(5)
        )
    if kind == 5:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {str(value(chance, 9)): value(chance, depth + 1) for _ in range(chance.randrange(4))}


def test_rfc8785_agrees_on_canonical_texts(elsewhere: Path) -> None:
    chance = random.Random(8_785)
    values = [value(chance) for _ in range(VALUES)]
    theirs = told(elsewhere, TEXTS, [json.dumps(one) for one in values])

    assert [canonical(one).hex() for one in values] == theirs
