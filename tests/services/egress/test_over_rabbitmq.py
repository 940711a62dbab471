"""Webhooks whose work is told of over a real RabbitMQ: each message arrives once, and those of a stream in order."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.bootstrap import System
from tests.services.egress.telling import ALLOWED, MJ, endpoint_of, settled, told, until
from tests.services.feed.test_follower import OPENED, append, tenant_of
from tests.support import receiver as r
from tests.support.postgres import Cluster
from tests.support.rabbitmq import SHARED, require_shared
from tests.support.system import seeded_system

MESSAGES = 40


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    await require_shared()
    async with seeded_system(embedded_cluster, tmp_path, egress_allow=ALLOWED, broker_url=SHARED) as made:
        yield made


async def test_each_message_arrives_once_and_those_of_a_stream_in_order(system: System) -> None:
    assert system.queues.shared
    tenant_id, stream = await tenant_of(system, MJ), uuid4()
    async with r.Receiver(r.answering(204)).running() as receiver, told(system):
        await endpoint_of(system, receiver.url, types=(OPENED,))
        await append(system, tenant_id, *[OPENED] * (MESSAGES // 2), stream=stream)
        await append(system, tenant_id, *[OPENED] * (MESSAGES // 2))
        await until(lambda: len(receiver.received) >= MESSAGES, 60)
        await until(lambda: settled(system))

    of_stream = [one for one in receiver.received if str(stream).encode() in one.body]
    versions = [int(one.body.partition(b'"streamversion":')[2].partition(b",")[0]) for one in of_stream]
    assert len({one.headers["webhook-id"] for one in receiver.received}) == len(receiver.received) == MESSAGES
    assert versions == list(range(1, MESSAGES // 2 + 1))
