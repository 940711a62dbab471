"""Worker processes killed, messages lost: every timer still fires, each once."""

import asyncio
import contextlib
import os
import signal
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.consultations.events import ConsultationClosed
from domain.kernel.ids import derived_id
from domain.tenants.commands import MoveSandboxClock
from domain.tenants.sandbox_clock import SandboxClock
from domain.tenants.seed import tenant_ids
from services.bootstrap import System, assemble
from services.settings import Settings
from tests.support.consultation import COORDINATOR, opened
from tests.support.rabbitmq import SHARED, require_shared
from tests.support.running import Up, only
from tests.support.system import send

SANDBOX = "sandbox-ministry"
ROUNDS = int(os.environ.get("PAKT_CRASH_ROUNDS", "2"))
EACH = 4
WITHIN = 60.0

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.mark.parametrize("broker", ["", pytest.param(SHARED, marks=pytest.mark.broker)], ids=["in-process", "rabbitmq"])
async def test_killing_workers_and_losing_messages_loses_no_timer(tmp_path: Path, broker: str) -> None:
    queue = f"pakt-test-{uuid4().hex[:8]}"
    if broker:
        await require_shared()
    environment = {"PAKT_BROKER_URL": f"{broker}/#{queue}" if broker else ""}
    base = await asyncio.to_thread(Up, tmp_path / "data", *only("projector"))
    consultations: list[UUID] = []
    try:
        async with assemble(Settings(data=tmp_path / "data"), migrated=True) as system:
            for n in range(ROUNDS):
                consultations += await due(system, n)
                worker = await asyncio.to_thread(Up, tmp_path / "data", process="worker", environment=environment)
                await system.store.wait(tenant_ids()[SANDBOX], await _head(system) + 1 + n, within=5)
                worker.stop(signal.SIGKILL)
                if broker:
                    await asyncio.to_thread(_lose, queue)
            worker = await asyncio.to_thread(Up, tmp_path / "data", process="worker", environment=environment)
            found = await closed(system, consultations)
            worker.stop()
    finally:
        base.stop()
        if broker:
            await asyncio.to_thread(_lose, queue, for_good=True)

    assert found == Counter(consultations), "each closed, and once"


async def due(system: System, n: int) -> list[UUID]:
    """Consultations whose window is over because the sandbox's clock was moved past it."""
    made = [await opened(system, SANDBOX, key=(n, m)) for m in range(EACH)]
    clock_id = derived_id(SandboxClock.SINGLETON, tenant_ids()[SANDBOX])
    await send(system, SANDBOX, COORDINATOR, MoveSandboxClock(by=60 * 86_400), clock_id, key=n)
    return made


async def _head(system: System) -> int:
    return await system.store.head(tenant_ids()[SANDBOX])


async def closed(system: System, consultations: list[UUID]) -> "Counter[UUID]":
    """How often each was closed, once all are and nothing more comes."""
    async with asyncio.timeout(WITHIN):
        while True:
            head = await _head(system)
            log = await system.store.read_log(tenant_ids()[SANDBOX], 0, head + 1)
            found = Counter(event.stream_id for event in log if event.type_name == ConsultationClosed.TOPIC)
            if (
                set(found) == set(consultations)
                and await system.store.wait(tenant_ids()[SANDBOX], head + 1, 2.0) == head
            ):
                return found


def _lose(queue: str, *, for_good: bool = False) -> None:
    """Throw away every message that waits."""
    import pika
    import pika.exceptions

    connection = pika.BlockingConnection(pika.URLParameters(SHARED))
    for suffix in ("", ".DQ", ".XQ"):
        channel = connection.channel()
        with contextlib.suppress(pika.exceptions.ChannelClosedByBroker):  # never declared
            channel.queue_delete(queue + suffix) if for_good else channel.queue_purge(queue + suffix)
    connection.close()
