"""Events that were read a moment ago: one event goes to many endpoints, and is read once."""

from collections import OrderedDict

from infra.eventstore.interface import EventStore, StoredEvent

MOST = 1_000
"""Events that are held."""
LONGEST = 64 << 10
"""Bytes of a payload that is held; a longer one is read each time."""

Place = tuple[int, int, int]
"""Tenant id, epoch and position: under it stands one event for ever, or none."""


class RecentEvents:
    """Least recently used first out."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._held: OrderedDict[Place, StoredEvent] = OrderedDict()

    async def find(self, tenant_id: int, epoch: int, position: int) -> StoredEvent | None:
        """None where a restore has put another event, or none, in its place. Raises: Unavailable."""
        place = (tenant_id, epoch, position)
        if (held := self._held.get(place)) is not None:
            self._held.move_to_end(place)
            return held
        found = await self._store.read_log(tenant_id, position - 1, 1)
        if not found or (found[0].epoch, found[0].position) != (epoch, position):
            return None
        self.hold(found[0])
        return found[0]

    def hold(self, event: StoredEvent) -> None:
        """Keep an event that was read."""
        if len(event.data) <= LONGEST:
            self._held[event.tenant_id, event.epoch, event.position] = event
            if len(self._held) > MOST:
                self._held.popitem(last=False)
