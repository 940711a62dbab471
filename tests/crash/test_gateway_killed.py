"""`kill -9` of the gateway under six writers: what was answered is there, once, and nothing is there twice."""

import asyncio
import os
import random
import signal
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from domain.consultations.events import PlanItemAdded
from domain.kernel.ids import NATIONAL_TENANT
from domain.tenants.seed import tenant_ids
from services.bootstrap import assemble
from services.settings import Settings
from tests.support.running import Up, only

KILLS = int(os.environ.get("PAKT_CRASH_ROUNDS", "5"))
WRITERS = 6
TENANT = "sandbox-ministry"

pytestmark = [pytest.mark.crash, pytest.mark.slow]


class Gateway:
    """A gateway process that is killed and started again on one port, beside the parts that own the database."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._up = Up(data, process="gateway")
        self.url = self._up.url
        self._port = int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        """End it without a word and start the next."""
        self._up.stop(signal.SIGKILL)
        self._up = Up(self._data, process="gateway", port=self._port)

    def stop(self) -> int:
        """End it as an operator would."""
        return self._up.stop()


class Writer:
    """Adds items to a plan of its own, each until it is answered, always under the same key."""

    def __init__(self, url: str, token: str, number: int) -> None:
        self._url, self._number = url, number
        self._headers = {"Authorization": f"Bearer {token}"}
        self.answers: dict[str, dict[str, Any]] = {}
        self.repeats = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Write until told to stop; what is under way then is still brought to an answer."""
        async with httpx.AsyncClient(base_url=f"{self._url}/v1/tenants/{TENANT}", timeout=5) as client:
            plan = await self._until_answered(client, "/plans", "plan", {"year": 2030 + self._number})
            while not stop.is_set():
                body = {"act_kind": "law", "quarter": 1}
                await self._until_answered(client, f"/plans/{plan['stream_id']}/items", str(len(self.answers)), body)

    async def _until_answered(
        self, client: httpx.AsyncClient, path: str, key: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        key = f"{self._number}-{key}"
        body |= {"title": {code: {"text": key} for code in ("sq", "sr")}}
        while True:
            try:
                answer = await client.post(path, json=body, headers=self._headers | {"Idempotency-Key": key})
            except httpx.TransportError:
                self.repeats += 1
                await asyncio.sleep(0.05)  # the process is gone; the next one is on its way
                continue
            if answer.status_code == 503:
                self.repeats += 1
                continue
            assert answer.status_code in (200, 201), answer.text
            self.answers[key] = answer.json()
            return self.answers[key]


async def test_what_the_gateway_answered_outlives_it(tmp_path: Path) -> None:
    base = await asyncio.to_thread(Up, tmp_path, *only("projector", "worker"))
    gateway = await asyncio.to_thread(Gateway, tmp_path)
    stop, chance = asyncio.Event(), random.Random(7)
    token = base.token(TENANT, "consultation_coordinator")
    writers = [Writer(gateway.url, token, number) for number in range(WRITERS)]
    try:
        writing = [asyncio.ensure_future(writer.run(stop)) for writer in writers]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.05, 0.5))
            await asyncio.to_thread(gateway.kill)
        stop.set()
        await asyncio.gather(*writing)
        assert await asyncio.to_thread(gateway.stop) == 0
        log = await _log(tmp_path)
    finally:
        stop.set()
        base.stop()

    answers = {key: answer for writer in writers for key, answer in writer.answers.items()}
    by_position = {event.position: event for event in log}
    added = Counter(event.event.title.in_language("sq") for event in log if isinstance(event.event, PlanItemAdded))
    lost = [key for key, answer in answers.items() if answer["first_position"] not in by_position]
    doubled = [key for key, count in added.items() if count > 1]
    moved = [
        key
        for key, answer in answers.items()
        if (found := by_position.get(answer["first_position"]))
        and (str(found.stream_id), found.version) != (answer["stream_id"], answer["version"])
    ]
    print(
        f"gateway: {KILLS} kills, {len(answers)} answered, {sum(w.repeats for w in writers)} repeats, "
        f"{len(lost)} lost, {len(doubled)} doubled, {len(moved)} moved"
    )
    assert (lost, doubled, moved) == ([], [], [])
    assert set(added) == {key for key in answers if not key.endswith("plan")}
    assert sorted(by_position) == list(range(1, len(log) + 1))
    assert len(answers) > KILLS


async def _log(data: Path) -> list[Any]:
    from infra.eventstore.codec import recorded

    tenant = tenant_ids()[TENANT]
    assert tenant != NATIONAL_TENANT
    async with assemble(Settings(data=data), migrated=True) as system:
        stored = await system.store.read_log(tenant, 0, 1_000_000)
        streams: dict[UUID, int] = {}
        for event in stored:
            assert event.version == streams.get(event.stream_id, 0) + 1
            streams[event.stream_id] = event.version
        return [recorded(system.registry, event) for event in stored]
