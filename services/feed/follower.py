"""One reader's way through all logs: each log in its exact order, all of them in the order in which they were recorded.

What a reader is told is decided in this order: events are read, then what the reader may see is read, then it is told.
So nothing is told after the instant at which a grant was lost, and nothing is passed over that a grant allowed.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Mapping

import msgspec

from infra.eventstore.interface import EventStore, LogEnd, StoredEvent
from services.command_handling.authority import Authority
from services.command_handling.request import Principal
from services.feed.ends import Ends
from services.feed.places import START, Place, Places
from services.feed.seats import Seats
from services.feed.selection import Selection
from services.feed.visibility import Sight, sight_of

SPAN = 4_000
"""Positions that one look at a log goes over."""
HELD = 2_000
"""Events that a follower holds, over all logs; a look at one of many brings fewer."""
FEWEST = 25
_NOWHERE = LogEnd(0, 0)


class Told(msgspec.Struct, frozen=True, gc=False):
    """An event that the reader is told; between position `previous` of its log and it nothing was for the reader.

    `after` are the reader's places once it is told.
    """

    event: StoredEvent
    slug: str
    previous: int
    after: bytes


class Feed:
    """What the followers of a process share. `base` is the installation's address."""

    def __init__(self, store: EventStore, authority: Authority, base: str) -> None:
        self.store, self.authority, self.base = store, authority, base
        self.ends = Ends(store)
        self.seats = Seats()


class Follower:
    """A reader (None: anybody) of what it chose, from its `places` on; they move with what it is told."""

    def __init__(self, feed: Feed, reader: Principal | None, chosen: Selection, places: Places) -> None:
        self.places = places
        self._feed, self._reader, self._chosen = feed, reader, chosen
        self._held: dict[int, deque[StoredEvent]] = {}
        self._sought: dict[int, frozenset[str]] = {}
        self.at_end = False
        """Whether everything known to be there was looked at when something was asked for last."""

    async def sight(self, *, fresh: bool = False) -> Sight:
        """What the reader may see; `fresh`: now, if a grant says that. Raises: StreamNotFound for an unknown slug."""
        asks = fresh and self._reader is not None and self._reader.client is not None
        return await sight_of(self._feed.authority, self._reader, self._chosen.tenants, fresh=asks)

    async def skip_to_end(self) -> None:
        """Begin with what comes from now on."""
        sight = await self.sight()
        for tenant_id, end in (await self._feed.ends.newest(fresh=True)).items():
            if tenant_id in sight.institutions:
                self.places.move(tenant_id, Place(end.epoch, end.position, end.position))

    async def next(self, limit: int) -> list[Told]:
        """At most so many events; fewer, or none, where logs end or long stretches hold nothing for the reader.

        Raises: StreamNotFound, Unavailable.
        """
        sight = await self.sight()
        ends = await self._feed.ends.newest()
        await self._fill(sight, ends)
        taken = self._take(limit, ends)
        self.at_end = not taken
        if not taken:
            return []
        sight = await self.sight(fresh=True)
        if any(self._sought[one] != self._names(sight, one) for one in {event.tenant_id for event in taken}):
            self._held.clear()  # what the reader may see has changed since that was read: it is read anew
            return []
        return [told for event in taken if (told := self._told(event, sight)) is not None]

    async def wait(self, within: float) -> bool:
        """Whether there came to be more than was looked at, within so many seconds."""
        sight = await self.sight()

        def more(ends: Mapping[int, LogEnd]) -> bool:
            return any(self._behind(tenant_id, ends) for tenant_id in sight.institutions)

        return await self._feed.ends.change(more, within)

    def _told(self, event: StoredEvent, sight: Sight) -> Told | None:
        before = self.places.of(event.tenant_id).told
        if sight.sees(event) and self._chosen.chooses(event):
            self.places.move(event.tenant_id, Place(event.epoch, event.position, event.position))
            return Told(event, sight.institutions[event.tenant_id].slug, before, bytes(self.places))
        self.places.move(event.tenant_id, Place(event.epoch, event.position, before))
        return None

    def _names(self, sight: Sight, tenant_id: int) -> frozenset[str]:
        return self._chosen.names(sight.names(tenant_id))

    def _behind(self, tenant_id: int, ends: Mapping[int, LogEnd]) -> bool:
        end, place = ends.get(tenant_id, _NOWHERE), self.places.of(tenant_id)
        return end.position > place.position or end.epoch > place.epoch

    async def _fill(self, sight: Sight, ends: Mapping[int, LogEnd]) -> None:
        """Look at each log of which nothing is held and that goes on."""
        for gone in self._held.keys() - sight.institutions.keys():
            del self._held[gone]
        hungry = [one for one in sight.institutions if not self._held.get(one) and self._behind(one, ends)]
        size = max(FEWEST, HELD // (len(hungry) or 1))
        pages = await asyncio.gather(*(self._page(one, self._names(sight, one), size, ends[one]) for one in hungry))
        for tenant_id, page in zip(hungry, pages, strict=True):
            self._held[tenant_id] = deque(page)
            self._sought[tenant_id] = self._names(sight, tenant_id)

    async def _page(self, tenant_id: int, names: frozenset[str], size: int, end: LogEnd) -> list[StoredEvent]:
        place = self.places.of(tenant_id)
        events = await self._feed.store.read_types(tenant_id, names, place.position, limit=size, span=SPAN)
        if place == START or (events and events[0].epoch <= place.epoch):
            return events
        settled = await self._settled(tenant_id, place, end)
        if settled == place:
            return events
        self.places.move(tenant_id, settled)
        return await self._feed.store.read_types(tenant_id, names, settled.position, limit=size, span=SPAN)

    async def _settled(self, tenant_id: int, place: Place, end: LogEnd) -> Place:
        """A place in a log that was restored: as it is where its event survived, else before the first new event."""
        if await self._epoch(tenant_id, place.position) == place.epoch:
            return place
        below, above = 0, end.position + 1  # the first event of a later epoch stands after `below`, up to `above`
        while above - below > 1:
            middle = (below + above) // 2
            if await self._epoch(tenant_id, middle) > place.epoch:
                above = middle
            else:
                below = middle
        if above > end.position:
            return place
        return Place(await self._epoch(tenant_id, below), below, min(place.told, below))

    async def _epoch(self, tenant_id: int, position: int) -> int:
        """The epoch of the event that stands there, 0 where none does."""
        found = await self._feed.store.read_log(tenant_id, position - 1, 1) if position else []
        return found[0].epoch if found and found[0].position == position else 0

    def _take(self, limit: int, ends: Mapping[int, LogEnd]) -> list[StoredEvent]:
        """The earliest recorded events of what is held, up to where a log that goes on has to be looked at again."""
        waiting = [(held[0].recorded_at, tenant_id) for tenant_id, held in self._held.items() if held]
        heapq.heapify(waiting)
        taken: list[StoredEvent] = []
        while waiting and len(taken) < limit:
            _, tenant_id = waiting[0]
            held = self._held[tenant_id]
            taken.append(held.popleft())
            if held:
                heapq.heapreplace(waiting, (held[0].recorded_at, tenant_id))
            elif ends[tenant_id].position > taken[-1].position:
                break
            else:
                heapq.heappop(waiting)
        return taken
