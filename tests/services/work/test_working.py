"""Work that follows from events, done by what runs in a process; messages lost, late and twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from domain.kernel.errors import Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from infra.broker.dramatiq_queue import DramatiqBroker
from infra.broker.interface import GaveUp, Job, Perform
from infra.broker.queues import Queues
from infra.database.interface import Connection
from infra.database.scope import scope
from infra.eventstore.interface import StoredEvent
from infra.telemetry.propagation import current_traceparent
from infra.work.interface import Again, Done, GivenUp, Outcome, Work
from services.bootstrap import System
from services.work.kinds import PAUSES, Kind, retrying
from services.work.performing import INTERRUPTIONS, Performing
from services.work.relay import AT_ONCE, Relay, Relayed, Sender, traceparent_of
from services.work.run import working
from tests.support.postgres import Cluster
from tests.support.system import seeded_system

ECHO = "echo"
WITHIN = 20.0
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path) as made:
        yield made


class Doing:
    """Performs work by counting it in the database, as an effect, and in memory, as something outside."""

    def __init__(self) -> None:
        self.tries: list[Work] = []
        self.traces: list[str] = []
        self.outcomes: dict[str, list[Outcome | Exception]] = {}
        """What work of a subject comes to, try by try; done when there is nothing (more)."""
        self.gate = asyncio.Event()
        self.gate.set()

    async def perform(self, work: Work) -> Outcome:
        self.tries.append(work)
        self.traces.append(current_traceparent())
        await self.gate.wait()
        planned = self.outcomes.get(work.subject)
        outcome: Outcome | Exception = planned.pop(0) if planned else Done(self._noted(work))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def kind(self, name: str = ECHO, **options: object) -> Kind:
        return Kind(name, self.perform, queue="test", **options)

    def _noted(self, work: Work):
        async def effect(connection: Connection) -> None:
            await connection.execute(
                "INSERT INTO es.policy (tenant_id, name, position) VALUES ($1, $2, 1)"
                " ON CONFLICT (tenant_id, name) DO UPDATE SET position = es.policy.position + 1",
                work.tenant_id,
                f"effect {work.subject}",
            )

        return effect


async def echoes(tenant_id: int, events: Sequence[StoredEvent]) -> Sequence[Work]:
    return [Work(tenant_id, ECHO, f"{one.epoch}:{one.position}", traceparent=traceparent_of(one)) for one in events]


ECHOED = Relayed("echoes", echoes)


async def effects(system: System) -> Counter[tuple[int, str]]:
    async with (
        system.auditing.borrow(1) as lent,
        scope(lent, tenants=(await system.engine.heads()).keys()) as connection,
    ):
        rows = await connection.fetch("SELECT tenant_id, name, position FROM es.policy WHERE name LIKE 'effect %'")
    return Counter({(row[0], row[1].removeprefix("effect ")): row[2] for row in rows})


async def left(system: System) -> list[tuple[str, str, int, str]]:
    async with (
        system.auditing.borrow(1) as lent,
        scope(lent, tenants=(await system.engine.heads()).keys()) as connection,
    ):
        rows = await connection.fetch("SELECT subject, state, attempts, reason FROM es.work ORDER BY subject")
    return [tuple(row) for row in rows]


async def expected(system: System) -> Counter[tuple[int, str]]:
    heads = await system.engine.heads()
    return Counter({(tenant, f"1:{position}"): 1 for tenant, head in heads.items() for position in range(1, head + 1)})


async def until_empty(system: System) -> None:
    async with asyncio.timeout(WITHIN):
        while await left(system):
            await asyncio.sleep(0.02)


def performing(system: System, kind: Kind, **options: int) -> Performing:
    async def tenants() -> Sequence[int]:
        return [NATIONAL_TENANT]

    return Performing(system.works, tenants, [kind], **options)


async def done(performer: Performing) -> int:
    """Look once and wait for what was begun; how much that was."""
    begun = await performer.look()
    await performer.idle()
    return begun


def echo(subject: str, lane: str = "", rank: int = 0) -> Work:
    return Work(NATIONAL_TENANT, ECHO, subject, lane, rank)


async def test_what_follows_from_every_event_is_done_once(system: System) -> None:
    doing = Doing()
    async with working(system, [doing.kind()], [ECHOED]):
        async with asyncio.timeout(WITHIN):
            while await effects(system) != await expected(system):
                await asyncio.sleep(0.05)
        await until_empty(system)

    assert len(doing.tries) == (await expected(system)).total()


async def test_two_relays_and_two_performers_make_nothing_happen_twice(system: System) -> None:
    doing = Doing()
    async with working(system, [doing.kind()], [ECHOED], every=0.02):
        second = replace(system, queues=Queues(lambda _queue: DramatiqBroker(), shared=False))
        async with working(second, [doing.kind()], [ECHOED], every=0.02), asyncio.timeout(WITHIN):
            while await effects(system) != await expected(system):
                await asyncio.sleep(0.05)

    assert await effects(system) == await expected(system)
    assert await left(system) == []


class Broken:
    """A broker that loses every message, or does not take any."""

    def __init__(self, *, down: bool) -> None:
        self.down, self.sent = down, 0

    async def start(self, perform: Perform, gave_up: GaveUp) -> None:
        pass

    async def send(self, job: Job) -> None:
        self.sent += 1
        if self.down:
            raise Unavailable("broker")

    async def check(self) -> None:
        pass

    async def stop(self) -> None:
        pass


@pytest.mark.parametrize("down", [False, True])
async def test_a_broker_that_loses_everything_or_is_away_loses_no_work(system: System, *, down: bool) -> None:
    doing, broker = Doing(), Broken(down=down)
    told = replace(system, queues=Queues(lambda _queue: broker, shared=False))
    async with working(told, [doing.kind()], [ECHOED], every=0.02), asyncio.timeout(WITHIN):
        while await effects(system) != await expected(system):
            await asyncio.sleep(0.05)

    assert broker.sent


async def test_a_message_that_comes_ten_times_is_one_piece_of_work(system: System) -> None:
    doing = Doing()
    performer = performing(system, doing.kind())
    await system.works.add([echo("a")])
    job = Job(ECHO, {"tenant_id": NATIONAL_TENANT, "subject": "a"})
    await asyncio.gather(*(performer.take(job) for _ in range(10)))
    await performer.idle()
    await performer.take(job)

    assert [one.subject for one in doing.tries] == ["a"]
    assert await effects(system) == Counter({(NATIONAL_TENANT, "a"): 1})


async def test_a_message_names_ids_only_and_carries_the_trace(system: System) -> None:
    sent: list[tuple[Job, str]] = []

    class Noting(Broken):
        async def send(self, job: Job) -> None:
            sent.append((job, current_traceparent()))

    queues = Queues(lambda _queue: Noting(down=False), shared=True)
    sender = Sender(queues, [Doing().kind()])
    sender.tell([Work(3, ECHO, "1:7", traceparent=PARENT)])
    sending = asyncio.create_task(sender.run())
    async with asyncio.timeout(WITHIN):
        while not sent:
            await asyncio.sleep(0.01)
    sending.cancel()

    assert sent == [(Job(ECHO, {"tenant_id": 3, "subject": "1:7"}), PARENT)]


async def test_the_trace_of_the_request_goes_on_in_the_work(system: System) -> None:
    doing = Doing()
    await system.works.add([Work(NATIONAL_TENANT, ECHO, "a", traceparent=PARENT)])
    await system.works.add([Work(NATIONAL_TENANT, ECHO, "b")])
    await done(performing(system, doing.kind()))

    assert sorted(doing.traces) == ["", PARENT]


async def test_what_raises_is_tried_again_and_then_kept_with_its_reason(system: System) -> None:
    doing = Doing()
    doing.outcomes["a"] = [Unavailable("the receiver"), RuntimeError("said by a person"), KeyError("x")]
    await system.works.add([echo("a")])
    performer = performing(system, doing.kind(retry=retrying(0.0, 0.0)))
    for _ in range(4):
        await done(performer)

    assert [one.attempts for one in doing.tries] == [0, 1, 2]
    assert await left(system) == [("a", "failed", 3, "KeyError")], "no word of what others say is kept"


async def test_outcomes_are_as_the_work_says(system: System) -> None:
    doing = Doing()
    doing.outcomes = {"again": [Again(3600.0, "no answer")], "over": [GivenUp("gone")], "nothing": [Done()]}
    await system.works.add([echo("again"), echo("over"), echo("nothing"), echo("done")])
    assert await done(performing(system, doing.kind())) == 4

    assert await left(system) == [("again", "pending", 1, "no answer"), ("over", "failed", 1, "gone")]
    assert await effects(system) == Counter({(NATIONAL_TENANT, "done"): 1})


async def test_an_effect_that_cannot_be_written_is_a_try_that_failed(system: System) -> None:
    async def refused(connection: Connection) -> None:
        await connection.execute("INSERT INTO es.policy (tenant_id, name) VALUES (77, 'elsewhere')")

    doing = Doing()
    doing.outcomes["a"] = [Done(refused)]
    await system.works.add([echo("a")])
    await done(performing(system, doing.kind(retry=retrying())))

    ((_, state, attempts, reason),) = await left(system)
    assert (state, attempts) == ("failed", 1)
    assert "77" not in reason


async def test_what_ends_every_process_that_begins_it_is_given_up(system: System) -> None:
    await system.works.add([echo("a")])
    for _ in range(INTERRUPTIONS + 1):
        await system.works.claim([echo("a")], 0.0)
    doing = Doing()
    await done(performing(system, doing.kind()))

    assert doing.tries == []
    ((_, state, _, reason),) = await left(system)
    assert (state, reason.split(":")[0]) == ("failed", "interrupted")


async def test_no_more_is_done_at_once_than_there_is_room_for(system: System) -> None:
    doing = Doing()
    doing.gate.clear()
    await system.works.add([echo(str(n)) for n in range(20)])
    performer = performing(system, doing.kind(), width=3)
    assert (await performer.look(), await performer.look()) == (3, 0)
    doing.gate.set()
    await performer.idle()
    while await done(performer):
        pass

    assert len(doing.tries) == 20
    assert await left(system) == []


async def test_lanes_keep_their_order_and_none_starves_another(system: System) -> None:
    doing = Doing()
    works = [echo(f"{lane}{rank}", lane, rank) for lane in "xyz" for rank in range(8)]
    await system.works.add(works)
    performer = performing(system, doing.kind(), width=2)
    await performer.look()
    await performer.idle()
    while await left(system):
        await done(performer)
    subjects = [one.subject for one in doing.tries]

    for lane in "xyz":
        assert [one for one in subjects if one[0] == lane] == [f"{lane}{rank}" for rank in range(8)]


async def test_who_lives_holds_on_longer_than_a_lease(system: System) -> None:
    doing = Doing()
    doing.gate.clear()
    async with working(system, [doing.kind(lease=0.3)], every=0.05) as running:
        await running.add([echo("a")])
        await asyncio.sleep(1.0)
        assert len(doing.tries) == 1, "nobody else has begun it"
        doing.gate.set()
        await until_empty(system)

    assert await effects(system) == Counter({(NATIONAL_TENANT, "a"): 1})


async def test_what_has_begun_ends_before_the_process_does(system: System) -> None:
    doing = Doing()
    doing.gate.clear()
    async with working(system, [doing.kind()], every=0.05) as running:
        await running.add([echo("a")])
        async with asyncio.timeout(WITHIN):
            while not doing.tries:
                await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(0.2, doing.gate.set)

    assert await left(system) == []


async def test_a_relay_that_reads_again_notes_nothing_again(system: System) -> None:
    async def checkpoints(position: int) -> None:
        async with system.working.borrow(1) as lent, scope(lent, tenant=NATIONAL_TENANT) as connection:
            await connection.execute("UPDATE es.relay SET position = $1", position)

    doing = Doing()
    relay = Relay(system, [ECHOED], Sender(system.queues, [doing.kind()]))
    await relay.attend(NATIONAL_TENANT)
    first = await left(system)
    await checkpoints(0)
    await relay.attend(NATIONAL_TENANT)

    assert await left(system) == first
    assert len(first) == (await system.engine.heads())[NATIONAL_TENANT] == relay.reached(NATIONAL_TENANT)


async def test_each_sees_the_types_it_asked_for(system: System) -> None:
    seen: list[str] = []

    async def noted(_tenant_id: int, events: Sequence[StoredEvent]) -> Sequence[Work]:
        assert len(events) <= AT_ONCE
        seen.extend(one.type_name for one in events)
        return []

    (first, *_) = await system.store.read_log(NATIONAL_TENANT, 0, 1)
    await Relay(system, [Relayed("some", noted, frozenset({first.type_name}))], Sender(system.queues, [])).attend(1)

    assert set(seen) == {first.type_name}


def test_pauses_differ_and_end() -> None:
    retry = retrying(*PAUSES)
    for failed, pause in enumerate(PAUSES, start=1):
        found = {retry(failed) for _ in range(50)}
        assert len(found) > 1
        assert all(one is not None and 0.8 * pause <= one <= 1.2 * pause for one in found)
    assert retry(len(PAUSES) + 1) is None
