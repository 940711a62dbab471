"""A database with trees, and witnesses whose line can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from infra.clock import FixedClock, SystemClock
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import consistency_parts, proved
from infra.tlog.note import Note, sign_note
from infra.tlog.tiles import GrowingTree, Tiles
from infra.tlog.witnessing import AddCheckpoint
from infra.trees.interface import Head, Quorum, TreeId, TreeKeeper, Trees
from infra.witnesses.http import HttpWitness
from infra.witnesses.interface import Address
from services.sealer.witnesses import Witnesses
from services.witness.state import State, opened
from tests.services.witness.logs import application
from tests.support.postgres import TestDatabase
from tests.support.trees import ORIGIN, TREE, grow, keeping, leaves, reading, signer


class Line(httpx.AsyncBaseTransport):
    """The way to a witness: it can be cut, and be slow."""

    def __init__(self, state: State) -> None:
        self._app = httpx.ASGITransport(application(state, signer("pakt.example").verifier))
        self.cut, self.delay, self.asked = False, 0.0, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.cut:
            raise httpx.ConnectError("cut")
        await asyncio.sleep(self.delay)
        return await self._app.handle_async_request(request)


class Place:
    """A database with trees, and some witnesses."""

    def __init__(self, trees: Trees, keeper: TreeKeeper) -> None:
        self.trees, self.keeper = trees, keeper
        self.growing: dict[TreeId, GrowingTree] = {}
        self.lines: list[Line] = []
        self.witnesses: list[HttpWitness] = []
        self.states: list[State] = []

    def quorum(self, number: int | None = None) -> Quorum:
        known = tuple(one.verifier for one in self.witnesses)
        return Quorum(len(known) if number is None else number, known)

    async def seal(self, count: int = 3, tree: TreeId = TREE) -> Head:
        growing = self.growing.setdefault(tree, GrowingTree())
        hashes = leaves(count, growing.size)
        return await grow(self.keeper, growing, hashes, tree, ORIGIN.replace("-2", f"-{tree.tenant_id}"))

    def _made(self, clock: SystemClock | FixedClock) -> Witnesses:
        async def tenants() -> set[int]:
            return {1, 2, 3}

        return Witnesses(self.witnesses, self.trees, self.keeper, clock, tenants)

    @asynccontextmanager
    async def running(self, clock: SystemClock | FixedClock | None = None) -> AsyncIterator[Witnesses]:
        cosigning = self._made(clock or SystemClock())
        task = asyncio.ensure_future(cosigning.run())
        try:
            yield cosigning
        finally:
            task.cancel()
            await asyncio.wait((task,))

    async def public(self, head: Head, quorum: Quorum | None = None) -> Head:
        """The head, once enough have cosigned it."""
        async with asyncio.timeout(20):
            while True:
                found = await self.trees.newest(head.tree, quorum or self.quorum())
                if found is not None and found.size >= head.size:
                    return found
                await asyncio.sleep(0.02)


@asynccontextmanager
async def placed(database: TestDatabase, folder: Path) -> AsyncIterator[Place]:
    """The place with two witnesses."""
    async with AsyncExitStack() as stack:
        trees = await stack.enter_async_context(reading(database))
        found = Place(trees, await stack.enter_async_context(keeping(database)))
        for name in ("w1", "w2"):
            state = stack.enter_context(opened(folder / name, f"witness.example/{name}"))
            line = Line(state)
            client = await stack.enter_async_context(httpx.AsyncClient(transport=line))
            found.lines.append(line)
            found.states.append(state)
            found.witnesses.append(HttpWitness(Address("http://witness", state.signer.verifier), client, seconds=1))
        yield found


async def fork(witness: HttpWitness, size: int, *, same: int = 0, old: int = 0) -> Note:
    """Have a witness cosign another history of the log ORIGIN, the first `same` of its `size` entries being ours."""
    growing = GrowingTree()
    tiles = Tiles(growing.extend([*leaves(same), *leaves(size - same, 1_000)]))
    note = sign_note(Checkpoint(ORIGIN, size, growing.root()).text, signer())
    await witness.add(AddCheckpoint(old, proved(consistency_parts(old, size), tiles), note))
    return note
