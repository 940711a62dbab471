"""Work that follows from events, done by what runs in a process; messages lost, late and twice."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from domain.kernel.errors import Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from infra.broker.dramatiq_queue import DramatiqBroker
from infra.broker.interface import GaveUp, Job, Perform
from infra.broker.queues import Queues
from infra.database.interface import Connection
from infra.telemetry.propagation import current_traceparent
from infra.work.interface import Again, Done, GivenUp, Work
from services.bootstrap import System
from services.work.kinds import PAUSES, Gate, retrying
from services.work.performing import INTERRUPTIONS, Performing
from services.work.relay import Sender
from services.work.run import working
from tests.services.work.doing import (
    ECHO,
    ECHOED,
    PARENT,
    WITHIN,
    Doing,
    done,
    echo,
    effects,
    expected,
    left,
    message,
    national,
    performing,
    until_empty,
)


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
    await asyncio.gather(*(performer.take(message()) for _ in range(10)))
    await performer.idle()
    await performer.take(message())

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


async def test_what_takes_much_is_done_a_little_at_once_and_keeps_nothing_else_waiting(system: System) -> None:
    heavy, light = Doing(), Doing()
    heavy.gate.clear()
    gate = Gate("heavy", 1)
    kinds = [heavy.kind("heavy", gate=gate), heavy.kind("heavier", gate=gate), light.kind()]
    await system.works.add([Work(NATIONAL_TENANT, "heavy", str(n)) for n in range(70)])
    await system.works.add([Work(NATIONAL_TENANT, "heavier", "x")])
    await system.works.add([echo("a"), echo("b")])
    performer = Performing(system.works, national, kinds, width=3)
    assert await performer.look() == 3
    offered = [
        asyncio.create_task(performer.take(message("heavier", "x"))),
        asyncio.create_task(performer.take(message())),
    ]
    async with asyncio.timeout(WITHIN):
        while await left(system) != [(str(n), "pending", 0, "") for n in sorted(map(str, range(70)))] + [
            ("x", "pending", 0, "")
        ]:
            await asyncio.sleep(0.02)

    assert (len(heavy.tries), sorted(one.subject for one in light.tries)) == (1, ["a", "b"])
    heavy.gate.set()
    await asyncio.gather(*offered)
    while await left(system):
        await done(performer)
    assert len(heavy.tries) == 71
    assert heavy.most == 1


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


def test_pauses_differ_and_end() -> None:
    retry = retrying(*PAUSES)
    for failed, pause in enumerate(PAUSES, start=1):
        found = {retry(failed) for _ in range(50)}
        assert len(found) > 1
        assert all(one is not None and 0.8 * pause <= one <= 1.2 * pause for one in found)
    assert retry(len(PAUSES) + 1) is None


async def test_what_there_was_no_room_for_is_begun_as_soon_as_there_is(system: System) -> None:
    """Neither a message nor a look tells of it again: of 300 pieces a look sees the first 256."""
    doing = Doing()
    doing.outcomes = {str(n): [Done()] for n in range(300)}
    async with working(system, [doing.kind()], every=600.0, width=8) as running:
        await asyncio.sleep(0.5)
        await system.works.add([echo(str(n)) for n in range(300)])
        await running.add([echo("told")])
        await until_empty(system)

    assert len(doing.tries) == 301
    assert doing.most <= 8
