"""The trees' port: what was sealed is found, proved and never changed, and of two who grow a tree one does."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from infra.database.interface import Role
from infra.database.scope import scope
from infra.tlog.merkle import verify_consistency, verify_inclusion
from infra.tlog.tiles import GrowingTree, Tile, root_of
from infra.trees.interface import HEADS, HeadEntry, NotSealed, Quorum, TreeChanged, TreeId
from tests.support.postgres import TestDatabase
from tests.support.trees import ORIGIN, TREE, grow, keeping, leaves, reading, signer, witness

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
NATIONAL = TreeId(1, 1, HEADS)
READERS = (Role.GATEWAY, Role.PUBLIC, Role.AUDITOR, Role.SEALER)


@pytest.mark.parametrize("role", READERS)
async def test_heads_tiles_and_proofs_come_back(database: TestDatabase, role: Role) -> None:
    sizes, growing = (3, 256, 700), GrowingTree()
    async with keeping(database) as keeper, reading(database, role) as trees:
        heads = [await grow(keeper, growing, leaves(size - growing.size, growing.size)) for size in sizes]

        assert await trees.newest(TREE) == heads[-1]
        assert await trees.at_least(TREE, 4) == heads[1]
        assert await trees.at_least(TREE, 701) is None
        assert await trees.heads(TREE, 3, 10) == heads[1:]
        assert [one.root for one in heads] == [root_of(leaves(size)) for size in sizes]
        assert all(one.cosigned.signed_by([signer().verifier]) and one.checkpoint.size == one.size for one in heads)
        ((only),) = await trees.trees(2)
        assert (only.tree, only.origin, only.size) == (TREE, ORIGIN, 700)
        assert (await trees.tiles(TREE, [Tile(0, 2), Tile(9, 9)])) == {Tile(0, 2): b"".join(leaves(188, 512))}
        for head in heads:
            for index in (0, head.size // 2, head.size - 1):
                proof = await trees.prove_inclusion(TREE, index, head.size)
                assert verify_inclusion(leaves(1, index)[0], index, head.size, proof, head.root)
            proof = await trees.prove_consistency(TREE, 3, head.size)
            assert verify_consistency(3, head.size, heads[0].root, head.root, proof)


async def test_what_is_not_sealed_is_not_proved(database: TestDatabase) -> None:
    async with keeping(database) as keeper, reading(database) as trees:
        await grow(keeper, GrowingTree(), leaves(5))
        for index, size in ((5, 5), (0, 6), (0, 512), (-1, 5)):
            with pytest.raises(NotSealed):
                await trees.prove_inclusion(TREE, index, size)
        for old, new in ((5, 6), (6, 5), (2, 300)):
            with pytest.raises(NotSealed):
                await trees.prove_consistency(TREE, old, new)
        with pytest.raises(NotSealed):
            await trees.prove_inclusion(TreeId(3), 0, 1)


async def test_a_tree_of_another_size_or_name_is_not_grown(database: TestDatabase) -> None:
    async with keeping(database) as keeper:
        await grow(keeper, GrowingTree(), leaves(5))
        for origin, size in ((ORIGIN, 0), (ORIGIN, 4), (ORIGIN, 6), ("pakt.other/tenant-2/1", 5)):
            with pytest.raises(TreeChanged):
                async with keeper.growing(TREE, origin, size):
                    pass


async def test_of_many_growers_one_grows(database: TestDatabase) -> None:
    async def attempt() -> bool:
        try:
            await grow(keeper, GrowingTree(), leaves(100))
        except TreeChanged:
            return False
        return True

    async with keeping(database) as keeper, reading(database) as trees:
        assert sorted(await asyncio.gather(*(attempt() for _ in range(8)))) == [False] * 7 + [True]
        assert len(await trees.heads(TREE, 0, 10)) == 1


async def test_what_fails_leaves_nothing(database: TestDatabase) -> None:
    async def attempt() -> None:
        async with keeper.growing(TREE, ORIGIN, 0) as growth:
            await growth.append(GrowingTree().extend(leaves(5)), 5)
            raise ZeroDivisionError

    async with keeping(database) as keeper, reading(database) as trees:
        with pytest.raises(ZeroDivisionError):
            await attempt()
        assert await trees.trees(2) == []
        assert await trees.tiles(TREE, [Tile(0, 0)]) == {}


async def test_a_quorum_counts_witnesses_that_are_known(database: TestDatabase) -> None:
    known = tuple(witness(name).verifier for name in ("a.example", "b.example"))
    growing = GrowingTree()
    async with keeping(database) as keeper, reading(database) as trees:
        old, new = [await grow(keeper, growing, leaves(2, growing.size)) for _ in range(2)]
        for head, names in ((old, ("a.example", "b.example")), (new, ("a.example", "c.example"))):
            for name in names:
                line = str(witness(name).sign(head.checkpoint.text, 1_700_000_000))
                for _ in range(2):
                    await keeper.cosign(head, witness(name).verifier, line, AT)

        found = await trees.newest(TREE, Quorum(2, known))
        assert found is not None
        assert found.size == old.size
        assert set(found.cosigned.signed_by([*known, signer().verifier])) == {*known, signer().verifier}
        newest = await trees.newest(TREE, Quorum(1, known))
        assert newest is not None
        assert (newest.size, len(newest.lines)) == (new.size, 2)
        assert await trees.newest(TREE, Quorum(3, known)) is None
        assert await trees.at_least(TREE, 3, Quorum(2, known)) is None


async def test_the_heads_tree_finds_its_entries_again(database: TestDatabase) -> None:
    growing = GrowingTree()
    async with keeping(database) as keeper, reading(database) as trees:
        heads = [await grow(keeper, growing, leaves(2, growing.size)) for _ in range(3)]
        assert await keeper.last_entered(NATIONAL, TREE) == 0
        entered = [HeadEntry(n, TREE, head.size, head.checkpoint.text) for n, head in enumerate(heads[:2])]
        async with keeper.growing(NATIONAL, "pakt.example/heads/1", 0) as growth:
            await growth.append(GrowingTree().extend(leaves(2)), 2)
            await growth.enter(entered)

        assert await keeper.last_entered(NATIONAL, TREE) == 4
        assert await trees.entries(NATIONAL, 0, 9) == entered
        assert await trees.find_entry(NATIONAL, heads[1]) == entered[1]
        assert await trees.find_entry(NATIONAL, heads[2]) is None
        with pytest.raises(TreeChanged):
            async with keeper.growing(NATIONAL, "pakt.example/heads/1", 2) as growth:
                await growth.enter(entered[:1])


async def test_what_is_published_is_remembered_and_only_grows(database: TestDatabase) -> None:
    async with keeping(database) as keeper, reading(database) as trees:
        await grow(keeper, GrowingTree(), leaves(5))
        for size in (5, 3):
            await keeper.published(TREE, size)
        assert [one.published for one in await trees.trees(2)] == [5]


REWRITES = (
    "UPDATE es.tree_head SET root = sha256('x')",
    "DELETE FROM es.tree_head",
    "UPDATE es.tree SET size = size - 1",
    "UPDATE es.tree SET origin = 'other'",
    "DELETE FROM es.tree",
    "UPDATE es.tile SET hashes = sha256('x')",
    "UPDATE es.tile SET hashes = substring(hashes FROM 1 FOR 32)",
    "DELETE FROM es.tile",
    "UPDATE es.cosignature SET line = 'x'",
    "DELETE FROM es.head_entry",
    *(f"TRUNCATE es.{table} CASCADE" for table in ("tree", "tile", "tree_head", "cosignature", "head_entry")),
)


@pytest.mark.parametrize("statement", REWRITES)
async def test_even_an_owner_is_refused_a_rewrite(database: TestDatabase, statement: str) -> None:
    async with keeping(database) as keeper:
        head = await grow(keeper, GrowingTree(), leaves(5))
        await keeper.cosign(head, witness("a").verifier, "line", AT)
        async with keeper.growing(NATIONAL, "pakt.example/heads/1", 0) as growth:
            await growth.append(GrowingTree().extend(leaves(1)), 1)
            await growth.enter([HeadEntry(0, TREE, 5, head.checkpoint.text)])
    async with database.connect() as connection:
        with pytest.raises(asyncpg.PostgresError) as refused:
            await connection.execute(statement)
    assert refused.value.sqlstate == "PK002"


@pytest.mark.parametrize("role", READERS)
async def test_another_tenants_trees_are_not_seen(database: TestDatabase, role: Role) -> None:
    async with keeping(database) as keeper:
        head = await grow(keeper, GrowingTree(), leaves(5))
        await keeper.cosign(head, witness("a").verifier, "line", AT)
    async with database.connect(role) as connection, scope(connection, tenant=3):
        for table in ("tree", "tile", "tree_head", "cosignature", "head_entry"):
            assert await connection.fetchval(f"SELECT count(*) FROM es.{table}") == 0


async def test_the_sealer_writes_its_own_tables_for_its_own_tenant_only(database: TestDatabase) -> None:
    async with database.connect(Role.SEALER) as connection:
        with pytest.raises(asyncpg.PostgresError):
            async with scope(connection, tenant=2):
                await connection.execute(
                    "INSERT INTO es.tree (tenant_id, kind, epoch, origin) VALUES (3, 'events', 1, 'x')"
                )
        granted = await connection.fetch(
            "SELECT table_name FROM information_schema.role_table_grants"
            " WHERE grantee = 'pakt_sealer' AND privilege_type <> 'SELECT'"
        )
        assert {row[0] for row in granted} == {"tree", "tile", "tree_head", "cosignature", "head_entry"}
        columns = await connection.fetch(
            "SELECT table_name, column_name FROM information_schema.column_privileges"
            " WHERE grantee = 'pakt_sealer' AND privilege_type = 'UPDATE'"
        )
        assert {tuple(row) for row in columns} == {("tree", "size"), ("tree", "published"), ("tile", "hashes")}
