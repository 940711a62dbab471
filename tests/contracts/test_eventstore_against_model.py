"""Thousands of random appends, sent in random batches: a store decides exactly as the plainest model does."""

import asyncio
import random
from uuid import UUID, uuid4

from infra.eventstore.interface import Append, Committed, Condition, EventStore, Outcome
from infra.eventstore.memory import MemoryEventStore
from tests.conftest import EVENT_TYPES
from tests.support.appends import check_log, command, event

COMMANDS = 4_000
TAGS = ("red", "green", "blue")


class Sender:
    """Makes commands that are right, stale, early, repeated, doubled or conditional, in a random mixture."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._streams = [uuid4() for _ in range(40)]
        self._believed: dict[tuple[int, UUID], int] = {}
        self._sent: list[Append] = []

    def batch(self) -> list[Append]:
        return [self._command() for _ in range(self._random.choice((1, 1, 2, 5, 20, 60)))]

    def _command(self) -> Append:
        rnd = self._random
        if self._sent and rnd.random() < 0.12:
            return rnd.choice(self._sent[-50:])
        tenant = rnd.choice((1, 1, 1, 2, 3, 4))  # 4 is unknown
        streams = rnd.sample(self._streams, rnd.choice((1, 1, 1, 2)))
        events = []
        for stream in streams:
            version = self._believed.get((tenant, stream), 0) + 1 + rnd.choice((0,) * 8 + (-1, 1))
            for step in range(rnd.choice((1, 1, 2))):
                tags = tuple(rnd.sample(TAGS, rnd.choice((0, 0, 1, 2))))
                events.append(event(stream, version + step, tags=tags))
                self._believed[tenant, stream] = version + step
        conditions = tuple(
            Condition(tag, rnd.randrange(0, 3_000)) for tag in rnd.sample(TAGS, rnd.choice((0, 0, 0, 1, 2)))
        )
        sent = command(*events, tenant=tenant, conditions=conditions, anonymous=rnd.random() < 0.1)
        self._sent.append(sent)
        return sent

    def learn(self, heads: dict[tuple[int, UUID], int]) -> None:
        self._believed = heads


async def heads_of(model: MemoryEventStore) -> dict[tuple[int, UUID], int]:
    heads: dict[tuple[int, UUID], int] = {}
    for tenant in (1, 2, 3):
        for stored in await model.read_log(tenant, 0, 100_000):
            heads[tenant, stored.stream_id] = stored.version
    return heads


async def test_a_store_decides_as_the_model_does(store: EventStore) -> None:
    sender, model = Sender(20_261_123), MemoryEventStore((1, 2, 3), type_names=EVENT_TYPES)
    sent = 0
    kinds: dict[str, int] = {}
    while sent < COMMANDS:
        batch = sender.batch()
        sent += len(batch)

        expected = await model.append_many(batch)
        actual = await store.append_many(batch)

        assert actual == expected
        for outcome in actual:
            kinds[type(outcome).__name__] = kinds.get(type(outcome).__name__, 0) + 1
        sender.learn(await heads_of(model))

    assert all(kinds[name] > 100 for name in ("Committed", "Duplicate", "VersionConflict", "ConditionFailed"))
    for tenant in (1, 2, 3):
        assert await _shape(store, tenant) == await _shape(model, tenant)
        for tag in TAGS:
            assert [e.position for e in await store.read_tag(tenant, tag)] == [
                e.position for e in await model.read_tag(tenant, tag)
            ]


async def test_racing_callers_never_break_the_log(store: EventStore) -> None:
    """Order between callers is free here, so what is checked is what every order must keep."""
    sender = Sender(7)
    commands = [c for _ in range(60) for c in sender.batch()][:1_200]

    outcomes = await asyncio.gather(*(store.append(c) for c in commands))

    stored: dict[tuple[int, UUID | None], set[tuple[int, int]]] = {}
    for sent, outcome in zip(commands, outcomes, strict=True):
        if isinstance(outcome, Committed) and sent.command_id is not None:
            spans = stored.setdefault((sent.tenant_id, sent.command_id), set())
            assert not spans, "one command id, two commits"
            spans.add((outcome.first, outcome.last))
    for tenant in (1, 2, 3):
        events = await store.read_log(tenant, 0, 100_000)
        check_log(events)
        assert len(events) == sum(
            _length(c, o) for c, o in zip(commands, outcomes, strict=True) if c.tenant_id == tenant
        )


def _length(sent: Append, outcome: Outcome) -> int:
    if not isinstance(outcome, Committed):
        return 0
    assert outcome.last - outcome.first + 1 == len(sent.events)
    return len(sent.events)


async def _shape(store: EventStore, tenant: int) -> list[tuple[object, ...]]:
    events = await store.read_log(tenant, 0, 100_000)
    check_log(events)
    return [(e.position, e.stream_id, e.version, e.command_id, e.data) for e in events]
