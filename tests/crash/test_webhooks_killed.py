"""`kill -9` of the process that tells webhooks, before a receiver that does all that receivers should not.

Every message arrives at least once under the one id of its event, or its endpoint is disabled and says why.
"""

import asyncio
import os
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from domain.webhooks.vocabulary import DisabledBecause
from services.bootstrap import assemble
from services.settings import Settings
from tests.services.egress.telling import ALLOWED, endpoint, endpoint_of, happen, settled, until
from tests.support import receiver as r
from tests.support.clients import registered
from tests.support.running import ROOT, Up, only

MESSAGES = int(os.environ.get("PAKT_CRASH_WEBHOOKS", "50"))
KILLS = int(os.environ.get("PAKT_CRASH_ROUNDS", "3"))
PLACES = ("/fine", "/moody", "/sulking", "/failing", "/gone")
SECRET = "http://169.254.169.254/latest/meta-data"

pytestmark = [pytest.mark.crash, pytest.mark.slow]


class Hostile:
    """Answers by the path: well, as it likes, never well, or that it is gone; `taken` is what it said yes to."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.taken: defaultdict[str, set[str]] = defaultdict(set)

    async def __call__(self, request: r.Received, writer: asyncio.StreamWriter) -> None:
        behave = self._behaviour(request.path)
        if behave is None:
            self.taken[request.path].add(request.headers["webhook-id"])
            behave = self._chance.choice([r.answering(200), r.answering(204), r.endless])
        await behave(request, writer)

    def _behaviour(self, path: str) -> r.Behaviour | None:
        if path == "/gone":
            return r.answering(410)
        bad = [r.answering(500), r.resetting, r.redirecting(SECRET), r.answering(429, "Retry-After: 1"), r.babbling]
        if path == "/failing":
            return self._chance.choice(bad)
        if path == "/fine" or self._chance.random() < 0.5:
            return None
        return r.hanging if self._chance.random() < 0.02 else self._chance.choice(bad)


class Sender:
    """The process, which is killed and started again."""

    def __init__(self, data: Path) -> None:
        self._command = [sys.executable, "-m", "tests.crash.egress_process", str(data)]
        self._process = self._started()

    def _started(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def kill(self) -> None:
        self.end()
        self._process = self._started()

    def end(self) -> None:
        self._process.kill()
        with self._process:
            self._process.wait()


async def test_each_message_arrives_or_its_endpoint_says_why_not(tmp_path: Path) -> None:
    base = await asyncio.to_thread(Up, tmp_path, *only("projector"))
    chance = random.Random(11)
    hostile, sender = Hostile(chance), None
    settings = Settings(data=tmp_path, egress_allow=ALLOWED)
    try:
        async with assemble(settings, migrated=True) as system, r.Receiver(hostile).running() as receiver:
            client = await registered(system)
            places = {one: await endpoint_of(system, f"{receiver.url}{one}", client_id=client) for one in PLACES}
            made = [await happen(system) for _ in range(MESSAGES // len(PLACES))]
            sender = await asyncio.to_thread(Sender, tmp_path)
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.2, 1.5))
                await asyncio.to_thread(sender.kill)
            await until(lambda: settled(system), 120 + MESSAGES / 5)
            because = {one: (await endpoint(system, id_)).disabled_because for one, id_ in places.items()}
    finally:
        if sender is not None:
            sender.end()
        base.stop()

    ids = {str(one.events[0].id): one.first_position for one in made}
    told = [(one, msgspec.json.decode(one.body)) for one in receiver.received]
    repeated = len(told) - len({(one.path, one.headers["webhook-id"]) for one, _ in told})
    lost = {place: len(ids.keys() - hostile.taken[place]) for place in PLACES if because[place] is None}
    print(f"webhooks: {KILLS} kills, {MESSAGES} messages, {len(told)} requests, {repeated} repeated, lost {lost}")
    assert because == dict.fromkeys(PLACES[:3]) | {
        "/failing": DisabledBecause.FAILING,
        "/gone": DisabledBecause.GONE,
    }
    assert lost == dict.fromkeys(PLACES[:3], 0)
    assert [one.headers["webhook-id"] for one, body in told if body["id"] != one.headers["webhook-id"]] == []
    assert {(body["id"], int(body["sequence"])) for _, body in told} <= set(ids.items())
