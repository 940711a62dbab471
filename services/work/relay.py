"""The log is the outbox: work that follows from events is noted in the transaction that moves a checkpoint past them.

So each event's work is noted once, however often a relay is killed and however many there are. Messages about it are
sent afterwards; one that is lost costs time, until somebody looks at what is due.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from domain.kernel.errors import PaktError, Unavailable
from domain.tenants.quotas import USUAL, Resource
from infra.broker.interface import Job
from infra.broker.queues import Queues
from infra.database.scope import scope
from infra.eventstore.codec import decode_metadata
from infra.eventstore.interface import StoredEvent
from infra.telemetry.propagation import continued
from infra.work.interface import Work
from services.bootstrap import System
from services.following import Following
from services.pages import Pages
from services.troubles import Troubles
from services.work.kinds import Kind

POLL = 0.5
"""Seconds between two looks at all logs; commits that this process hears of are followed at once."""
MOST_WAITING = 10_000
"""Messages that wait to be sent; each is a few ids."""

_STANDS = "SELECT name, position FROM es.relay WHERE tenant_id = $1 AND name = ANY ($2)"
_WAITING = """
SELECT count(*)::int FROM (SELECT FROM es.work WHERE tenant_id = $1 AND state = 'pending' LIMIT $2) w
"""
_MOVE = """
INSERT INTO es.relay AS r (tenant_id, name, position) VALUES ($1, $2, $4)
ON CONFLICT (tenant_id, name) DO UPDATE SET position = excluded.position, updated_at = now() WHERE r.position = $3
"""

log = logging.getLogger("pakt.relay")

Follow = Callable[[int, Sequence[StoredEvent]], Awaitable[Sequence[Work]]]
"""What work follows from consecutive events of a tenant's log; asked again about the same, it must say the same."""


class Relayed(msgspec.Struct, frozen=True):
    """`name` is that of its checkpoint; `types` are the stored names of events that `follow` asks to see, None for all.

    One that is added later begins at the beginning of each log.
    """

    name: str
    follow: Follow
    types: frozenset[str] | None = None


def traceparent_of(event: StoredEvent) -> str:
    """The trace of the request that an event came from, for the work that follows from it."""
    return decode_metadata(event.metadata).traceparent


class Relay:
    """Follows all logs for each of `relayed`; `sender` tells of the work that they name."""

    def __init__(self, system: System, relayed: Sequence[Relayed], sender: "Sender") -> None:
        self._system, self._relayed, self._sender = system, relayed, sender
        self._reached: dict[int, int] = {}
        self._following = Following(self, system.store, "relay", "what follows from its events is not done", poll=POLL)

    async def run(self) -> None:
        """Follow until cancelled."""
        await self._following.run()

    async def heads(self) -> Mapping[int, int]:
        """As `Follower` says."""
        return await self._system.engine.heads()

    def reached(self, tenant_id: int) -> int:
        """As `Follower` says."""
        return self._reached.get(tenant_id, -1)

    def patience(self, tenant_id: int) -> float:  # noqa: ARG002 - none with anybody
        """Somebody may be waiting to hear of it."""
        return 0.0

    async def attend(self, tenant_id: int) -> None:
        """Note what follows from every event that is there; what one cannot follow holds up no other."""
        stands, pages = await self._stands(tenant_id), Pages(self._system.store, tenant_id)
        reached, errors = [], []
        for one in self._relayed:
            try:
                reached.append(await self._catch_up(pages, one, stands.get(one.name, 0)))
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - the others have their turn; then it is raised
                errors.append(error)
        if errors:
            raise errors[0]
        self._reached[tenant_id] = min(reached)

    def failed(self, tenant_id: int, error: Exception) -> str:
        """Our own errors name positions and types; what others say may hold what an event says."""
        self._reached.pop(tenant_id, None)
        return str(error) if isinstance(error, PaktError) else type(error).__name__

    def looked(self) -> None:
        """Nothing is told of it."""

    async def _stands(self, tenant_id: int) -> dict[str, int]:
        names, working = [one.name for one in self._relayed], self._system.working
        async with working.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            return {row[0]: row[1] for row in await connection.fetch(_STANDS, tenant_id, names)}

    async def _catch_up(self, pages: Pages, relayed: Relayed, after: int) -> int:
        tenant_id = pages.tenant_id
        while events := await pages.after(after):
            asked = [one for one in events if relayed.types is None or one.type_name in relayed.types]
            works = await relayed.follow(tenant_id, asked) if asked else ()
            reached = events[-1].position
            if works and await self._is_full(tenant_id):
                return after  # the log keeps what follows from it until there is room: the next look goes on
            if not await self._note(tenant_id, relayed, works, (after, reached)):
                reached = (await self._stands(tenant_id)).get(relayed.name, 0)  # another relay was faster
            after = reached
        return after

    async def _is_full(self, tenant_id: int) -> bool:
        """Whether as much work of the institution waits as its quota allows."""
        institution = (await self._system.handler.authority.national()).by_tenant(tenant_id)
        limit = USUAL[Resource.JOBS] if institution is None else institution.quota(Resource.JOBS)
        working = self._system.working
        async with working.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            waiting: int = await connection.fetchval(_WAITING, tenant_id, limit)
        return waiting >= limit

    async def _note(self, tenant_id: int, relayed: Relayed, works: Sequence[Work], moved: tuple[int, int]) -> bool:
        """Move the checkpoint and note the work, together; False when the checkpoint is not where it was."""
        working = self._system.working
        async with working.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id, relaxed=not works) as connection:
            if (await connection.execute(_MOVE, tenant_id, relayed.name, *moved)).endswith(" 0"):
                return False
            added = await self._system.works.add(works, within=connection)
        self._sender.tell(added)
        return True


class Sender:
    """Sends messages about work in the background: what is noted does not wait for the broker."""

    def __init__(self, queues: Queues, kinds: Sequence[Kind]) -> None:
        self._queues, self._kinds = queues, {kind.name: kind.queue for kind in kinds}
        self._waiting: asyncio.Queue[Work] = asyncio.Queue(MOST_WAITING)
        self._troubles = Troubles(log)

    def tell(self, works: Sequence[Work]) -> None:
        """Send a message about each that could be begun, soon: of a lane about the first, which the next ones follow.

        What there is no room for is found by looking.
        """
        lanes: set[tuple[str, str]] = set()
        for work in works:
            if self._waiting.full():
                return
            if not work.lane or (work.kind, work.lane) not in lanes:
                lanes.add((work.kind, work.lane))
                self._waiting.put_nowait(work)

    async def run(self) -> None:
        """Send until cancelled. What cannot be sent is found by looking."""
        unsent = "messages about work are not sent"
        while True:
            work = await self._waiting.get()
            try:
                with continued(work.traceparent):
                    await self._queues.send(
                        self._kinds[work.kind], [Job(work.kind, {"tenant_id": work.tenant_id, "subject": work.subject})]
                    )
            except Unavailable as error:
                self._troubles.say(unsent, error)
                while not self._waiting.empty():
                    self._waiting.get_nowait()
            else:
                self._troubles.over(unsent)
