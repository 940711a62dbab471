"""What every event store keeps to where a reader follows some types of events alone."""

from uuid import uuid4

from infra.eventstore.interface import EventStore, LogEnd
from tests.support.appends import HAPPENED, command, event


async def test_events_of_some_types_come_with_the_last_that_was_looked_at(store: EventStore) -> None:
    kinds = [HAPPENED, "test.Renamed.v1", HAPPENED, HAPPENED, "test.Renamed.v1", HAPPENED, "test.Ended.v1"]
    for kind in kinds:
        await store.append(command(event(uuid4(), type_name=kind)))
    log = await store.read_log(1, 0, 10)

    async def positions(after: int, limit: int, span: int, *names: str) -> list[int]:
        found = await store.read_types(1, names, after, limit=limit, span=span)
        assert found == [log[one.position - 1] for one in found]
        return [one.position for one in found]

    assert await positions(0, 10, 100, "test.Renamed.v1") == [2, 5, 7]
    assert await positions(0, 10, 4, "test.Renamed.v1") == [2, 4]
    assert await positions(2, 10, 2, "test.Renamed.v1") == [4]
    assert await positions(0, 1, 100, "test.Renamed.v1", "test.Ended.v1") == [2]
    assert await positions(5, 10, 100, "test.Ended.v1", "test.Unheard.v1") == [7]
    assert await positions(0, 10, 100) == [7]
    assert await positions(7, 10, 100, HAPPENED) == []
    assert await store.read_types(2, [HAPPENED], 0, limit=10, span=10) == []


async def test_where_each_log_ends(store: EventStore) -> None:
    for tenant in (1, 1, 3):
        await store.append(command(tenant=tenant))

    assert await store.ends() == {1: LogEnd(2, 1), 2: LogEnd(0, 0), 3: LogEnd(1, 1)}


async def test_who_listens_hears_of_commits(store: EventStore) -> None:
    heard: list[tuple[int, int]] = []
    store.on_commit(lambda tenant_id, position: heard.append((tenant_id, position)))

    await store.append(command(event(uuid4()), event(uuid4()), tenant=2))

    assert heard == [(2, 2)]
