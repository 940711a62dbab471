"""A log as one look reads it: those who stand at the same place of it read a page once."""

from infra.eventstore.interface import EventStore, StoredEvent

AT_ONCE = 500
"""Events of a page."""


class Pages:
    """Consecutive events of one tenant's log; the page that was read last is kept."""

    def __init__(self, store: EventStore, tenant_id: int) -> None:
        self._store, self.tenant_id = store, tenant_id
        self._held: tuple[int, list[StoredEvent]] = (-1, [])

    async def after(self, position: int) -> list[StoredEvent]:
        """The next events; none at the end of the log."""
        if self._held[0] != position:
            self._held = (position, await self._store.read_log(self.tenant_id, position, AT_ONCE))
        return self._held[1]
