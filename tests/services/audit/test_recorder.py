"""The library's stock recorder reads a tenant's log and agrees; what somebody did to the table is found by its position."""

import builtins
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import derived_id
from domain.tenants import events as tenants
from domain.tenants.commands import Kind
from infra.database.interface import Role
from infra.eventstore.leaf import entry_of
from infra.tlog.merkle import leaf_hash
from infra.tlog.tiles import GrowingTree
from services.audit.recorder import SCHEMA, TABLE, DriverMissing, compare, stock_recorder
from services.bootstrap import System
from tests.projections.story import TENANT, Story, tell_at_random
from tests.support.postgres import Cluster, TestDatabase
from tests.support.system import filled_system
from tests.support.trees import ORIGIN, TREE, grow, keeping

SLUG = "tenant-2"
UNGUARDED = "ALTER TABLE es.event DISABLE TRIGGER USER; ALTER TABLE es.event NO FORCE ROW LEVEL SECURITY; "


async def history(system: System) -> None:
    """One ministry with some history."""
    await system.database.provision(1, 2, 3)
    register = [
        tenants.InstitutionRegistered(n, f"tenant-{n}", f"T{n}", kind, {"sq": "x"}, ("sq", "sr"))
        for n, kind in ((1, Kind.NATIONAL), (2, Kind.MINISTRY), (3, Kind.MUNICIPALITY))
    ]
    await Story(system.store, 1).tell(derived_id("register"), tenants.RegisterFounded(), *register)
    await tell_at_random(Story(system.store), seed=7, commands=300)


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with filled_system(embedded_cluster, tmp_path, history) as made:
        yield made


@pytest.fixture
def database(system: System) -> TestDatabase:
    return system.database


async def sealed(system: System, database: TestDatabase, upto: int) -> None:
    """The first `upto` events of the ministry sealed, as the sealer does."""
    events = await system.store.read_log(TENANT, 0, upto)
    async with keeping(database) as keeper:
        await grow(keeper, GrowingTree(), [leaf_hash(entry_of(event)) for event in events], TREE, ORIGIN)


async def rewrite(database: TestDatabase, statement: str) -> None:
    """As only a superuser can, with every guard taken away."""
    async with database.connect() as connection:
        await connection.execute(UNGUARDED + statement)


async def test_both_readings_agree_on_count_order_and_payload(system: System, database: TestDatabase) -> None:
    head = await system.store.head(TENANT)
    await sealed(system, database, head - 3)
    found = await compare(system, SLUG)

    assert found.difference is None
    assert (found.events, found.head, found.sealed) == (head, head, head - 3)
    assert found.streams == len({event.stream_id for event in await system.store.read_log(TENANT, 0, head)}) > 20
    assert head > 300


async def test_an_empty_log_and_one_that_is_not_there(system: System) -> None:
    empty = await compare(system, "tenant-3")
    assert (empty.events, empty.streams, empty.difference) == (0, 0, None)
    with pytest.raises(StreamNotFound):
        await compare(system, "nowhere")


