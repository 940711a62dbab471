"""Who waits for a log to grow, woken in the process that saw the commit."""

import asyncio
from collections.abc import Callable

Listener = Callable[[int, int], None]


class Announcer:
    """Keeps the highest position heard of per tenant; tells listeners and wakes waiters. Belongs to one event loop."""

    def __init__(self) -> None:
        self._heads: dict[int, int] = {}
        self._listeners: list[Listener] = []
        self._waiting: dict[int, set[asyncio.Future[None]]] = {}

    def listen(self, listener: Listener) -> None:
        """Call `listener(tenant_id, last_position)` after each commit heard of. It must not block or raise."""
        self._listeners.append(listener)

    def committed(self, tenant_id: int, position: int) -> None:
        """The tenant's log reaches `position` at least."""
        if position <= self._heads.get(tenant_id, 0):
            return
        self._heads[tenant_id] = position
        for future in self._waiting.pop(tenant_id, ()):
            if not future.done():
                future.set_result(None)
        for listener in self._listeners:
            listener(tenant_id, position)

    def head(self, tenant_id: int) -> int:
        """The highest position heard of; the log may be longer."""
        return self._heads.get(tenant_id, 0)

    async def beyond(self, tenant_id: int, position: int, within: float) -> None:
        """Return once a position after `position` has been heard of, or after `within` seconds."""
        if self._heads.get(tenant_id, 0) > position:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(tenant_id, set()).add(future)
        try:
            await asyncio.wait_for(future, within)
        except TimeoutError:
            pass
        finally:
            waiting = self._waiting.get(tenant_id)
            if waiting is not None:
                waiting.discard(future)
                if not waiting:
                    del self._waiting[tenant_id]
