"""A gateway that is stopped while people write: what it took it answers, and what it answered is there.

A connection that is kept may end just when its client sends the next request. That one was never taken: the log holds
what was acknowledged and nothing else.
"""

import asyncio
import os
import signal
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from domain.tenants.seed import tenant_ids
from services.bootstrap import assemble
from services.settings import Settings
from tests.support.running import Up, only

pytestmark = [pytest.mark.slow, pytest.mark.crash]

STOPS = int(os.environ.get("PAKT_CRASH_ROUNDS", "3"))
WRITERS = 12
NEVER_TAKEN = {"ConnectError", "ReadError", "RemoteProtocolError", "WriteError"}
TITLE = {"title": {"sq": {"text": "Projektligji"}, "sr": {"text": "Nacrt zakona"}}}


class Writers:
    """People who each amend a consultation of their own, over a connection that they keep, until the gateway is gone."""

    def __init__(self, gateway: Up) -> None:
        self._base = f"{gateway.url}/v1/tenants/sandbox-ministry"
        self._token = gateway.token("sandbox-ministry", "consultation_coordinator")
        self.acknowledged: set[int] = set()
        self.met: Counter[str] = Counter()
        self._begun = asyncio.Semaphore(0)

    async def all_at_work(self) -> None:
        """Return when everybody was answered once, and events are being told."""
        for _ in range(WRITERS + 1):
            await self._begun.acquire()

    async def write(self, name: str) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(base_url=self._base, headers=headers, timeout=60) as client:
            path, body = "/consultations", TITLE | {"act_kind": "law"}
            for number in range(100_000):
                key = {"Idempotency-Key": f"{name}-{number}"}
                try:
                    answer = await client.post(path, json=body, headers=key)
                except httpx.HTTPError as error:
                    self.met[type(error).__name__] += 1
                    return
                self.met[str(answer.status_code)] += 1
                if answer.is_success:
                    if path == "/consultations":
                        self._begun.release()
                    told = answer.json()
                    self.acknowledged |= {*range(told["first_position"], told["last_position"] + 1)}
                    path, body = f"/consultations/{told['stream_id']}/amend", TITLE

    async def listen(self) -> str:
        """How a stream of events ends."""
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(headers=headers, timeout=60) as client:
            try:
                async with client.stream("GET", f"{self._base}/events/stream") as stream:
                    self._begun.release()
                    async for _ in stream.aiter_bytes():
                        pass
            except httpx.HTTPError as error:
                return type(error).__name__
            return f"{stream.status_code} to its end"


async def test_a_stop_under_load_loses_and_refuses_nothing(tmp_path: Path) -> None:
    base = await asyncio.to_thread(Up, tmp_path, *only("projector"))
    acknowledged: set[int] = set()
    met: Counter[str] = Counter()
    before, slowest = await _end(tmp_path), 0.0
    try:
        for number in range(STOPS):
            gateway = await asyncio.to_thread(Up, tmp_path, process="gateway")
            writers = Writers(gateway)
            listening = asyncio.ensure_future(writers.listen())
            writing = [asyncio.ensure_future(writers.write(f"{number}-{one}")) for one in range(WRITERS)]
            await asyncio.wait_for(writers.all_at_work(), 60)
            await asyncio.sleep(0.5)
            began = time.monotonic()
            assert await asyncio.to_thread(gateway.stop, signal.SIGTERM) == 0
            slowest = max(slowest, time.monotonic() - began)
            await asyncio.wait_for(asyncio.gather(*writing), 60)
            acknowledged |= writers.acknowledged
            met += writers.met
            met[f"stream: {await listening}"] += 1
        after = await _end(tmp_path)
    finally:
        base.stop()

    taken = {*range(before + 1, after + 1)}
    print(
        f"stopping: {STOPS} stops, the slowest {slowest:.2f} s, {len(acknowledged)} acknowledged,"
        f" {len(acknowledged - taken)} lost, {len(taken - acknowledged)} unheard, met {dict(met)}"
    )
    assert acknowledged == taken
    assert len(acknowledged) > WRITERS * STOPS
    assert set(met) - NEVER_TAKEN == {"200", "201", "stream: 200 to its end"}


async def _end(data: Path) -> int:
    async with assemble(Settings(data=data), migrated=True) as system:
        return (await system.engine.heads())[tenant_ids()["sandbox-ministry"]]