async def test_several_pages(system: System, database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.audit.recorder.PAGE", 256)
    head = await system.store.head(TENANT)
    await sealed(system, database, head)
    assert (await compare(system, SLUG)).sealed == head > 256

    await rewrite(database, f"UPDATE es.event SET data = '{{}}' WHERE tenant_id = {TENANT} AND position = 300")
    assert (await compare(system, SLUG)).difference.position == 300


REWRITTEN = f"UPDATE es.event SET {{}} WHERE tenant_id = {TENANT} AND position = 123"


@pytest.mark.parametrize(
    ("statement", "position", "field"),
    [
        (REWRITTEN.format("data = data || ' '"), 123, "leaf"),
        (REWRITTEN.format("meta = '{}'"), 123, "leaf"),
        (REWRITTEN.format("version = 999"), 123, "leaf"),
        (REWRITTEN.format("occurred_at = occurred_at + interval '1 day'"), 123, "leaf"),
        (REWRITTEN.format("type_id = (SELECT max(type_id) FROM es.event_type)"), 123, "leaf"),
        (REWRITTEN.format("stream_id = gen_random_uuid()"), 123, "leaf"),
        (REWRITTEN.format("tenant_id = 3"), 123, "position"),
        (f"DELETE FROM es.event WHERE tenant_id = {TENANT} AND position = 123", 123, "position"),
        (f"DELETE FROM es.event WHERE tenant_id = {TENANT} AND position > 200", 201, "position"),
        (
            "; ".join(
                f"UPDATE es.event SET position = {to} WHERE tenant_id = {TENANT} AND position = {at}"
                for at, to in ((124, -124), (123, 124), (-124, 123))
            ),
            123,
            "leaf",
        ),
    ],
)
async def test_what_was_done_to_a_sealed_log_is_found_by_position(
    system: System, database: TestDatabase, statement: str, position: int, field: str
) -> None:
    await sealed(system, database, await system.store.head(TENANT))
    await rewrite(database, statement)
    found = (await compare(system, SLUG)).difference

    assert found is not None
    assert (found.position, found.field) == (position, field)


@pytest.mark.parametrize(
    ("column", "lie", "field"),
    [
        ("state", "'{}'::bytea", "data"),
        ("topic", "'x.Y.v1'", "type_name"),
        ("originator_version", "7777", "version"),
        ("originator_id", "gen_random_uuid()", "stream_id"),
        ("notification_id", "notification_id + 1000000", "position"),
    ],
)
async def test_a_reading_that_differs_is_found_without_any_seal(
    system: System, database: TestDatabase, column: str, lie: str, field: str
) -> None:
    """The other implementation is given something else to read: the comparison itself is what finds it."""
    columns = ["originator_id", "originator_version", "topic", "state", "notification_id"]
    chosen = ", ".join(
        f"CASE WHEN notification_id = 77 THEN {lie} ELSE {name} END AS {name}" if name == column else name
        for name in columns
    )
    async with database.connect() as connection:
        await connection.execute(
            f"ALTER VIEW lib.stored_events RENAME TO honest; GRANT SELECT ON lib.honest TO pakt_auditor;"
            f"CREATE VIEW lib.stored_events WITH (security_invoker = true) AS SELECT {chosen} FROM lib.honest;"
            "GRANT SELECT ON lib.stored_events TO pakt_auditor"
        )
    found = (await compare(system, SLUG)).difference

    assert found is not None
    assert (found.position, found.field) == (77, field)
    assert "{" not in found.ours + found.theirs, "a payload is told by its hash only"


async def test_a_gap_in_the_versions_of_a_stream_is_found(system: System, database: TestDatabase) -> None:
    last = (await system.store.read_log(TENANT, 0, 10_000))[-1]
    await rewrite(
        database,
        f"UPDATE es.event SET version = version + 5 WHERE tenant_id = {TENANT} AND position = {last.position}",
    )
    found = (await compare(system, SLUG)).difference

    assert found is not None
    assert (found.field, found.theirs) == ("version", str(last.version + 5))


async def test_the_recorder_sees_one_tenant_and_writes_nothing(system: System, database: TestDatabase) -> None:
    from eventsourcing.persistence import PersistenceError, StoredEvent

    recorder = stock_recorder(database, TENANT)
    try:
        head = await system.store.head(TENANT)
        assert recorder.max_notification_id() == head
        own = {event.stream_id for event in await system.store.read_log(1, 0, 10)}
        assert [recorder.select_events(stream) for stream in own] == [[]]
        stolen = StoredEvent(derived_id("x"), 1, "x.Y.v1", b"{}")
        with pytest.raises(PersistenceError):
            recorder.insert_events([stolen])
        with pytest.raises(PersistenceError):
            recorder.create_table()
        assert recorder.max_notification_id() == head
    finally:
        recorder.datastore.close()


async def test_the_view_needs_exactly_one_tenant_and_the_auditors_role(database: TestDatabase) -> None:
    async with database.connect(Role.AUDITOR) as connection:
        with pytest.raises(asyncpg.UndefinedObjectError):
            await connection.fetch(f"SELECT * FROM {SCHEMA}.{TABLE}")
        await connection.execute("SET pakt.tenants = '1,2'")
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            await connection.fetch(f"SELECT * FROM {SCHEMA}.{TABLE}")
    for role in (Role.GATEWAY, Role.PUBLIC, Role.PROJECTOR, Role.APPENDER):
        async with database.connect(role) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM {SCHEMA}.{TABLE}")


async def test_what_to_install_is_said(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    importing = builtins.__import__

    def without_driver(name: str, *rest: Any) -> Any:
        if name.startswith(("psycopg", "eventsourcing.postgres")):
            raise ModuleNotFoundError(f"No module named '{name}'")
        return importing(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_driver)
    with pytest.raises(DriverMissing, match=r"pip install 'pakt\[audit\]'"):
        stock_recorder(database, TENANT)
