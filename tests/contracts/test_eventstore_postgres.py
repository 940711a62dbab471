"""What only a database can promise: roles, row-level security, append-only tables, overload, coming back."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from domain.kernel.errors import Overloaded, Unavailable
from infra.database.interface import Role
from infra.database.scope import scope
from infra.eventstore import columns, replay
from infra.eventstore.columns import APPEND_ONE, Columns, one_arguments
from infra.eventstore.interface import (
    Committed,
    Condition,
    Duplicate,
    StoredEvent,
    TenantInactive,
    VersionConflict,
)
from infra.eventstore.postgres import Limits, PostgresEventStore
from tests.support.appends import check_log, command, event
from tests.support.postgres import Cluster, TestDatabase

EVENT_COLUMNS = "position, stream_id, version, data"
TABLES = ("event", "event_tag", "command")


@pytest.fixture
async def database(cluster: Cluster, event_types: tuple[str, ...]) -> AsyncIterator[TestDatabase]:
    fresh = await cluster.clone()
    await fresh.register(*event_types)
    await fresh.provision(1, 2, 3)
    try:
        yield fresh
    finally:
        await cluster.drop(fresh)


@pytest.fixture
async def store(database: TestDatabase) -> AsyncIterator[PostgresEventStore]:
    postgres = PostgresEventStore(database)
    await postgres.start()
    try:
        yield postgres
    finally:
        await postgres.stop()


@pytest.fixture
async def filled(store: PostgresEventStore) -> PostgresEventStore:
    """Three events in each of tenants 1 and 2, one of them tagged."""
    for tenant in (1, 2):
        await store.append_many(
            [command(event(uuid4(), tags=("x",)), tenant=tenant), command(tenant=tenant), command(tenant=tenant)]
        )
    return store


@pytest.mark.parametrize("role", [Role.GATEWAY, Role.PROJECTOR])
async def test_a_reader_sees_one_tenant_and_fails_without_one(
    filled: PostgresEventStore, database: TestDatabase, role: Role
) -> None:
    async with database.connect(role) as connection:
        for table in TABLES:
            with pytest.raises(asyncpg.UndefinedObjectError):
                await connection.fetch(f"SELECT * FROM es.{table}")
        async with scope(connection, tenant=1):
            assert {r["tenant_id"] for r in await connection.fetch("SELECT * FROM es.event")} == {1}
            assert await connection.fetchval("SELECT count(*) FROM es.event WHERE tenant_id = 2") == 0
        for table in TABLES:  # after the first scope the setting is '' and not unset: still an error
            with pytest.raises((asyncpg.InvalidTextRepresentationError, asyncpg.UndefinedObjectError)):
                await connection.fetch(f"SELECT * FROM es.{table}")


async def test_an_auditor_sees_named_tenants_only(filled: PostgresEventStore, database: TestDatabase) -> None:
    async with database.connect(Role.AUDITOR) as connection:
        with pytest.raises(asyncpg.UndefinedObjectError):
            await connection.fetch("SELECT * FROM es.event")
        async with scope(connection, tenants=[2, 3]):
            assert {r["tenant_id"] for r in await connection.fetch("SELECT * FROM es.event")} == {2}
        async with scope(connection, tenants=[]):
            assert await connection.fetch("SELECT * FROM es.event") == []


async def test_the_public_role_reads_no_log(filled: PostgresEventStore, database: TestDatabase) -> None:
    async with database.connect(Role.PUBLIC) as connection, scope(connection, tenants=[1]):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT * FROM es.event")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT data FROM es.event",
        "SELECT meta FROM es.event",
        "SELECT pii FROM es.event",
        "SELECT type_id FROM es.event",
        "SELECT * FROM es.event",
        "SELECT e FROM es.event e",
        "COPY es.event TO STDOUT",
        "INSERT INTO es.event SELECT * FROM es.event RETURNING data",
        "UPDATE es.event SET version = 9",
        "UPDATE es.command SET last_position = 9",
        "UPDATE es.tenant_lock SET state = 'c'",
        "UPDATE es.tenant_lock SET epoch = 9",
        "DELETE FROM es.event_tag",
        "TRUNCATE es.event",
        "SET ROLE pakt_owner",
        "SET session_replication_role = replica",
        "SELECT es.provision_tenant(9, 'x', 'x', false, 'active', NULL)",
        "SELECT es.register_types('{x}')",
        "SELECT * FROM es.subject_key",
    ],
)
async def test_the_appender_can_append_and_nothing_else(
    filled: PostgresEventStore, database: TestDatabase, statement: str
) -> None:
    async with database.connect(Role.APPENDER) as connection:
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.InvalidParameterValueError)):
            await connection.execute(statement)
    assert await filled.append(command()) == Committed(4, 4)


@pytest.mark.parametrize("role", [Role.GATEWAY, Role.PROJECTOR, Role.AUDITOR, Role.PUBLIC])
async def test_no_reader_writes_or_locks_a_log(filled: PostgresEventStore, database: TestDatabase, role: Role) -> None:
    statements = [f"INSERT INTO es.{t} DEFAULT VALUES" for t in TABLES]
    statements += [f"UPDATE es.{t} SET tenant_id = 1" for t in TABLES]
    statements += [f"DELETE FROM es.{t}" for t in TABLES] + [f"TRUNCATE es.{t}" for t in TABLES]
    statements += [
        "SELECT 1 FROM es.tenant_lock FOR UPDATE",
        "SELECT es.append_one(1,NULL,NULL,0,0,'',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL)",
    ]
    async with database.connect(role) as connection:
        await connection.execute("SELECT 1")
        for statement in statements:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with scope(connection, tenant=1, tenants=[1]):
                    await connection.execute(statement)


@pytest.mark.parametrize("table", TABLES)
async def test_even_the_administrator_cannot_rewrite_history(
    filled: PostgresEventStore, database: TestDatabase, table: str
) -> None:
    async with database.connect() as connection:
        for setting in ("origin", "replica"):
            await connection.execute(f"SET session_replication_role = {setting}")
            for statement in (
                f"UPDATE es.{table} SET tenant_id = 3",
                f"DELETE FROM es.{table}",
                f"TRUNCATE es.{table}",
            ):
                with pytest.raises(asyncpg.PostgresError, match="append-only"):
                    await connection.execute(statement)
    assert await filled.head(1) == 3


async def test_appends_refuse_a_stale_snapshot(store: PostgresEventStore, database: TestDatabase) -> None:
    """Under REPEATABLE READ the head would be read as it was before the lock."""
    one = one_arguments(command(), {"test.Happened.v1": 1})
    assert one is not None
    async with database.connect(Role.APPENDER) as connection:
        for text, arguments in (
            (APPEND_ONE, one),
            (columns.APPEND, Columns({"test.Happened.v1": 1}, each=False).fill([command()]).arguments(hope=True)),
        ):
            with pytest.raises(asyncpg.PostgresError, match="READ COMMITTED"):
                async with connection.transaction(isolation="repeatable_read"):
                    await connection.execute(text, *arguments)


@pytest.mark.parametrize("each", [False, True])
async def test_both_ways_of_looking_at_the_log_decide_alike(
    store: PostgresEventStore, database: TestDatabase, each: bool
) -> None:
    """One statement over all tenants, and one statement per tenant: the second is what a distributed database needs."""
    types = {"test.Happened.v1": 1}
    stream = uuid4()
    known = command(event(stream, 1, tags=("x",)), tenant=1)
    await store.append(known)
    mixed = [
        known,
        command(event(stream, 2, tags=("y",)), tenant=1),
        command(tenant=1, conditions=(Condition("x", 0),)),
        command(tenant=1, conditions=(Condition("y", 1),)),
        command(tenant=2),
        command(event(uuid4(), 4), tenant=2),
        command(tenant=3, conditions=(Condition("x", 0),)),
        command(tenant=50),
    ]
    async with database.connect(Role.APPENDER) as connection:
        status, first, last = await connection.fetchrow(
            columns.APPEND, *_arguments(Columns(types, each=each).fill(mixed), each)
        )
        clean = [command(tenant=t) for t in (1, 1, 2, 3)]
        heads = await connection.fetchrow(columns.APPEND, *_arguments(Columns(types, each=each).fill(clean), each))

    assert status == "doccovot"
    assert list(first) == [1, 2, None, None, 1, None, 1, None]
    assert list(last) == [1, 2, None, None, 1, None, 1, None]
    assert (heads["status"], heads["first_position"]) == (None, [2, 1, 1])


def _arguments(made: Columns, each: bool) -> tuple[object, ...]:
    arguments = list(made.arguments(hope=True))
    arguments[2] = each
    return tuple(arguments)


@pytest.mark.parametrize("each", [False, True])
async def test_hope_stores_nothing_that_a_look_would_refuse(
    store: PostgresEventStore, database: TestDatabase, each: bool
) -> None:
    """What a hopeful flush does not look up, the unique keys hold; it is then undone whole."""
    types, stream = {"test.Happened.v1": 1}, uuid4()
    known = command(event(stream, 1), tenant=1)
    await store.append(known)
    repeated = msgspec.structs.replace(known, events=(event(uuid4(), 1),))
    for taken in (repeated, command(event(stream, 1), tenant=1)):
        made = Columns(types, each=each).fill([command(tenant=1), taken])
        assert made.plain
        async with database.connect(Role.APPENDER) as connection:
            with pytest.raises(asyncpg.PostgresError) as refused:
                await connection.fetchrow(columns.APPEND, *_arguments(made, each))
        assert refused.value.sqlstate in {"23505", "PK003"}
    assert await store.head(1) == 1


@pytest.mark.parametrize("distributed", [False, True])
async def test_a_flush_whose_hope_failed_has_an_outcome_for_each_command(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch, distributed: bool
) -> None:
    async def told(_: object) -> bool:
        return distributed

    monkeypatch.setattr("infra.eventstore.postgres._is_distributed", told)
    store = PostgresEventStore(database)
    await store.start()
    stream = uuid4()
    known = command(event(stream, 1), tenant=1)
    await store.append(known)
    for _ in range(2):  # once hoping, once looking
        outcomes = await store.append_many(
            [command(tenant=1), known, command(event(stream, 1), tenant=1), command(event(stream, 3), tenant=1)]
        )
        assert [type(outcome) for outcome in outcomes] == [Committed, Duplicate, VersionConflict, VersionConflict]
        assert outcomes[1] == Duplicate(1, 1)
    assert await store.head(1) == 3
    check_log(await store.read_log(1, 0, 10))
    await store.stop()


async def test_a_closed_or_moving_tenant_takes_nothing(store: PostgresEventStore, database: TestDatabase) -> None:
    async with database.connect() as connection:
        for state in ("c", "m"):
            await connection.execute("UPDATE es.tenant_lock SET state = $1 WHERE tenant_id = 1", state.encode())
            assert await store.append(command()) == TenantInactive()
            assert (await store.append_many([command(), command(tenant=2)]))[0] == TenantInactive()
        await connection.execute("UPDATE es.tenant_lock SET state = 'a', epoch = 4 WHERE tenant_id = 1")
    assert await store.append(command()) == Committed(1, 1)
    assert [e.epoch for e in await store.read_log(1, 0, 9)] == [4]


async def test_more_than_may_wait_is_refused_and_the_rest_is_stored(database: TestDatabase) -> None:
    store = PostgresEventStore(database, limits=Limits(waiting=50))
    await store.start()
    async with database.connect() as connection:
        await connection.execute("BEGIN; SELECT * FROM es.tenant_lock FOR UPDATE")
        tasks = [asyncio.create_task(store.append(command())) for _ in range(400)]
        done, _ = await asyncio.wait(tasks, timeout=0.5)
        assert done
        assert all(isinstance(task.exception(), Overloaded) for task in done)
        await connection.execute("COMMIT")
    results = await asyncio.gather(*tasks, return_exceptions=True)
    stored = sum(isinstance(r, Committed) for r in results)
    assert stored + len(done) == 400
    assert await store.head(1) == stored
    await store.stop()


@pytest.mark.parametrize("lanes", [1, 2])
async def test_a_flood_and_the_others_fly_apart_and_both_arrive(database: TestDatabase, lanes: int) -> None:
    store = PostgresEventStore(database, limits=Limits(append_lanes=lanes))
    await store.start()
    flood = [asyncio.ensure_future(store.append(command(tenant=1))) for _ in range(1_500)]

    async def calm(tenant: int) -> int:
        done = 0
        while not all(append.done() for append in flood):
            assert isinstance(await store.append(command(tenant=tenant)), Committed)
            done += 1
        return done

    served = await asyncio.wait_for(asyncio.gather(*(calm(2 + n % 2) for n in range(10))), 60)
    await store.stop()
    assert min(served) > 3
    assert all(isinstance(append.result(), Committed) for append in flood)
    async with database.connect() as connection:
        shared = await connection.fetch(
            "SELECT xmin FROM es.event GROUP BY xmin HAVING bool_or(tenant_id = 1) AND bool_or(tenant_id > 1)"
        )
    assert len(shared) < 10  # at its end it floods no more


async def test_a_broken_connection_is_replaced_and_callers_may_repeat(
    store: PostgresEventStore, database: TestDatabase
) -> None:
    commands = [command() for _ in range(200)]
    async with database.connect() as connection:
        pending = [asyncio.create_task(store.append(c)) for c in commands]
        await asyncio.sleep(0)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'pakt%' AND datname = current_database()"
        )
    first = await asyncio.gather(*pending, return_exceptions=True)
    assert all(isinstance(r, Committed | Unavailable) for r in first)

    outcomes = [await _until_told(store, c) for c in commands]

    spans = {(o.first, o.last) for o in outcomes}
    assert len(spans) == 200
    check_log(await store.read_log(1, 0, 500))
    assert await store.head(1) == 200


async def _until_told(store: PostgresEventStore, sent: object) -> Committed:
    while True:
        try:
            return await store.append(sent)
        except Unavailable:
            await asyncio.sleep(0.01)


async def test_stores_of_two_processes_share_a_log(database: TestDatabase) -> None:
    """Nothing is shared but the database. That of a commit is told is a hint: missed once, the next one comes through."""
    here, there = (PostgresEventStore(database, doorbell=True) for _ in range(2))
    await asyncio.gather(here.start(), there.start())
    heard = asyncio.Event()
    there.on_commit(lambda tenant, position: heard.set() if tenant == 1 and position > 200 else None)

    await asyncio.gather(*(store.append(command()) for _ in range(100) for store in (here, there)))
    async with asyncio.timeout(30):
        while not heard.is_set():
            await here.append(command())
            await asyncio.sleep(0.1)
    assert await there.wait(1, 200, within=5) >= 200
    check_log(await here.read_log(1, 0, 500))
    await asyncio.gather(here.stop(), there.stop())


async def test_a_new_event_type_needs_no_restart(store: PostgresEventStore, database: TestDatabase) -> None:
    other = PostgresEventStore(database)
    await other.start()
    await database.register("test.New.v1")

    await store.append(command(event(stream := uuid4(), type_name="test.New.v1")))

    assert [run.type_name for run in (await other.load(1, stream)).runs] == ["test.New.v1"]
    assert [e.type_name for e in await other.read_log(1, 0, 9)] == ["test.New.v1"]
    await other.stop()


async def test_subject_keys_are_a_tenants_own_and_stay_erased(database: TestDatabase) -> None:
    subject = uuid4()
    async with database.connect(Role.GATEWAY) as connection:
        async with scope(connection, tenant=1):
            await connection.execute("INSERT INTO es.subject_key VALUES (1, $1, 'k')", subject)
        with pytest.raises(asyncpg.PostgresError):
            async with scope(connection, tenant=1):
                await connection.execute("INSERT INTO es.subject_key VALUES (2, $1, 'k')", subject)
        async with scope(connection, tenant=2):
            assert await connection.fetch("SELECT * FROM es.subject_key") == []
        async with scope(connection, tenant=1):
            await connection.execute("UPDATE es.subject_key SET wrapped_dek = NULL, erased_at = now()")
        with pytest.raises(asyncpg.PostgresError, match="erased"):
            async with scope(connection, tenant=1):
                await connection.execute("UPDATE es.subject_key SET wrapped_dek = 'k', erased_at = NULL")


async def test_a_replay_is_the_log_page_by_page(store: PostgresEventStore, database: TestDatabase) -> None:
    subject = uuid4()
    sent = [command(event(uuid4(), subject_id=subject, pii=b"p"), event(uuid4())) for _ in range(replay.PAGE // 2 + 20)]
    await store.append_many([*sent, command(anonymous=True)])
    log = await store.read_log(1, 0, 2 * replay.PAGE)

    seen = [e for page in [p async for p in replay.envelopes(database, 1)] for e in page]
    attributes = [attribute for attribute in StoredEvent.__struct_fields__ if attribute != "tenant_id"]
    for stored, envelope in zip(log, seen, strict=True):
        assert all(getattr(stored, name) == getattr(envelope, name) for name in attributes)

    assert [e.position for page in [p async for p in replay.envelopes(database, 1, after=4_005)] for e in page] == list(
        range(4_006, len(log) + 1)
    )
    found = [(r[0], names[r[1]], r[2]) async for names, page in replay.payloads(database, 1) for r in page]
    assert found == [(e.position, e.type_name, e.data) for e in log]
    assert [p async for p in replay.payloads(database, 2)] == []
