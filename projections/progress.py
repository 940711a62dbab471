"""Reading your own writes: waiting until read models hold a position of a tenant's log."""

import asyncio
from collections.abc import Collection, Iterable

from infra.database.scope import scope
from projections.connections import Connections

_BEHIND = "SELECT min(position), count(*) FROM es.checkpoint WHERE tenant_id = $1 AND name = ANY ($2)"
Waiter = tuple[int, frozenset[str], "asyncio.Future[None]"]


class Progress:
    """Where the read models stand. An engine in this process tells at once; else the checkpoints are looked at.

    `poll` is the pause in seconds between two looks at the checkpoints.
    """

    def __init__(self, connections: Connections, poll: float = 0.05) -> None:
        self._connections, self._poll = connections, poll
        self._positions: dict[int, dict[str, int]] = {}
        self._waiters: dict[int, list[Waiter]] = {}

    def advance(self, tenant_id: int, names: Iterable[str], position: int) -> None:
        """The engine has stored rows up to `position`: wake whoever waits for it."""
        positions = self._positions.setdefault(tenant_id, {})
        positions.update(dict.fromkeys(names, position))
        left: list[Waiter] = []
        for waiter in self._waiters.pop(tenant_id, ()):
            if not waiter[2].done() and self._reached(tenant_id, waiter[1], waiter[0]):
                waiter[2].set_result(None)
            elif not waiter[2].done():
                left.append(waiter)
        if left:
            self._waiters[tenant_id] = left

    async def wait_for(self, tenant_id: int, read_models: Collection[str], position: int, timeout: float) -> bool:  # noqa: ASYNC109
        """Whether all of these read models held `position` within `timeout` seconds."""
        names = frozenset(read_models)
        if self._reached(tenant_id, names, position):
            return True
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            if await self._stored(tenant_id, names, position):
                return True
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            if await self._told(tenant_id, names, position, min(left, self._poll)):
                return True

    def _reached(self, tenant_id: int, names: frozenset[str], position: int) -> bool:
        positions = self._positions.get(tenant_id, {})
        return all(positions.get(name, -1) >= position for name in names)

    async def _told(self, tenant_id: int, names: frozenset[str], position: int, within: float) -> bool:
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiter = (position, names, told)
        self._waiters.setdefault(tenant_id, []).append(waiter)
        try:
            await asyncio.wait((told,), timeout=within)
            return told.done()
        finally:
            waiting = self._waiters.get(tenant_id, [])
            if waiter in waiting:
                waiting.remove(waiter)
            told.cancel()

    async def _stored(self, tenant_id: int, names: frozenset[str], position: int) -> bool:
        async with self._connections.borrow(tenant_id) as borrowed, scope(borrowed, tenant=tenant_id) as connection:
            record = await connection.fetchrow(_BEHIND, tenant_id, list(names))
        return record is not None and record[1] == len(names) and record[0] >= position
