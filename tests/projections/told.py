"""A long history in two logs: everything that an institution and the nation do, told by chance."""

import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.tenants import events as tenants
from infra.eventstore.memory import MemoryEventStore
from projections.history import Moment
from tests.projections.claims_by_chance import ClaimsByChance
from tests.projections.cooperation_by_chance import ElectionsByChance
from tests.projections.council_by_chance import CouncilByChance
from tests.projections.hours_by_chance import TimeByChance
from tests.projections.licences_by_chance import EntriesByChance
from tests.projections.monitoring_by_chance import MonitoringByChance
from tests.projections.organisations_by_chance import OrganisationsByChance
from tests.projections.platforms_by_chance import PlatformsByChance
from tests.projections.story import NOW, TENANT, Chance, Story, drafted, submitted
from tests.projections.strategies_by_chance import StrategiesByChance
from tests.projections.volunteering_by_chance import VolunteersByChance

MOMENTS = int(os.environ.get("PAKT_MOMENTS", "8"))
"""Positions that are asked for of a log, and as many times."""
TURNS = 28
"""Of each history by chance in the national log: enough that each of its ways is told to its end."""
RECORDED = datetime(2026, 4, 1, tzinfo=UTC)


class Told:
    """A store with a history that has everything: imports, two clocks, streams that cannot be folded."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.recorded_at = RECORDED
        self.store = MemoryEventStore((NATIONAL_TENANT, TENANT), clock=lambda: self.recorded_at)
        self.story, self.nations_story = Story(self.store), Story(self.store, NATIONAL_TENANT)
        self.chance = Chance(seed)
        others = (VolunteersByChance(seed), TimeByChance(seed), MonitoringByChance(seed), ElectionsByChance(seed))
        council = CouncilByChance(seed)
        strategy = (council, StrategiesByChance(seed), council)
        platforms = PlatformsByChance(seed)
        known = (ClaimsByChance(seed), OrganisationsByChance(seed), EntriesByChance(seed), platforms)
        self.national = (*known, *others, *strategy)

    async def tell(self, commands: int) -> None:
        """That many commands in the tenant's log, and some in the national one."""
        await self.live(commands)
        await self._institutions()
        await self.nation(TURNS * len(self.national))

    async def live(self, commands: int) -> None:
        """That many commands in the tenant's log."""
        for n in range(commands):
            self.recorded_at += timedelta(seconds=self.random.randrange(1, 5_000))
            if n % 40 == 17:
                await self._poison(n)
            await self._turn(n, *self.chance.next())
            await self._turn(n, *self.chance.bought())
            if n % 4:
                await self._turn(n, *self.chance.given())
            if n % 2:
                await self._turn(n, *self.chance.led())

    async def nation(self, commands: int) -> None:
        """That many commands in the national log."""
        for n in range(commands):
            self.recorded_at += timedelta(seconds=self.random.randrange(1, 50_000))
            stream, events = self.national[n % len(self.national)].next()
            await self.nations_story.tell(stream, *events)

    async def _turn(self, n: int, stream: UUID, events: Sequence[Event]) -> None:
        """Some of what begins did so before it was recorded."""
        begins = stream not in self.story.versions
        at = NOW - timedelta(days=self.random.randrange(1, 900)) if begins and self.random.random() < 0.3 else None
        source = {"source": "elsewhere", "source_id": str(n)} if at else {}
        await self.story.tell(stream, *events, at=at, **source)

    async def _poison(self, n: int) -> None:
        """A contribution that was never drafted, and one that no database can hold."""
        consultation = derived_id("nowhere")
        await self.story.tell(derived_id("undrafted", n), submitted(consultation), submitted(consultation))
        unstorable = msgspec.structs.replace(submitted(consultation), receipt="R\x00")
        await self.story.tell(derived_id("unstorable", n), drafted(consultation, f"{n}"), unstorable)

    async def _institutions(self) -> None:
        story, stream = self.nations_story, derived_id("register")
        for n in range(30):
            self.recorded_at += timedelta(seconds=self.random.randrange(1, 50_000))
            slug = f"institution-{n // 2}"
            named = tenants.InstitutionRegistered(10 + n, slug, f"C{n}", "ministry", {"sq": slug}, ("sq", "sr"))
            renamed = tenants.InstitutionRenamed(slug, {"sq": f"{slug} e re"}, "1/2026")
            await story.tell(stream, renamed if n % 2 else named)

    async def moments(self, tenant_id: int) -> list[Moment]:
        """The log's end, positions, and times of either kind or of both at once."""
        log = await self.store.read_log(tenant_id, 0, 100_000)
        within = [Moment(position=self.random.randrange(len(log) + 2)) for _ in range(MOMENTS)]
        chosen = [Moment(position=len(log)), *within]
        for n in range(MOMENTS):
            jitter = timedelta(microseconds=self.random.choice((-1, 0, 1)))
            as_of = self.random.choice(log).occurred_at + jitter if n % 3 != 1 else None
            known_at = self.random.choice(log).recorded_at + jitter if n % 3 else None
            chosen.append(Moment(as_of=as_of, known_at=known_at))
        return chosen
