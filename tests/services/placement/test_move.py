"""A tenant goes to another server while others write into it: nothing is lost, doubled or left between the two."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from infra.database.interface import MAIN_NODE, DatabaseError
from infra.eventstore.interface import Committed, TenantInactive
from services.placement import move
from services.placement.move import Move, MoveRefused, Step, tell_nobody
from services.placement.roots import Growth
from tests.services.placement.dying import died_at
from tests.services.placement.writing import (
    BEFORE,
    BESIDE,
    TENANT,
    WHILE_IT_MOVES,
    change,
    process,
    with_everything,
    writing,
)
from tests.support.appends import check_log, command
from tests.support.nodes import EAST, TestNodes
from tests.support.postgres import TestDatabase

WRITERS = 6


async def states(nodes: TestNodes) -> dict[str, str | None]:
    found = {}
    for name, part in nodes.parts.items():
        async with part.connect() as connection:
            sql = "SELECT state::text FROM es.tenant_lock WHERE tenant_id = $1"
            found[name] = await connection.fetchval(sql, TENANT)
    return found


async def rows(part: TestDatabase, *tables: str) -> dict[str, int]:
    async with part.connect() as connection:
        return {
            table: await connection.fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", TENANT)
            for table in tables
        }


async def test_it_goes_and_comes_back_while_several_processes_write(nodes: TestNodes) -> None:
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(process(nodes)) for _ in range(2)]
        await with_everything(stores[0], nodes.parts[MAIN_NODE])
        async with writing(stores, WRITERS) as writers:
            await asyncio.sleep(0.3)
            there = await Move(nodes, TENANT, EAST).run()
            after_that = {len(writer.acknowledged) for writer in writers}
            back = await Move(nodes, TENANT, MAIN_NODE).run(forget=True)
        log = await stores[1].read_log(TENANT, 0, 1_000_000)

    acknowledged = {key: first for writer in writers for key, first in writer.acknowledged.items()}
    check_log(log)
    assert {event.command_id: event.position for event in log}.items() >= acknowledged.items()
    assert len(log) == BEFORE + len(acknowledged) == len({one.command_id for one in log})
    assert (there.node, there.left, back.node, back.left) == (EAST, (MAIN_NODE,), MAIN_NODE, ())
    assert min(after_that) > 0 and there.events < back.events < len(log)
    waits = sorted((writer.longest for writer in writers), reverse=True)
    print(
        f"move: {BEFORE} events before, {len(acknowledged)} appends acknowledged by {WRITERS} writers, 0 lost, 0 gaps; appends were blocked "
        f"{there.blocked:.3f} s and {back.blocked:.3f} s, the longest wait of a writer was {waits[0]:.3f} s"
    )
    assert max(there.blocked, back.blocked) < 10


async def test_everything_goes_with_it_and_what_must_not_stay_is_gone(nodes: TestNodes) -> None:
    kept = ("es.event", "es.command", "es.subject_key", "es.checkpoint", "es.policy")
    home, east = nodes.parts[MAIN_NODE], nodes.parts[EAST]
    async with process(nodes) as store:
        await with_everything(store, home)
        first = await rows(home, *kept)
        moved = await Move(nodes, TENANT, EAST).run()

        assert await rows(east, *kept) == first
        assert await rows(home, *kept) == first | {"es.subject_key": 0, "es.policy": 0}  # home has all read models
        assert await states(nodes) == {MAIN_NODE: "e", EAST: "a"}
        assert moved.root == (await root(nodes, EAST, BEFORE)) == (await root(nodes, MAIN_NODE, BEFORE))
        again = await Move(nodes, TENANT, EAST).run(forget=True)
        assert (again.blocked, again.left) == (0.0, ())
        assert await rows(home, *kept) == first | {"es.event": 0, "es.command": 0, "es.subject_key": 0, "es.policy": 0}
        assert await store.append(command(tenant=TENANT)) == Committed(BEFORE + 1, BEFORE + 1)


async def test_what_changes_beside_the_log_while_it_moves_goes_with_it(nodes: TestNodes) -> None:
    """Heads and late cosignatures, keys and an erasure, work that is done: as they stand when the old node is closed."""
    stood: dict[str, dict[str, list[str]]] = {}

    async def told(now: Step) -> None:
        if now is Step.COPIED:
            await change(nodes.parts[MAIN_NODE], WHILE_IT_MOVES)
        if now is Step.COMPARED:
            stood.update({name: await texts(part) for name, part in nodes.parts.items()})

    async with process(nodes) as store:
        await with_everything(store, nodes.parts[MAIN_NODE])
        before = await texts(nodes.parts[MAIN_NODE])
        await Move(nodes, TENANT, EAST, told).run()

    assert stood[EAST] == stood[MAIN_NODE] == await texts(nodes.parts[EAST])
    assert [table for table in BESIDE if stood[EAST][table] == before[table]] == []


async def texts(part: TestDatabase) -> dict[str, list[str]]:
    """The rows of what goes with the log."""
    found = {}
    async with part.connect() as connection:
        for table in BESIDE:
            sql = f"SELECT t::text FROM {table} t WHERE tenant_id = $1 ORDER BY 1"
            found[table] = [row[0] for row in await connection.fetch(sql, TENANT)]
    return found


async def root(nodes: TestNodes, node: str, upto: int) -> str:
    growth = Growth()
    await growth.grow(nodes, node, TENANT, upto)
    return growth.root.hex()


@pytest.mark.parametrize("step", list(Step))
async def test_a_mover_that_dies_leaves_it_open_or_is_run_again(nodes: TestNodes, step: Step) -> None:
    """Until the old node is closed nothing has happened; from then on the same command brings it to its end."""
    async with process(nodes, moving=0.1) as store:
        await with_everything(store, nodes.parts[MAIN_NODE])
        await died_at(step, nodes, TENANT, EAST)
        outcome = await store.append(command(tenant=TENANT))
        waits = step in {Step.CLOSED, Step.SWITCHED}
        assert outcome == (TenantInactive() if waits else Committed(BEFORE + 1, BEFORE + 1))
        done = await Move(nodes, TENANT, EAST).run()
        extra = 0 if waits else 1
        assert (done.node, done.events) == (EAST, BEFORE + extra)
        await nodes.refresh()
        assert await store.append(command(tenant=TENANT)) == Committed(BEFORE + extra + 1, BEFORE + extra + 1)
        check_log(await store.read_log(TENANT, 0, 1_000_000))
    assert await states(nodes) == {MAIN_NODE: "e", EAST: "a"}


async def test_a_mover_that_is_not_heard_of_while_it_holds_the_institution_loses_it(
    nodes: TestNodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not dead, as a frozen machine's is not: the server lets go of what it holds, and writers go on."""
    monkeypatch.setattr(move, "HOLDS", "300ms")
    held, woken = asyncio.Event(), asyncio.Event()

    async def told(now: Step) -> None:
        if now is Step.HELD:
            held.set()
            await woken.wait()

    async with process(nodes) as store:
        await with_everything(store, nodes.parts[MAIN_NODE])
        frozen = asyncio.ensure_future(Move(nodes, TENANT, EAST, told).run())
        await held.wait()
        assert await store.append(command(tenant=TENANT)) == Committed(BEFORE + 1, BEFORE + 1)
        woken.set()
        with pytest.raises(DatabaseError, match="has gone away"):
            await frozen
        assert await states(nodes) == {MAIN_NODE: "a", EAST: "i"}
        assert await store.append(command(tenant=TENANT)) == Committed(BEFORE + 2, BEFORE + 2)
        assert (await Move(nodes, TENANT, EAST).run()).events == BEFORE + 2


