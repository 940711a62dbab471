"""What every event store keeps to, whoever keeps the events."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from infra.eventstore.failures import AppendRefused
from infra.eventstore.interface import (
    Append,
    Committed,
    Condition,
    ConditionFailed,
    Duplicate,
    EventStore,
    StreamSlice,
    TenantInactive,
    VersionConflict,
)
from tests.support.appends import HAPPENED, NOW, check_log, command, event


async def test_an_event_comes_back_as_it_was_sent(store: EventStore) -> None:
    stream, subject, command_id = uuid4(), uuid4(), uuid4()
    sent = event(stream, 1, b'{"a": 1}', subject_id=subject, pii=b"\x00sealed\xff", type_name="test.Renamed.v1")

    outcome = await store.append(command(sent, command_id=command_id))

    [stored] = await store.read_stream(1, stream)
    assert outcome == Committed(1, 1)
    assert (stored.tenant_id, stored.position, stored.epoch, stored.stream_id, stored.version) == (1, 1, 1, stream, 1)
    assert (stored.type_name, stored.data, stored.metadata) == ("test.Renamed.v1", b'{"a": 1}', b'{"actor":"a"}')
    assert (stored.occurred_at, stored.command_id, stored.subject_id) == (NOW, command_id, subject)
    assert stored.pii == b"\x00sealed\xff"
    assert [stored] == await store.read_log(1, 0, 10)


@pytest.mark.parametrize(
    "at",
    [
        datetime(1999, 6, 12, 0, 0, 0, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=1),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
async def test_times_are_exact_to_the_microsecond(store: EventStore, at: datetime) -> None:
    lone, one, two = (event(uuid4()) for _ in range(3))
    await store.append(command(lone, at=at))
    await store.append_many([command(one, at=at), command(two, at=at)])

    assert [at] * 3 == [e.occurred_at for e in await store.read_log(1, 0, 10)]


async def test_positions_count_each_tenants_events_without_a_gap(store: EventStore) -> None:
    outcomes = await asyncio.gather(*(store.append(command(tenant=1 + n % 3)) for n in range(300)))

    assert all(isinstance(outcome, Committed) for outcome in outcomes)
    for tenant in (1, 2, 3):
        events = await store.read_log(tenant, 0, 1000)
        check_log(events)
        assert len(events) == 100 == await store.head(tenant)


async def test_a_command_is_stored_whole_over_several_streams(store: EventStore) -> None:
    a, b = uuid4(), uuid4()
    sent = command(event(a, 1), event(b, 1), event(a, 2), event(b, 2), event(a, 3))

    assert await store.append(sent) == Committed(1, 5)
    assert [e.version for e in await store.read_stream(1, a)] == [1, 2, 3]
    assert [e.position for e in await store.read_stream(1, b)] == [2, 4]
    assert [e.stream_id for e in await store.read_log(1, 0, 9)] == [a, b, a, b, a]


async def test_each_command_of_a_batch_has_its_own_outcome(store: EventStore) -> None:
    stream = uuid4()
    await store.append(first := command(event(stream, 1, tags=("t",))))
    good = command()

    outcomes = await store.append_many(
        [
            first,
            command(event(stream, 1)),
            command(event(stream, 3)),
            good,
            command(conditions=(Condition("t", 0),)),
            command(tenant=99),
            command(event(stream, 2)),
            command(conditions=(Condition("t", 1),)),
            command(tenant=2),
        ]
    )

    assert outcomes == [
        Duplicate(1, 1),
        VersionConflict(),
        VersionConflict(),
        Committed(2, 2),
        ConditionFailed(),
        TenantInactive(),
        Committed(3, 3),
        Committed(4, 4),
        Committed(1, 1),
    ]
    check_log(await store.read_log(1, 0, 100))


async def test_a_command_id_is_stored_once_for_ever(store: EventStore) -> None:
    twin = command()
    alone = [await store.append(twin) for _ in range(3)]
    pair = command(event(uuid4()), event(uuid4()))
    together = await store.append_many([pair, command(), pair, pair])
    racing = command()
    raced = await asyncio.gather(*(store.append(racing) for _ in range(40)))

    assert alone == [Committed(1, 1), Duplicate(1, 1), Duplicate(1, 1)]
    assert together == [Committed(2, 3), Committed(4, 4), Duplicate(2, 3), Duplicate(2, 3)]
    assert sorted(type(o).__name__ for o in raced) == ["Committed"] + ["Duplicate"] * 39
    assert await store.find_command(1, pair.command_id) == (2, 3)
    assert await store.find_command(2, pair.command_id) is None
    assert await store.find_command(1, uuid4()) is None


async def test_the_same_command_id_is_free_in_another_tenant(store: EventStore) -> None:
    command_id = uuid4()

    outcomes = await store.append_many([command(tenant=t, command_id=command_id) for t in (1, 2, 1)])

    assert outcomes == [Committed(1, 1), Committed(1, 1), Duplicate(1, 1)]


async def test_a_refused_command_id_may_succeed_later(store: EventStore) -> None:
    stream, command_id = uuid4(), uuid4()
    early = command(event(stream, 2), command_id=command_id)

    outcomes = await store.append_many([early, command(event(stream, 1)), early, early])

    assert outcomes == [VersionConflict(), Committed(1, 1), Committed(2, 2), Duplicate(2, 2)]


async def test_commands_without_an_id_are_never_duplicates(store: EventStore) -> None:
    outcomes = await store.append_many([command(anonymous=True) for _ in range(3)] + [command()])
    lone = await store.append(command(anonymous=True))

    assert [*outcomes, lone] == [Committed(n, n) for n in range(1, 6)]


async def test_only_one_of_many_writers_gets_a_version(store: EventStore) -> None:
    streams = [uuid4() for _ in range(20)]
    for version in (1, 2, 3):
        sends = [store.append(command(event(s, version))) for s in streams for _ in range(3)]
        outcomes = await asyncio.gather(*sends)
        assert sum(isinstance(o, Committed) for o in outcomes) == len(streams)
        assert sum(isinstance(o, VersionConflict) for o in outcomes) == 2 * len(streams)

    events = await store.read_log(1, 0, 1000)
    check_log(events)
    assert len(events) == 60


@pytest.mark.parametrize("versions", [(2,), (0,), (-1,), (1, 3), (1, 1), (2, 1), (1, 2, 2)])
async def test_versions_follow_each_other_from_one(store: EventStore, versions: tuple[int, ...]) -> None:
    stream = uuid4()
    broken = command(*(event(stream, version) for version in versions))

    assert await store.append(broken) == VersionConflict()
    assert await store.append_many([broken, command()]) == [VersionConflict(), Committed(1, 1)]
    assert await store.read_stream(1, stream) == []


async def test_a_conflict_in_the_middle_of_a_command_leaves_nothing_behind(store: EventStore) -> None:
    a, b = uuid4(), uuid4()

    outcomes = await store.append_many(
        [command(event(a, 1), event(b, 2)), command(event(a, 1)), command(event(b, 1), event(a, 2))]
    )

    assert outcomes == [VersionConflict(), Committed(1, 1), Committed(2, 3)]


async def test_a_condition_sees_what_the_same_batch_has_written(store: EventStore) -> None:
    outcomes = await store.append_many(
        [
            command(event(uuid4(), tags=("box", "other")), conditions=(Condition("box", 0),)),
            command(conditions=(Condition("box", 0),)),
            command(event(uuid4(), tags=("box",)), conditions=(Condition("box", 1),)),
            command(conditions=(Condition("elsewhere", 0), Condition("box", 1))),
            command(conditions=(Condition("box", 2),)),
            command(tenant=2, conditions=(Condition("box", 0),)),
        ]
    )

    assert outcomes == [
        Committed(1, 1),
        ConditionFailed(),
        Committed(2, 2),
        ConditionFailed(),
        Committed(3, 3),
        Committed(1, 1),
    ]


async def test_a_refused_writer_of_a_tag_breaks_no_condition(store: EventStore) -> None:
    outcomes = await store.append_many(
        [command(event(uuid4(), 7, tags=("box",))), command(conditions=(Condition("box", 0),))]
    )

    assert outcomes == [VersionConflict(), Committed(1, 1)]


async def test_a_lone_command_meets_its_conditions_too(store: EventStore) -> None:
    await store.append(command(event(uuid4(), tags=("a", "b"))))

    assert await store.append(command(conditions=(Condition("b", 0),))) == ConditionFailed()
    assert await store.append(command(conditions=(Condition("b", 1), Condition("c", 0)))) == Committed(2, 2)


async def test_a_tag_finds_its_events_in_order(store: EventStore) -> None:
    stream = uuid4()
    await store.append(command(event(stream, 1, tags=("x",)), event(stream, 2), event(stream, 3, tags=("x", "y"))))
    await store.append_many([command(event(uuid4(), tags=("y",))), command(), command(event(uuid4(), tags=("x",)))])
    await store.append(command(event(uuid4(), tags=("x",)), tenant=2))

    assert [e.position for e in await store.read_tag(1, "x")] == [1, 3, 6]
    assert [e.position for e in await store.read_tag(1, "y")] == [3, 4]
    assert [e.position for e in await store.read_tag(1, "x", after=3)] == [6]
    assert await store.read_tag(1, "none") == []


async def test_an_unknown_tenant_has_an_empty_log_and_takes_nothing(store: EventStore) -> None:
    assert await store.append(command(tenant=77)) == TenantInactive()
    assert await store.append_many([command(tenant=77)] * 2) == [TenantInactive()] * 2
    assert await store.read_log(77, 0, 10) == []
    assert await store.head(77) == 0


async def test_pages_of_a_log_join_without_a_seam(store: EventStore) -> None:
    await store.append_many([command() for _ in range(25)])

    pages = [await store.read_log(1, after, 10) for after in (0, 10, 20, 25)]

    assert [len(page) for page in pages] == [10, 10, 5, 0]
    check_log([e for page in pages for e in page])


async def test_a_stream_is_read_after_a_version(store: EventStore) -> None:
    stream = uuid4()
    await store.append(command(*(event(stream, v) for v in range(1, 6))))

    assert [e.version for e in await store.read_stream(1, stream, after=3)] == [4, 5]
    assert await store.read_stream(1, stream, after=5) == []
    assert await store.read_stream(2, stream) == []
    assert await store.read_stream(1, uuid4()) == []


async def test_several_streams_are_read_together_up_to_a_position(store: EventStore) -> None:
    a, b, c = uuid4(), uuid4(), uuid4()
    for stream, version in ((a, 1), (b, 1), (a, 2), (c, 1), (b, 2), (a, 3)):
        await store.append(command(event(stream, version)))

    found = await store.read_streams(1, [a, b, uuid4(), a], 5)

    assert [e.version for e in found] == [1, 2, 1, 2]
    assert {e.position: e for e in found} == {e.position: e for e in await store.read_log(1, 0, 5) if e.stream_id != c}
    assert await store.read_streams(2, [a, b], 5) == await store.read_streams(1, [], 5) == []


async def test_many_loads_at_once_are_not_mixed_up(store: EventStore) -> None:
    streams = [(1 + n % 3, uuid4(), 1 + n % 4) for n in range(60)]
    await store.append_many(
        [command(*(event(s, v + 1, str(s).encode()) for v in range(size)), tenant=t) for t, s, size in streams]
    )

    loads = await asyncio.gather(*(store.load(t, s) for t, s, _ in streams))

    for (_, stream, size), loaded in zip(streams, loads, strict=True):
        payloads = [data for run in loaded.runs for data in run.payloads()]
        assert (loaded.version, payloads) == (size, [str(stream).encode()] * size)


async def test_a_load_is_what_reading_the_stream_gives(store: EventStore) -> None:
    stream, empty = uuid4(), uuid4()
    kinds = (HAPPENED, HAPPENED, HAPPENED, "test.Renamed.v1", HAPPENED)
    made = [event(stream, v, b"x" * (v % 3), type_name=kind) for v, kind in enumerate(kinds, 1)]
    await store.append(command(*made))
    events = await store.read_stream(1, stream)

    loaded = await store.load(1, stream, after=2)

    assert (loaded.version, loaded.position) == (5, events[-1].position)
    found = [(run.type_name, data) for run in loaded.runs for data in run.payloads()]
    assert found == [(e.type_name, e.data) for e in events[2:]]
    assert len((await store.load(1, stream)).runs) == 3
    epoch, tick = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
    assert [at for run in loaded.runs for at in run.times] == [(e.occurred_at - epoch) // tick for e in events[2:]]
    assert await store.load(1, stream, after=5) == StreamSlice(5, 0, [])
    assert await store.load(1, empty) == await store.load(2, stream) == StreamSlice(0, 0, [])


async def test_wait_returns_at_the_position_or_when_time_is_up(store: EventStore) -> None:
    waiting = asyncio.create_task(store.wait(1, 3, within=20))
    await store.append_many([command() for _ in range(3)])

    assert await waiting == 3
    assert await store.wait(1, 2, within=0) == 3
    assert await store.wait(1, 9, within=0.05) == 3


async def test_a_subscription_gives_the_past_and_then_the_present(store: EventStore) -> None:
    await store.append_many([command() for _ in range(700)])
    seen: list[int] = []

    async def follow() -> None:
        async for stored in store.subscribe(1, 100):
            seen.append(stored.position)
            if stored.position == 900:
                return

    following = asyncio.create_task(follow())
    for _ in range(200):
        await store.append(command())
    await asyncio.wait_for(following, 20)

    assert seen == list(range(101, 901))


async def test_listeners_hear_of_commits(store: EventStore) -> None:
    heard: list[tuple[int, int]] = []
    store.on_commit(lambda tenant, position: heard.append((tenant, position)))

    await store.append(command())
    await store.append_many([command(tenant=2), command(tenant=2)])
    await store.append(command(event(uuid4(), 5)))

    assert heard[-1] == (2, 2)
    assert (1, 1) in heard
    assert (1, 2) not in heard


async def test_a_cancelled_caller_leaves_a_whole_command_or_none(store: EventStore) -> None:
    commands = [command(event(uuid4()), event(uuid4())) for _ in range(80)]
    tasks = [asyncio.create_task(store.append(c)) for c in commands]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert all(isinstance(r, Committed) for r in results[1::2])
    events = await store.read_log(1, 0, 1000)
    check_log(events)
    by_command: dict[UUID | None, int] = {}
    for stored in events:
        by_command[stored.command_id] = by_command.get(stored.command_id, 0) + 1
    assert set(by_command.values()) == {2}
    assert {c.command_id for c in commands[1::2]} <= set(by_command)


def _odd(sound: Append, oddity: str) -> Append:
    stream = uuid4()
    broken = {
        "a tag with NUL": event(stream, tags=("a\0b",)),
        "the same tag twice": event(stream, tags=("a", "a")),
        "data that is no bytes": event(stream, data="text"),
        "a version beyond 31 bits": event(stream, 2**40),
        "an event type nobody registered": event(stream, type_name="test.Unknown.v1"),
        "pii that is a number": event(stream, pii=7),
    }
    return command(broken[oddity], tenant=sound.tenant_id)


@pytest.mark.parametrize(
    "oddity",
    [
        "a tag with NUL",
        "the same tag twice",
        "data that is no bytes",
        "a version beyond 31 bits",
        "an event type nobody registered",
        "pii that is a number",
    ],
)
async def test_what_cannot_be_stored_fails_alone(store: EventStore, oddity: str) -> None:
    sound = [command() for _ in range(40)]
    bad = _odd(sound[0], oddity)

    results = await asyncio.gather(*(store.append(c) for c in [*sound[:20], bad, *sound[20:]]), return_exceptions=True)

    assert isinstance(results.pop(20), AppendRefused)
    assert all(isinstance(r, Committed) for r in results)
    with pytest.raises(AppendRefused):
        await store.append(bad)
    events = await store.read_log(1, 0, 100)
    check_log(events)
    assert len(events) == 40


async def test_an_append_without_events_is_refused(store: EventStore) -> None:
    with pytest.raises(AppendRefused):
        await store.append(Append(1, uuid4(), NOW, b"", ()))
