"""One suite for every broker; RabbitMQ takes part where a server is named."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from domain.kernel.errors import Unavailable
from infra.broker.dramatiq_queue import MAX_RETRIES, DramatiqBroker, patient
from infra.broker.interface import Broker, Job
from infra.telemetry.propagation import continued, current_traceparent
from tests.support.network import Relay
from tests.support.rabbitmq import SHARED, require_shared

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WITHIN = 20.0


@pytest.fixture(params=["in-process", pytest.param("rabbitmq", marks=pytest.mark.broker)])
async def broker(request: pytest.FixtureRequest) -> AsyncIterator[DramatiqBroker]:
    url = ""
    if request.param == "rabbitmq":
        await require_shared()
        url = SHARED
    queue = f"pakt-test-{uuid4().hex[:8]}"
    made = DramatiqBroker(url, queue=queue)
    yield made
    await made.stop()
    if url:
        await asyncio.to_thread(_delete, queue)


def _delete(queue: str) -> None:
    import pika

    connection = pika.BlockingConnection(pika.URLParameters(SHARED))
    for suffix in ("", ".DQ", ".XQ"):
        connection.channel().queue_delete(queue + suffix)
    connection.close()


class Seen:
    """Performs jobs by remembering them; fails the first `failures` attempts of each."""

    def __init__(self, failures: int = 0) -> None:
        self.attempts: Counter[str] = Counter()
        self.done: list[Job] = []
        self.given_up: list[tuple[Job, Exception]] = []
        self.traces: list[str] = []
        self._failures, self._changed = failures, asyncio.Condition()

    async def perform(self, job: Job) -> None:
        self.attempts[str(job.ids["n"])] += 1
        self.traces.append(current_traceparent())
        if self.attempts[str(job.ids["n"])] <= self._failures:
            raise Unavailable("database")
        async with self._changed:
            self.done.append(job)
            self._changed.notify_all()

    async def give_up(self, job: Job, error: Exception) -> None:
        async with self._changed:
            self.given_up.append((job, error))
            self._changed.notify_all()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(WITHIN), self._changed:
            await self._changed.wait_for(lambda: len(self.done) + len(self.given_up) >= count)


@asynccontextmanager
async def started(broker: Broker, seen: Seen) -> AsyncIterator[None]:
    await broker.start(seen.perform, seen.give_up)
    yield


async def test_every_job_is_performed_on_the_loop_that_started_it(broker: Broker) -> None:
    seen = Seen()
    async with started(broker, seen):
        for n in range(20):
            await broker.send(Job("close", {"n": n, "deadline": str(uuid4())}))
        await seen.until(20)

    assert sorted(job.ids["n"] for job in seen.done) == list(range(20))
    assert {job.name for job in seen.done} == {"close"}


async def test_jobs_sent_before_anyone_performs_wait(broker: Broker) -> None:
    await broker.send(Job("close", {"n": 1}))
    seen = Seen()
    async with started(broker, seen):
        await seen.until(1)

    assert seen.done == [Job("close", {"n": 1})]


async def test_a_failing_job_is_tried_again(broker: Broker) -> None:
    seen = Seen(failures=MAX_RETRIES)
    async with started(broker, seen):
        await broker.send(Job("close", {"n": 1}))
        await seen.until(1)

    assert (seen.attempts["1"], seen.given_up) == (MAX_RETRIES + 1, [])


async def test_a_job_that_keeps_failing_is_given_up_with_its_reason(broker: Broker) -> None:
    seen = Seen(failures=100)
    async with started(broker, seen):
        await broker.send(Job("close", {"n": 1}))
        await seen.until(1)
    ((job, error),) = seen.given_up

    assert (seen.attempts["1"], job, type(error)) == (MAX_RETRIES + 1, Job("close", {"n": 1}), Unavailable)


async def test_the_trace_goes_with_the_job(broker: Broker) -> None:
    seen = Seen()
    async with started(broker, seen):
        with continued(PARENT):
            await broker.send(Job("close", {"n": 1}))
        await seen.until(1)

    assert [trace.split("-")[1] for trace in seen.traces] == [PARENT.split("-")[1]]


async def test_a_broker_that_is_there_answers(broker: Broker) -> None:
    await broker.check()


async def test_a_broker_that_is_not_there_is_unavailable() -> None:
    broker = DramatiqBroker("amqp://guest:guest@127.0.0.1:1/?connection_attempts=1&retry_delay=0&socket_timeout=1")
    with pytest.raises(Unavailable):
        await broker.send(Job("close", {"n": 1}))
    with pytest.raises(Unavailable):
        await broker.check()
    await broker.stop()


async def test_a_broker_that_lets_nobody_in_is_unavailable_in_time() -> None:
    async with Relay(("127.0.0.1", 1)).running() as relay:
        with relay.silent():
            broker = DramatiqBroker(f"amqp://guest:guest@127.0.0.1:{relay.port}/?stack_timeout=1&socket_timeout=1")
            with pytest.raises(Unavailable):
                await asyncio.wait_for(broker.check(), WITHIN)
            await broker.stop()


def test_of_every_address_it_is_said_how_long_is_waited() -> None:
    one, other = patient("amqp://first/vhost?heartbeat=7;amqp://u:p%40@second?socket_timeout=2").split(";")
    assert one.startswith("amqp://first/vhost?") and "heartbeat=7" in one and "socket_timeout=5" in one
    assert other.startswith("amqp://u:p%40@second?") and "socket_timeout=2" in other and "TCP_USER_TIMEOUT" in other
