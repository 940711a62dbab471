"""Work that says what it did, and what became of it in the database."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from domain.kernel.ids import NATIONAL_TENANT
from infra.broker.interface import Job
from infra.database.interface import Connection
from infra.database.scope import scope
from infra.eventstore.interface import StoredEvent
from infra.telemetry.propagation import current_traceparent
from infra.work.interface import Done, Outcome, Work
from services.bootstrap import System
from services.work.kinds import Kind
from services.work.performing import Performing
from services.work.relay import Relayed, traceparent_of

ECHO = "echo"
WITHIN = 20.0
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Doing:
    """Performs work by counting it in the database, as an effect, and in memory, as something outside."""

    def __init__(self) -> None:
        self.tries: list[Work] = []
        self.traces: list[str] = []
        self.outcomes: dict[str, list[Outcome | Exception]] = {}
        """What work of a subject comes to, try by try; done when there is nothing (more)."""
        self.gate = asyncio.Event()
        self.gate.set()
        self.most = self._now = 0
        """How many tries there were at once."""

    async def perform(self, work: Work) -> Outcome:
        self.tries.append(work)
        self.traces.append(current_traceparent())
        self._now += 1
        self.most = max(self.most, self._now)
        await self.gate.wait()
        self._now -= 1
        planned = self.outcomes.get(work.subject)
        outcome: Outcome | Exception = planned.pop(0) if planned else Done(self._noted(work))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def kind(self, name: str = ECHO, **options: object) -> Kind:
        return Kind(name, self.perform, queue="test", **options)

    def _noted(self, work: Work):
        async def effect(connection: Connection) -> None:
            await connection.execute(
                "INSERT INTO es.policy (tenant_id, name, position) VALUES ($1, $2, 1)"
                " ON CONFLICT (tenant_id, name) DO UPDATE SET position = es.policy.position + 1",
                work.tenant_id,
                f"effect {work.subject}",
            )

        return effect


async def echoes(tenant_id: int, events: Sequence[StoredEvent]) -> Sequence[Work]:
    return [Work(tenant_id, ECHO, f"{one.epoch}:{one.position}", traceparent=traceparent_of(one)) for one in events]


ECHOED = Relayed("echoes", echoes)


async def effects(system: System) -> Counter[tuple[int, str]]:
    async with (
        system.auditing.borrow(1) as lent,
        scope(lent, tenants=(await system.engine.heads()).keys()) as connection,
    ):
        rows = await connection.fetch("SELECT tenant_id, name, position FROM es.policy WHERE name LIKE 'effect %'")
    return Counter({(row[0], row[1].removeprefix("effect ")): row[2] for row in rows})


async def left(system: System) -> list[tuple[str, str, int, str]]:
    async with (
        system.auditing.borrow(1) as lent,
        scope(lent, tenants=(await system.engine.heads()).keys()) as connection,
    ):
        rows = await connection.fetch("SELECT subject, state, attempts, reason FROM es.work ORDER BY subject")
    return [tuple(row) for row in rows]


async def expected(system: System) -> Counter[tuple[int, str]]:
    heads = await system.engine.heads()
    return Counter({(tenant, f"1:{position}"): 1 for tenant, head in heads.items() for position in range(1, head + 1)})


async def until_empty(system: System) -> None:
    async with asyncio.timeout(WITHIN):
        while await left(system):
            await asyncio.sleep(0.02)


async def national() -> Sequence[int]:
    return [NATIONAL_TENANT]


def performing(system: System, kind: Kind, **options: int) -> Performing:
    return Performing(system.works, national, [kind], **options)


def message(kind: str = ECHO, subject: str = "a") -> Job:
    return Job(kind, {"tenant_id": NATIONAL_TENANT, "subject": subject})


async def done(performer: Performing) -> int:
    """Look once and wait for what was begun; how much that was."""
    begun = await performer.look()
    await performer.idle()
    return begun


def echo(subject: str, lane: str = "", rank: int = 0) -> Work:
    return Work(NATIONAL_TENANT, ECHO, subject, lane, rank)
