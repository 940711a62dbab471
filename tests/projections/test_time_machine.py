"""The time machine equals a full replay: at a hundred random moments, for every read model, whatever the history is.

The other side is deliberately simple: every event of the log, one `if` for each limit of the moment, one fold.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.tenants import events as tenants
from infra.database.interface import Role
from infra.eventstore.interface import StoredEvent
from infra.eventstore.memory import MemoryEventStore
from projections import rows
from projections.as_of import Past
from projections.catalogue import READ_MODELS
from projections.cut import positions
from projections.fold import Fold
from projections.history import History, Moment
from projections.read_model import ReadModel
from tests.projections.story import NOW, REGISTRY, TENANT, Chance, Story, drafted, submitted

MOMENTS = 100
RECORDED = datetime(2026, 4, 1, tzinfo=UTC)
PAGE = 20


class Told:
    """A store with a history that has everything: imports, two clocks, streams that cannot be folded."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.recorded_at = RECORDED
        self.store = MemoryEventStore((NATIONAL_TENANT, TENANT), clock=lambda: self.recorded_at)
        self.story = Story(self.store)
        self.chance = Chance(seed)

    async def tell(self, commands: int) -> None:
        """That many commands in the tenant's log, and some in the national one."""
        for n in range(commands):
            self.recorded_at += timedelta(seconds=self.random.randrange(1, 5_000))
            if n % 40 == 17:
                await self._poison(n)
            stream, events = self.chance.next()
            begins = stream not in self.story.versions
            at = NOW - timedelta(days=self.random.randrange(1, 900)) if begins and self.random.random() < 0.3 else None
            source = {"source": "elsewhere", "source_id": str(n)} if at else {}
            await self.story.tell(stream, *events, at=at, **source)
        await self._institutions()

    async def _poison(self, n: int) -> None:
        """A contribution that was never drafted, and one that no database can hold."""
        consultation = derived_id("nowhere")
        await self.story.tell(derived_id("undrafted", n), submitted(consultation), submitted(consultation))
        unstorable = msgspec.structs.replace(submitted(consultation), receipt="R\x00")
        await self.story.tell(derived_id("unstorable", n), drafted(consultation, f"{n}"), unstorable)

    async def _institutions(self) -> None:
        story, stream = Story(self.store, NATIONAL_TENANT), derived_id("register")
        for n in range(30):
            self.recorded_at += timedelta(seconds=self.random.randrange(1, 50_000))
            slug = f"tenant-{n // 2}"
            named = tenants.InstitutionRegistered(10 + n, slug, f"C{n}", "ministry", {"sq": slug}, ("sq", "sr"))
            renamed = tenants.InstitutionRenamed(slug, {"sq": f"{slug} e re"}, "1/2026")
            await story.tell(stream, renamed if n % 2 else named)

    async def moments(self, tenant_id: int) -> list[Moment]:
        """A hundred positions and a hundred times of either kind, or of both at once."""
        log = await self.store.read_log(tenant_id, 0, 100_000)
        chosen = [Moment(position=self.random.randrange(len(log) + 2)) for _ in range(MOMENTS)]
        for n in range(MOMENTS):
            jitter = timedelta(microseconds=self.random.choice((-1, 0, 1)))
            as_of = self.random.choice(log).occurred_at + jitter if n % 3 != 1 else None
            known_at = self.random.choice(log).recorded_at + jitter if n % 3 else None
            chosen.append(Moment(as_of=as_of, known_at=known_at))
        return chosen


def replayed(log: Sequence[StoredEvent], model: ReadModel[Any], moment: Moment) -> tuple[int, list[Any]]:
    """Where the log is cut, and the rows."""
    fold: Fold[Any] = Fold(model, strict=True)
    cut = 0
    for event in log:
        if moment.position is not None and event.position > moment.position:
            continue
        if moment.known_at is not None and event.recorded_at > moment.known_at:
            continue
        cut = event.position
        if moment.as_of is not None and event.occurred_at > moment.as_of:
            continue
        fold.take(event, REGISTRY.decoder(event.type_name)(event.data))
    return cut, fold.ordered()


@pytest.mark.parametrize("tenant_id", [TENANT, NATIONAL_TENANT])
async def test_the_time_machine_equals_a_full_replay(database, tenant_id: int) -> None:
    told = Told(seed=2026)
    await told.tell(240)
    models = [model for model in READ_MODELS if model.only_tenant in (None, tenant_id)]
    past = Past(database, Role.GATEWAY, History(told.store, REGISTRY, page=PAGE))
    log = await told.store.read_log(tenant_id, 0, 100_000)
    shown = dict.fromkeys((model.name for model in models), 0)

    for moment in await told.moments(tenant_id):
        expected = {model.name: replayed(log, model, moment) for model in models}
        async with past.at(moment, models, [tenant_id]) as then:
            for model in models:
                cut, wanted = expected[model.name]
                found = await rows.load_all(then, model, tenant_id)
                assert found == wanted, (moment, model.name)
                assert await positions(then, model.name) == {tenant_id: cut}, moment
                shown[model.name] += len(found)
    await past.close()
    assert all(shown[model.name] for model in models if tenant_id in (TENANT, model.only_tenant)), shown