async def test_a_copy_that_is_not_the_log_is_not_switched_to(nodes: TestNodes) -> None:
    async def told(now: Step) -> None:
        if now is Step.COPIED:
            async with nodes.parts[EAST].connect() as east:
                await east.execute("ALTER TABLE es.event DISABLE TRIGGER no_rewrite")
                await east.execute("UPDATE es.event SET data = 'x' WHERE tenant_id = $1 AND position = 2", TENANT)
                await east.execute("ALTER TABLE es.event ENABLE ALWAYS TRIGGER no_rewrite")

    async with process(nodes) as store:
        await with_everything(store, nodes.parts[MAIN_NODE])
        with pytest.raises(MoveRefused, match="not the log"):
            await Move(nodes, TENANT, EAST, told).run()
        assert await store.append(command(tenant=TENANT)) == Committed(BEFORE + 1, BEFORE + 1)
        with pytest.raises(MoveRefused, match="not the log"):
            await Move(nodes, TENANT, EAST).run()
        stays = await Move(nodes, TENANT, MAIN_NODE).run(forget=True)
        assert (stays.node, stays.left) == (MAIN_NODE, ())
        assert (await Move(nodes, TENANT, EAST).run()).events == BEFORE + 1


async def test_what_cannot_be_moved_is_refused_and_changes_nothing(nodes: TestNodes) -> None:
    before = await states(nodes)
    for tenant, to, why in ((1, EAST, "national"), (4, "west", "no node west"), (99, EAST, "no such institution")):
        with pytest.raises(MoveRefused, match=why):
            await Move(nodes, tenant, to).run()
    reached, go = asyncio.Event(), asyncio.Event()

    async def told(now: Step) -> None:
        if now is Step.PREPARED:
            reached.set()
            await go.wait()

    first = asyncio.ensure_future(Move(nodes, TENANT, EAST, told).run())
    await reached.wait()
    with pytest.raises(MoveRefused, match="moved already"):
        await Move(nodes, TENANT, EAST, tell_nobody).run()
    go.set()
    assert (await first).node == EAST
    assert before == {MAIN_NODE: "a", EAST: None}
