"""Followers of the feed, cut off at random and resumed, while twenty writers hold transactions open and roll back.

What a follower keeps is the id of the last event that it has: nothing of it lives in the gateway.
"""

import asyncio
import itertools
import json
import os
import random
from uuid import UUID, uuid4

import pytest
from litestar import Litestar

from domain.clients.commands import SetClientQuota
from infra.database.interface import Role
from infra.eventstore.columns import APPEND_ONE, one_arguments
from infra.eventstore.interface import Append, NewEvent
from services.bootstrap import System
from services.feed.visibility import GRANTED, PUBLIC
from tests.services.feed.test_follower import AT, OPENED, PLANNED, SECRET, tenant_of
from tests.services.gateway.client import Caller, callers
from tests.services.gateway.standing import application
from tests.services.gateway.test_event_feed import FEED, listening
from tests.support.clients import administered, bearer, registered
from tests.support.postgres import Cluster
from tests.support.system import seeded_system

SECONDS = float(os.environ.get("PAKT_FEED_SECONDS", "4"))
WRITERS, LOGS = 20, ("mj", "prizren", "mflt")

pytestmark = [pytest.mark.crash, pytest.mark.slow]
Seen = list[tuple[str, int, str]]


async def write(system: System, tenants: list[int], seed: int, stop: asyncio.Event) -> int:
    """Append in explicit transactions: three in ten are held open, one in twenty is rolled back. Returns commits."""
    chance, committed = random.Random(seed), 0
    async with system.database.connect(Role.APPENDER) as connection:  # type: ignore[attr-defined] # the tests' own
        numbers = {row[1]: row[0] for row in await connection.fetch("SELECT type_id, name FROM es.event_type")}
        while not stop.is_set():
            event = NewEvent(uuid4(), 1, chance.choice([OPENED, PLANNED, SECRET]), b"{}")
            arguments = one_arguments(Append(chance.choice(tenants), uuid4(), AT, b"{}", (event,)), numbers)
            assert arguments is not None
            await connection.execute("BEGIN")
            assert await connection.fetchval(APPEND_ONE, *arguments) == "o"
            if chance.random() < 0.3:
                await asyncio.sleep(chance.uniform(0.001, 0.01))
            rolled_back = chance.random() < 0.05
            await connection.execute("ROLLBACK" if rolled_back else "COMMIT")
            committed += not rolled_back
    return committed


async def stream(app: Litestar, headers: dict[str, str], seed: int, seen: Seen, done: asyncio.Event) -> int:
    """Listen, be cut off after any event, come back with its id. Returns how often."""
    chance, last, cuts = random.Random(seed), "", 0
    while not done.is_set():
        sent = headers | ({"last-event-id": last} if last else {})
        async with listening(app, f"{FEED}/stream?tenant={','.join(LOGS)}", sent) as frames:
            until = chance.randint(1, 60)
            while until and not done.is_set():
                try:
                    frame = await asyncio.wait_for(frames.get(), 0.2)
                except TimeoutError:
                    continue
                last = frame["id"]
                if "data" in frame:
                    seen.append(told(json.loads(frame["data"])))
                    until -= 1
        cuts += 1
    return cuts


async def poll(caller: Caller, headers: dict[str, str], seed: int, seen: Seen, done: asyncio.Event) -> int:
    """Ask for pages, lose some answers, ask for those again. Returns how many were lost."""
    chance, cursor, lost = random.Random(seed), "", 0
    while not done.is_set():
        at = f"&cursor={cursor}" if cursor else ""
        answer = await caller.get(
            f"{FEED}?tenant={','.join(LOGS)}&limit={chance.randint(1, 300)}&wait=1{at}", **headers
        )
        if chance.random() < 0.2:
            lost += 1
            continue
        assert answer.status_code == 200, answer.text
        seen += [told(one) for one in answer.json()]
        cursor = answer.headers["pakt-cursor"]
    return lost


def told(event: dict[str, object]) -> tuple[str, int, str]:
    return str(event["tenant"]), int(str(event["sequence"])), str(event["previous"])


async def registered_without_a_quota_in_the_way(system: System) -> UUID:
    """A client that may ask as often as a follower cut off all the time does, which is more than the usual quota."""
    client_id = await registered(system)
    await administered(system, SetClientQuota(per_minute=1_000_000), client_id)
    return client_id


def fail_at_once(at_work: list[asyncio.Task[int]]) -> None:
    """Raise what a follower that still should follow died of, instead of waiting for what it never will have."""
    for one in at_work:
        if one.done():
            one.result()


async def test_every_follower_has_exactly_the_log(
    embedded_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with (
        seeded_system(embedded_cluster, tmp_path_factory.mktemp("feed")) as system,
        application(system) as app,
        callers(app, system.tokens) as caller,
    ):
        client = bearer(system, await registered_without_a_quota_in_the_way(system))
        tenants = [await tenant_of(system, slug) for slug in LOGS]
        stop, done = asyncio.Event(), asyncio.Event()
        followers: list[tuple[frozenset[str], Seen]] = [
            (kinds, []) for kinds in (PUBLIC, PUBLIC | GRANTED, PUBLIC, PUBLIC | GRANTED)
        ]
        at_work = [
            asyncio.create_task(follow(of, {} if kinds == PUBLIC else client, n, seen, done))
            for n, ((kinds, seen), (follow, of)) in enumerate(
                zip(followers, [(stream, app), (stream, app), (poll, caller), (poll, caller)], strict=True)
            )
        ]
        writing = [asyncio.create_task(write(system, tenants, seed, stop)) for seed in range(WRITERS)]
        await asyncio.sleep(SECONDS)
        stop.set()
        committed = sum(await asyncio.gather(*writing))

        logs = {
            slug: [(one.position, one.type_name) for one in await system.store.read_log(tenant, 0, 10_000_000)]
            for slug, tenant in zip(LOGS, tenants, strict=True)
        }
        wanted = {
            kinds: {s: [p for p, name in log if name in kinds] for s, log in logs.items()} for kinds, _ in followers
        }
        async with asyncio.timeout(60 + SECONDS):
            for kinds, seen in followers:
                while len(seen) < sum(map(len, wanted[kinds].values())):
                    fail_at_once(at_work)
                    await asyncio.sleep(0.05)
        done.set()
        broken = await asyncio.gather(*at_work)

    missed = doubled = 0
    for kinds, seen in followers:
        for slug in LOGS:
            positions = [position for of, position, _ in seen if of == slug]
            missed += len(set(wanted[kinds][slug]) - set(positions))
            doubled += len(positions) - len(set(positions))
            assert positions == wanted[kinds][slug]
            chain = [(int(previous), position) for of, position, previous in seen if of == slug]
            assert all(b[0] == a[1] for a, b in itertools.pairwise(chain))
    print(
        f"\nfeed: committed {committed} by {WRITERS} writers in {SECONDS:.0f} s, streams cut {sum(broken[:2])} times, "
        f"pages lost {sum(broken[2:])}, missed {missed}, doubled {doubled}"
    )
