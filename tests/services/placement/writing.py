"""A tenant with a log, seals, keys and work, and writers who go on writing into it wherever it is."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from uuid import UUID, uuid4

from domain.kernel.errors import Unavailable
from infra.database.interface import MAIN_NODE, Role
from infra.database.scope import scope
from infra.eventstore.interface import Committed, Duplicate
from infra.eventstore.postgres import Limits, PostgresEventStore
from tests.support.appends import command, event
from tests.support.nodes import EAST, TestNodes
from tests.support.postgres import TestDatabase

BEFORE = int(os.environ.get("PAKT_MOVE_EVENTS", "300"))
"""Events in the log when the move begins."""
PAUSE = 0.02
TENANT = 4
PERSON = UUID(int=7)
SEALED_EVERY = 4
"""Events to a signed head; every second head is cosigned."""
PERSONS_EVERY = 10
"""Events to a person, who has a key and a file."""
_SEALS = f"""
INSERT INTO es.tree (tenant_id, kind, epoch, origin, size) VALUES ({TENANT}, 'events', 1, 'a', {BEFORE});
INSERT INTO es.tile SELECT {TENANT}, 'events', 1, 0, n, decode(repeat('ab', 32 * least(256, {BEFORE} - 256 * n)), 'hex')
    FROM generate_series(0, ({BEFORE} - 1) / 256) n;
INSERT INTO es.tree_head (tenant_id, kind, epoch, size, root, note)
    SELECT {TENANT}, 'events', 1, n, decode(repeat('ab', 32), 'hex'), repeat('x', 300)
      FROM generate_series({SEALED_EVERY}, {BEFORE}, {SEALED_EVERY}) n;
INSERT INTO es.cosignature SELECT {TENANT}, 'events', 1, n, 'w', '1234', repeat('x', 150), now()
    FROM generate_series({SEALED_EVERY}, {BEFORE}, {2 * SEALED_EVERY}) n;
INSERT INTO es.subject_key SELECT {TENANT}, gen_random_uuid(), decode(repeat('ab', 60), 'hex')
    FROM generate_series(1, {BEFORE}, {PERSONS_EVERY});
INSERT INTO es.upload SELECT {TENANT}, n::text, gen_random_uuid() FROM generate_series(1, {BEFORE}, {PERSONS_EVERY}) n;
INSERT INTO es.policy (tenant_id, name, position) VALUES ({TENANT}, 'p', 5);
INSERT INTO es.subject_key VALUES ({TENANT}, '{PERSON}', 'wrapped')
"""
WHILE_IT_MOVES = f"""
UPDATE es.tree SET size = size + 1 WHERE tenant_id = {TENANT};
UPDATE es.tile SET hashes = hashes || decode(repeat('cd', 32), 'hex')
 WHERE tenant_id = {TENANT} AND length(hashes) < 8192;
INSERT INTO es.tree_head (tenant_id, kind, epoch, size, root, note)
    SELECT {TENANT}, 'events', 1, {BEFORE} + 1, decode(repeat('cd', 32), 'hex'), 'y';
INSERT INTO es.cosignature SELECT {TENANT}, 'events', 1, n, 'late', '1234', 'z', now()
    FROM unnest(ARRAY[{SEALED_EVERY}, {BEFORE} + 1]) n;
UPDATE es.subject_key SET wrapped_dek = NULL, erased_at = now() WHERE tenant_id = {TENANT} AND subject_id = '{PERSON}';
INSERT INTO es.subject_key VALUES ({TENANT}, gen_random_uuid(), 'new');
DELETE FROM es.upload WHERE tenant_id = {TENANT} AND sha256 = '1';
UPDATE es.policy SET position = 6 WHERE tenant_id = {TENANT}
"""
"""What sealers, witnesses, an erasure and work change beside appends."""
BESIDE = ("es.tree", "es.tile", "es.tree_head", "es.cosignature", "es.subject_key", "es.upload", "es.policy")


@asynccontextmanager
async def process(nodes: TestNodes, *, moving: float = 60.0) -> AsyncIterator[PostgresEventStore]:
    """A store that learns of the move by itself, as that of another process does."""
    own = TestNodes(nodes.parts[MAIN_NODE], nodes.parts[EAST])
    store = PostgresEventStore(own, limits=Limits(moving=moving))
    await own.start()
    await store.start()
    try:
        yield store
    finally:
        await store.stop()
        await own.stop()


class Writer:
    """Sends commands until told to end, each with its id until it is acknowledged; keeps the longest wait."""

    def __init__(self, store: PostgresEventStore) -> None:
        self._store = store
        self.acknowledged: dict[UUID, int] = {}
        self.longest = 0.0
        self.ending = False

    async def run(self) -> None:
        while not self.ending:
            sent = command(event(uuid4(), tags=("x",)), tenant=TENANT, command_id=uuid4())
            began = monotonic()
            while True:
                try:
                    outcome = await self._store.append(sent)
                except Unavailable:
                    await asyncio.sleep(0.01)
                    continue
                assert isinstance(outcome, Committed | Duplicate), outcome
                break
            self.longest = max(self.longest, monotonic() - began)
            self.acknowledged[sent.command_id or uuid4()] = outcome.first
            await asyncio.sleep(PAUSE)


@asynccontextmanager
async def writing(stores: Sequence[PostgresEventStore], number: int) -> AsyncIterator[list[Writer]]:
    """So many writers for the block; at its end all that they sent is acknowledged."""
    writers = [Writer(stores[n % len(stores)]) for n in range(number)]
    async with asyncio.TaskGroup() as group:
        for writer in writers:
            group.create_task(writer.run())
        yield writers
        for writer in writers:
            writer.ending = True


async def with_everything(store: PostgresEventStore, part: TestDatabase) -> None:
    """A log, seals over it, keys of persons, a read model's checkpoint, files and work."""
    for at in range(0, BEFORE, 1000):
        some = min(1000, BEFORE - at)
        await store.append_many(
            [command(event(uuid4(), tags=("x", f"of:{at}")), tenant=TENANT, command_id=uuid4()) for _ in range(some)]
        )
    await change(part, _SEALS)
    async with part.connect(Role.PROJECTOR) as projector, scope(projector, tenant=TENANT) as connection:
        await connection.execute("INSERT INTO es.checkpoint (tenant_id, name) VALUES ($1, 'x')", TENANT)


async def change(part: TestDatabase, statements: str) -> None:
    """Run statements about the tenant."""
    async with part.connect() as owner, scope(owner, tenant=TENANT) as connection:
        await connection.execute(statements)
