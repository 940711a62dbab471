"""Jobs over dramatiq: within the process by default, over RabbitMQ where several machines share the work.

Dramatiq performs on threads of its own; the work itself runs on the event loop that started the broker. An error never
goes into a message: a traceback may hold what only the log may hold.
"""

import asyncio
import functools
import logging
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import dramatiq
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import BrokerConnectionError, Retry
from dramatiq.message import Message
from dramatiq.middleware import CurrentMessage, Retries
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from domain.kernel.errors import Unavailable
from infra.broker.interface import GaveUp, Job, Perform
from infra.telemetry.propagation import TRACEPARENT, continued, current_traceparent

if TYPE_CHECKING:
    from dramatiq.brokers.rabbitmq import RabbitmqBroker

QUEUE = "pakt"
ACTOR = "perform"
THREADS = 4
MAX_RETRIES = 3
FIRST_PAUSE = 100
"""Milliseconds before the first retry; doubles with each."""
IDLE = 100
"""Milliseconds after which an idle thread looks whether it shall stop."""

PATIENCE = {
    "socket_timeout": "5",
    "stack_timeout": "10",
    "blocked_connection_timeout": "30",
    "tcp_options": "{'TCP_USER_TIMEOUT': 10000, 'TCP_KEEPIDLE': 10, 'TCP_KEEPINTVL': 3, 'TCP_KEEPCNT': 4}",
}
"""Seconds to reach a RabbitMQ, to be let in, to be kept by one whose disk or memory is full; what is sent and not
acknowledged ends the connection, as does a line that is dead (milliseconds and seconds)."""

_LOST: tuple[type[Exception], ...] = (BrokerConnectionError, OSError)

log = logging.getLogger(__name__)
_tracer = trace.get_tracer("pakt.broker")
_WORDLESS: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
"""What an error says may be about somebody: spans keep none of it."""


class DramatiqBroker:
    """`url` is `amqp://...` for RabbitMQ; empty for a queue that lives and dies with this process."""

    def __init__(self, url: str = "", *, queue: str = QUEUE) -> None:
        middleware = [CurrentMessage(), Retries(max_retries=MAX_RETRIES, min_backoff=FIRST_PAUSE)]
        self._where = urlsplit(url).hostname or "in-process"
        self._queue = queue
        self._rabbitmq = _rabbitmq(url, middleware) if url else None
        self._lost = _LOST + (_failures_to_connect() if url else ())
        self._broker: dramatiq.Broker = self._rabbitmq or StubBroker(middleware=middleware)
        self._broker.declare_queue(queue)
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="pakt-send")  # a connection belongs to its thread
        self._worker: dramatiq.Worker | None = None

    async def start(self, perform: Perform, gave_up: GaveUp) -> None:
        """As the port says."""
        performer = _Performer(asyncio.get_running_loop(), perform, gave_up)
        dramatiq.Actor(
            performer.run,
            broker=self._broker,
            actor_name=ACTOR,
            queue_name=self._queue,
            priority=0,
            options={"max_retries": MAX_RETRIES},
        )
        self._worker = dramatiq.Worker(self._broker, worker_threads=THREADS, worker_timeout=IDLE)
        await asyncio.to_thread(self._worker.start)

    async def send(self, job: Job) -> None:
        """As the port says; over RabbitMQ the job is confirmed to be in the queue."""
        with _tracer.start_as_current_span(f"send {job.name}", kind=SpanKind.PRODUCER, **_WORDLESS):
            message: Message[None] = Message(
                queue_name=self._queue,
                actor_name=ACTOR,
                args=(job.name, job.ids),
                kwargs={},
                options={TRACEPARENT: current_traceparent()},
            )
            try:
                await asyncio.get_running_loop().run_in_executor(self._sender, self._broker.enqueue, message)
            except self._lost as error:
                raise Unavailable(f"broker {self._where}") from error

    async def check(self) -> None:
        """As the port says; the queue is declared on the way."""
        if self._rabbitmq is None:
            return
        declare = functools.partial(self._rabbitmq.declare_queue, self._queue, ensure=True)
        try:
            await asyncio.get_running_loop().run_in_executor(self._sender, declare)
        except self._lost as error:
            raise Unavailable(f"broker {self._where}") from error

    async def stop(self) -> None:
        """As the port says."""
        if self._worker is not None:
            await asyncio.to_thread(self._worker.stop)
        await asyncio.get_running_loop().run_in_executor(self._sender, self._broker.close)
        self._sender.shutdown()


def _rabbitmq(url: str, middleware: list[dramatiq.Middleware]) -> "RabbitmqBroker":
    from dramatiq.brokers.rabbitmq import RabbitmqBroker  # noqa: PLC0415 - a slow import that few need

    logging.getLogger("pika").setLevel(logging.CRITICAL)  # dramatiq says it in one line; pika adds pages
    return RabbitmqBroker(url=patient(url), confirm_delivery=True, middleware=middleware)


def patient(url: str) -> str:
    """The address (several: `;` between) with how long a server is waited for; what it says of that itself stays."""
    addresses = [urlsplit(one) for one in url.split(";")]
    asked = [urlencode(PATIENCE | dict(parse_qsl(one.query))) for one in addresses]
    return ";".join(one._replace(query=query).geturl() for one, query in zip(addresses, asked, strict=True))


def _failures_to_connect() -> tuple[type[Exception], ...]:
    """What pika says of a server that is silent, and dramatiq passes on as it is."""
    from pika.adapters.utils.connection_workflow import AMQPConnectorException  # noqa: PLC0415 - as above

    return (AMQPConnectorException,)


class _Performer:
    """What dramatiq's threads run: each job on the event loop, its failures counted."""

    def __init__(self, loop: asyncio.AbstractEventLoop, perform: Perform, gave_up: GaveUp) -> None:
        self._loop, self._perform, self._gave_up = loop, perform, gave_up

    def run(self, name: str, ids: dict[str, str | int]) -> None:
        """One attempt at one job."""
        message = CurrentMessage.get_current_message()
        options = message.options if message is not None else {}
        with continued(options.get(TRACEPARENT, "")):  # the coroutine inherits this thread's trace
            self._attempt(Job(name, ids), options.get("retries", 0))

    def _attempt(self, job: Job, retries: int) -> None:
        try:
            asyncio.run_coroutine_threadsafe(self._traced(job), self._loop).result()
        except CancelledError:  # the process stops: whoever sent the job sends it again
            log.info("%s was interrupted", job.name)
        except Exception as error:  # noqa: BLE001 - the edge of a job: whatever it was, it is tried again or told
            if retries >= MAX_RETRIES:
                asyncio.run_coroutine_threadsafe(_awaited(self._gave_up, job, error), self._loop).result()
            else:
                raise Retry(f"{job.name}: {type(error).__name__}", delay=FIRST_PAUSE << retries) from None

    async def _traced(self, job: Job) -> None:
        with _tracer.start_as_current_span(f"perform {job.name}", kind=SpanKind.CONSUMER, **_WORDLESS):
            await self._perform(job)


async def _awaited(gave_up: GaveUp, job: Job, error: Exception) -> None:
    await gave_up(job, error)
