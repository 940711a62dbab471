"""Two institutions log the same hours of a volunteer at once: one gets them, the other is told why, none is lost.

Each institution has a process of its own, with a handler of its own, that logs and claims at the same moment as the other:
so the claims of one person meet in the national log. Two workers then carry the answers, and claim once more what was
claimed already. `PAKT_RACES` says how many races are run.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.deadline import local_day, start_of
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.tenants.seed import tenant_ids
from domain.volunteering.commands.hours import LogHours
from domain.volunteering.hours_ledger import HoursLedger
from domain.volunteering.hours_parts import EntryStage, Why, time_id
from domain.volunteering.hours_policies import claim_time
from domain.volunteering.time_claims import VolunteerTime
from infra.clock import FixedClock
from infra.eventstore.codec import recorded, restore
from services.bootstrap import System, assemble
from services.command_handling.request import CLOCK, Request
from services.settings import Settings
from services.work.failures import Failures
from tests.support.postgres import Cluster
from tests.support.system import seeded_system
from tests.support.volunteering import in_person, providing, registered, relay

RACES = int(os.environ.get("PAKT_RACES", "20"))
PLACES = ("prizren", "mflt")
PEOPLE = max(4, RACES // 20)
"""At most twenty races of one person: so many stretches of their day."""
SLOT, LENGTH = timedelta(minutes=30), timedelta(minutes=20)
SUPERVISOR = derived_id("race", "supervisor")


def volunteer(n: int) -> UUID:
    return derived_id("race", "volunteer", n)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


class Races:
    """The agreements of some volunteers in two institutions, and who wins each stretch of their day."""

    def __init__(self, systems: tuple[System, ...]) -> None:
        self.systems, self.system = systems, systems[0]
        self.ledgers: dict[tuple[str, int], UUID] = {}
        self.chance = random.Random(RACES)

    async def prepare(self, clock: FixedClock) -> None:
        """Everybody agrees with both; it is the next day's night when they tell of their work."""
        for place in PLACES:
            provider = await providing(self.system, place, places=PEOPLE)
            for n in range(PEOPLE):
                if place == PLACES[0]:
                    await registered(self.system, volunteer(n))
                self.ledgers[place, n] = await provider.agree(volunteer(n), SUPERVISOR)
        await relay(self.system, tenants=PLACES)
        self.morning = start_of(local_day(clock.at)) + timedelta(hours=8)
        clock.at = start_of(local_day(clock.at)) + timedelta(hours=40)

    async def run(self, first: int, last: int) -> None:
        """Races from `first` up to `last`: both institutions are told at once, of time that overlaps."""
        await asyncio.gather(*(self._log(place, race) for race in range(first, last) for place in PLACES))
        await relay(*self.systems, tenants=PLACES)

    async def _log(self, place: str, race: int) -> None:
        """One begins in the middle of the other; who is told first is left to chance, and so is who claims first."""
        person, slot = race % PEOPLE, race // PEOPLE
        late = (PLACES.index(place) + race) % 2
        begins = self.morning + slot * SLOT + late * timedelta(minutes=7)
        command = LogHours(started_at=begins, ended_at=begins + LENGTH, task="kitchen")
        system = self.systems[PLACES.index(place)]
        await asyncio.sleep(self.chance.random() / 100)
        logged = await in_person(system, place, volunteer(person), command, self.ledgers[place, person])
        (stored,) = await system.store.read_log(tenant_ids()[place], logged.first_position - 1, 1)
        (reaction,) = claim_time(recorded(system.registry, stored))
        claim = Request("opm", reaction.command, derived_id("race", place, race), CLOCK, stream_id=reaction.stream_id)
        await system.handler.execute(claim)

    async def outcomes(self) -> dict[int, list[Any]]:
        """What became of the entries of each race."""
        found: dict[int, list[Any]] = {race: [] for race in range(RACES)}
        for (place, person), ledger_id in self.ledgers.items():
            ledger = await self.system.handler.aggregates.replay(
                tenant_ids()[place], HoursLedger, ledger_id, lambda _: True
            )
            for entry in ledger.entries.values():
                race = (entry.started_at - self.morning) // SLOT * PEOPLE + person
                found[race].append((place, entry.stage))
        return found


async def test_exactly_one_of_two_wins(system: System, clock: FixedClock, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    async with assemble(settings, database=system.database, migrated=True, clock=clock) as other:
        races = Races((system, other))
        await races.prepare(clock)
        for first in range(0, RACES, 2 * PEOPLE):
            await asyncio.wait_for(races.run(first, min(first + 2 * PEOPLE, RACES)), 120)

    outcomes = await races.outcomes()
    stages = {race: sorted(stage for _, stage in found) for race, found in outcomes.items()}
    won_and_lost = [EntryStage.CLAIMED, EntryStage.REFUSED]
    assert {race: found for race, found in stages.items() if found != won_and_lost} == {}
    failed = await Failures(system.engine.connections, system.auditing).all(list(tenant_ids().values()))
    assert failed == []
    winners = Counter(place for found in outcomes.values() for place, stage in found if stage is EntryStage.CLAIMED)
    assert set(winners) == set(PLACES), "each institution is first sometimes"
    await each_refusal_names_the_other(system, races)
    print(f"\nraces: {RACES} of {PEOPLE} volunteers, won by {dict(winners)}")


async def each_refusal_names_the_other(system: System, races: Races) -> None:
    """In the national log every entry is answered once, and why is told."""
    for n in range(PEOPLE):
        read = system.handler.aggregates.replay
        time = await read(NATIONAL_TENANT, VolunteerTime, time_id(volunteer(n)), lambda _: True)
        both = [races.ledgers[place, n] for place in PLACES]
        stored = await system.store.read_stream(NATIONAL_TENANT, time_id(volunteer(n)))
        told = [restore(system.registry, one) for one in stored[1:]]
        assert len({one.entry_id for one in told}) == len(told) == len(time.answered)  # type: ignore[attr-defined]
        assert {one.ledger_id for one in told} == set(both)  # type: ignore[attr-defined]
        refused = [one.refusal for one in told if hasattr(one, "refusal")]
        assert len(refused) * 2 == len(told)
        assert {(one.why, one.institution in PLACES) for one in refused} == {(Why.OVERLAP, True)}
