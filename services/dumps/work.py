"""Dumps as background work: each dataset once a day, and again when something in it is taken from public view."""

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.catalogue import REGISTRY
from domain.kernel.deadline import local_day
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from infra.eventstore.interface import StoredEvent
from infra.work.interface import Again, Done, Outcome, Work
from services.bootstrap import System
from services.dumps.building import Behind, Builder
from services.dumps.catalogue import DATASETS, dataset_of
from services.dumps.keeping import Keeper
from services.dumps.shelf import Shelf
from services.work.kinds import Gate, Kind
from services.work.relay import Relayed, traceparent_of
from services.work.run import Working

DUMP, TAKE = "dump", "dump-taken"
QUEUE = "dumps"
"""Apart from others: a dump takes long."""
SOON = 2.0
"""Seconds until registers that are behind are looked at again."""
SETTLE = 60.0
"""Seconds that a process runs before it looks what the day lacks: whoever starts has other things to do."""
LEASE = 600.0
"""Seconds after which another process builds a dump that nobody has finished."""
GATE = Gate("dumps", 1)
"""A dump reads a whole register: one at a time in a process, whatever it is built for."""


class Dumping:
    """What a process does about dumps: notes what a day lacks, builds it, takes away what is public no more."""

    def __init__(self, system: System) -> None:
        self._system, self._builder = system, Builder(system)
        self._keeper = Keeper(self._builder.shelf, system.clock.now)
        self._noted: date | None = None
        self._begun = asyncio.get_running_loop().time()

    @property
    def shelf(self) -> Shelf:
        """Where the dumps are."""
        return self._builder.shelf

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """How the work is done."""
        performed = {DUMP: self.dump, TAKE: self.take}
        return tuple(Kind(name, perform, QUEUE, lease=LEASE, gate=GATE) for name, perform in performed.items())

    @property
    def relayed(self) -> Relayed:
        """What follows from events that take something from view."""
        return Relayed("dumps", self.follow, frozenset(topic for topics in _TAKEN.values() for topic in topics))

    async def look(self, working: Working) -> int:
        """Note the work of a new day; how many pieces."""
        lacking = await self.lacking()
        if lacking:
            await working.add(lacking)
            self._noted = local_day(self._system.clock.now())
        return len(lacking)

    async def lacking(self) -> Sequence[Work]:
        """Work for what today has no dump of, until it is noted; none while the process is young."""
        today = local_day(self._system.clock.now())
        if self._noted == today or asyncio.get_running_loop().time() < self._begun + SETTLE:
            return []
        return [work_of(one.name, today) for one in DATASETS if await self.shelf.of_day(one.name, today) is None]

    async def dump(self, work: Work) -> Outcome:
        """Build a day's dump and take away those that are old; nothing where the day is over."""
        name, _, day = work.subject.partition(" ")
        today = local_day(self._system.clock.now())
        if name not in _NAMES or date.fromisoformat(day) != today:
            return Done()
        try:
            await self._builder.build(dataset_of(name), today)
        except Behind:
            return Again(SOON, "the registers are behind")
        await self._keeper.expire(name, today)
        return Done()

    async def take(self, work: Work) -> Outcome:
        """Take away what holds a stream; where that was today's dump, build it anew without."""
        name, slug, position, stream_id = work.subject.split(" ")
        if name not in _NAMES:
            return Done()
        await self._keeper.take(name, UUID(stream_id))
        today = local_day(self._system.clock.now())
        dump = await self.shelf.of_day(name, today)
        if dump is None or not dump.gone:
            return Done()
        try:
            await self._builder.build(dataset_of(name), today, {slug: int(position)})
        except Behind:
            return Again(SOON, "the registers are behind")
        return Done()

    async def follow(self, tenant_id: int, events: Sequence[StoredEvent]) -> Sequence[Work]:
        """A piece of work for each dataset that an event takes something from."""
        institution = (await self._system.handler.authority.national()).by_tenant(tenant_id)
        if institution is None:
            raise StreamNotFound
        if institution.sandbox:  # what is tried there is in no dump
            return ()
        return [
            Work(
                tenant_id,
                TAKE,
                f"{name} {institution.slug} {event.position} {event.stream_id}",
                lane=f"dump {name}",
                rank=event.position,
                traceparent=traceparent_of(event),
            )
            for event in events
            for name, topics in _TAKEN.items()
            if event.type_name in topics
        ]


def work_of(dataset: str, day: date) -> Work:
    """The work that builds a dataset's dump of a day."""
    return Work(NATIONAL_TENANT, DUMP, f"{dataset} {day.isoformat()}")


_NAMES = frozenset(one.name for one in DATASETS)
_TAKEN = {one.name: REGISTRY.stored_names(*one.taken_by) for one in DATASETS if one.taken_by}
