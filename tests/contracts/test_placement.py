"""Tenants on several servers: each on one of them, written nowhere else, found by everybody."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from domain.kernel.errors import Unavailable
from infra.database.interface import MAIN_NODE, DatabaseError, NodeUnknown, Role
from infra.database.migrate import compare_schema, migrate
from infra.database.nodes import Nodes
from infra.database.scope import scope
from infra.eventstore.interface import Committed, Duplicate, TenantInactive
from infra.eventstore.postgres import Limits, PostgresEventStore
from projections.connections import Connections
from tests.support.appends import check_log, command, event
from tests.support.nodes import EAST, TestNodes, two_nodes
from tests.support.postgres import Cluster, TestDatabase

TENANTS = (1, 2, 3, 4)
_PLACE = "INSERT INTO es.placement (tenant_id, node, version) VALUES ($1, $2, 2)"
_STATE = "UPDATE es.tenant_lock SET state = $2 WHERE tenant_id = $1"


@pytest.fixture
async def nodes(
    embedded_cluster: Cluster, second_cluster: Cluster, event_types: tuple[str, ...]
) -> AsyncIterator[TestNodes]:
    """Tenants 1 and 4 at home, 2 and 3 in the east."""
    async with two_nodes(embedded_cluster, second_cluster, event_types) as made:
        await made.provision(*TENANTS)
        yield made


@pytest.fixture
async def store(nodes: TestNodes) -> AsyncIterator[PostgresEventStore]:
    postgres = PostgresEventStore(nodes, limits=Limits(moving=0.3))
    await postgres.start()
    try:
        yield postgres
    finally:
        await postgres.stop()


async def stored(of: TestDatabase) -> dict[int, int]:
    async with of.connect() as connection:
        return dict(await connection.fetch("SELECT tenant_id, count(*) FROM es.event GROUP BY 1 ORDER BY 1"))


async def test_each_log_is_on_one_node_and_everybody_finds_it(nodes: TestNodes, store: PostgresEventStore) -> None:
    assert [nodes.placement(tenant) for tenant in TENANTS] == [MAIN_NODE, EAST, EAST, MAIN_NODE]
    loose = [store.append(command(tenant=tenant)) for tenant in TENANTS for _ in range(10)]
    together = store.append_many([command(tenant=tenant) for _ in range(20) for tenant in TENANTS])

    *one_by_one, many = await asyncio.gather(*loose, together)

    assert all(isinstance(outcome, Committed) for outcome in (*one_by_one, *many))
    assert await stored(nodes.parts[MAIN_NODE]) == {1: 30, 4: 30}
    assert await stored(nodes.parts[EAST]) == {2: 30, 3: 30}
    assert {tenant: end.position for tenant, end in (await store.ends()).items()} == dict.fromkeys(TENANTS, 30)
    for tenant in TENANTS:
        check_log(await store.read_log(tenant, 0, 100))
        tail = store.subscribe(tenant, 29)
        assert (await anext(tail)).position == 30
        await tail.aclose()
    sent = command(event(uuid4()), tenant=3)
    assert (await store.append(sent), await store.append(sent)) == (Committed(31, 31), Duplicate(31, 31))
    assert await store.find_command(3, sent.command_id or uuid4()) == (31, 31)


async def test_a_node_refuses_what_is_kept_elsewhere(nodes: TestNodes, store: PostgresEventStore) -> None:
    """A process that still looks for a tenant where it was writes nothing there, and finds it."""
    async with nodes.parts[MAIN_NODE].connect() as home, nodes.parts[EAST].connect() as east:
        await store.append(command(tenant=4))
        await home.execute(_STATE, 4, b"m")
        assert await store.append(command(tenant=4)) == TenantInactive()
        async with nodes.parts[MAIN_NODE].connect(Role.GATEWAY) as gateway:
            with pytest.raises(asyncpg.PostgresError, match="another node") as refused:
                async with scope(gateway, tenant=4) as connection:
                    await connection.execute("INSERT INTO es.subject_key VALUES (4, $1, 'x')", uuid4())
        assert refused.value.sqlstate == "PK006"
        lent = Connections(nodes, Role.GATEWAY)
        with pytest.raises(Unavailable):
            async with lent.borrow(4) as gateway, scope(gateway, tenant=4) as connection:
                await connection.execute("INSERT INTO es.upload VALUES (4, 'x', $1)", uuid4())
        await lent.close()

        late = asyncio.create_task(store.append(command(tenant=4)))
        await home.execute(_STATE, 4, b"e")
        await home.execute(_PLACE, 4, EAST)
        await east.execute("INSERT INTO es.tenant_lock (tenant_id, placed) VALUES (4, 2)")

        assert await late == Committed(1, 1)  # nobody copied the one that was there
        assert await store.append_many([command(tenant=4), command(tenant=4)]) == [Committed(2, 2), Committed(3, 3)]
    assert (await stored(nodes.parts[MAIN_NODE]))[4] == 1
    assert (await stored(nodes.parts[EAST]))[4] == 3


async def test_append_only_is_where_the_tenant_is_kept(nodes: TestNodes, store: PostgresEventStore) -> None:
    await store.append(command(tenant=4))
    async with nodes.parts[MAIN_NODE].connect() as home:
        for state, role in ((b"a", "pakt_owner"), (b"m", "pakt_owner"), (b"c", "pakt_owner"), (b"e", "postgres")):
            await home.execute(_STATE, 4, state)
            with pytest.raises(asyncpg.PostgresError, match="append-only"):
                await home.execute(f"SET ROLE {role}; DELETE FROM es.event WHERE tenant_id = 4")
            await home.execute("RESET ROLE")
        await home.execute("SET ROLE pakt_owner")
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await home.execute("UPDATE es.event SET position = 9 WHERE tenant_id = 4")
        assert await home.execute("DELETE FROM es.event WHERE tenant_id = 4") == "DELETE 1"


async def test_the_nodes_of_an_installation_know_each_other(nodes: TestNodes, event_types: tuple[str, ...]) -> None:
    home, east = nodes.parts[MAIN_NODE], nodes.parts[EAST]
    with pytest.raises(NodeUnknown, match="east"):
        await compare_schema(home, event_types)
    with pytest.raises(NodeUnknown, match="PAKT_NODES"):
        await migrate(home, event_types)
    with pytest.raises(NodeUnknown):
        await Nodes(home, {"west": east}).start()
    assert not (await compare_schema(nodes, event_types)).missing

    async with east.connect() as connection:
        await connection.execute("UPDATE es.event_type SET type_id = type_id + 10 WHERE type_id = 1")
    with pytest.raises(DatabaseError, match="numbered"):
        await migrate(nodes, event_types)


async def test_a_later_type_has_one_number_everywhere(nodes: TestNodes, event_types: tuple[str, ...]) -> None:
    await migrate(nodes, (*event_types, "test.Added.v1"))

    numbers = []
    for part in nodes.parts.values():
        async with part.connect() as connection:
            numbers.append(dict(await connection.fetch("SELECT name, type_id FROM es.event_type")))
    assert numbers[0] == numbers[1] and "test.Added.v1" in numbers[0]


async def test_a_node_that_is_away_takes_nobody_with_it(nodes: TestNodes, store: PostgresEventStore) -> None:
    """Nor does the order in which nodes are told of tenants matter, nor how often."""
    await nodes.spread()
    await store.append(command(tenant=4))
    lent = Connections(nodes, Role.PROJECTOR)
    assert {row[0]: row[1] for row in await lent.everywhere("SELECT * FROM es.heads()")} == {1: 0, 2: 0, 3: 0, 4: 1}
    away = TestNodes(nodes.parts[MAIN_NODE], TestDatabase("postgresql://nobody@127.0.0.1:1/none"))
    await away.refresh()
    elsewhere = PostgresEventStore(away)
    await elsewhere.start()

    assert set(await elsewhere.ends()) == {1, 4}
    assert await elsewhere.append(command(tenant=1)) == Committed(1, 1)
    with pytest.raises(Unavailable):
        await elsewhere.append(command(tenant=2))
    half = Connections(away, Role.PROJECTOR)
    assert {row[0] for row in await half.everywhere("SELECT * FROM es.heads()")} == {1, 4}
    await elsewhere.stop()
    await lent.close()
    await half.close()
