"""Failed work that was done meanwhile, or is no longer to be done, is no failure any more, whoever finds it out."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from domain.kernel.event import RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Reaction
from domain.succession.events import succession_id
from domain.tenants.auditing import audit_mandate_id
from domain.tenants.seed import tenant_ids
from infra.clock import FixedClock
from services.bootstrap import System
from services.work.failures import Failures
from services.worker import computing, successions, timers
from services.worker.computing import Computing
from services.worker.policies import Policies
from services.worker.settling import Settling
from services.worker.successions import Successions
from services.worker.timers import Timers
from tests.services.worker.test_policies import begin_elsewhere, declared, domain, end_elsewhere, overridden, policies
from tests.services.worker.test_successions import merged
from tests.services.worker.test_worker import Held
from tests.support.consultation import opened
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system

MJ, MESTI = "mj", "mesti"
EVERY = list(tenant_ids().values())


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


def failures(system: System) -> Failures:
    return Failures(system.engine.connections, system.auditing)


async def failing(system: System) -> list[tuple[int, str, str]]:
    return [(one.tenant_id, one.kind, one.subject) for one in await failures(system).all(EVERY)]


async def due_again(system: System) -> None:
    """The time of the next try has come for all that failed."""
    async with system.database.connect() as admin:  # type: ignore[attr-defined] # the test's own database
        await admin.execute("UPDATE es.failed_work SET retry_at = now() WHERE retry_at < 'infinity'")


def settling(system: System, *parts: object) -> Settling:
    return Settling(system, failures(system), parts)  # type: ignore[arg-type] # each is one


async def test_a_deadline_that_is_not_due_any_more_has_not_failed(system: System, clock: FixedClock) -> None:
    await opened(system, MJ)
    await project(system, MJ)
    clock.at += timedelta(days=60)
    broker = Held()
    scanning = Timers(system, broker, failures(system))
    await scanning.scan()
    subject = str(broker.jobs[0].ids["deadline_id"])
    for one in (subject, str(uuid4())):
        await failures(system).record(tenant_ids()[MJ], timers.KIND, one, "unavailable: somebody")

    assert await settling(system, scanning).look() == 1
    assert await failing(system) == [(tenant_ids()[MJ], timers.KIND, subject)], "it is still to be done"

    await scanning.perform(broker.jobs[0])
    await project(system, MJ)
    await failures(system).record(tenant_ids()[MJ], timers.KIND, subject, "unavailable: a slower worker")
    assert await settling(system, scanning).look() == 1
    assert await failing(system) == []


async def test_a_value_that_nobody_awaits_has_not_failed(system: System) -> None:
    counting = Computing(system, failures(system))
    await failures(system).record(tenant_ids()[MJ], computing.KIND, f"{uuid4()} 2025", "history-corrupt: somewhere")

    assert await settling(system, counting).look() == 1
    await counting.close()
    assert await failing(system) == []


async def test_a_line_that_went_on_has_not_failed_and_one_that_cannot_waits(system: System) -> None:
    await declared(system, MJ)
    both = policies(system, domain("both", declared=begin_elsewhere))
    await failures(system).record(tenant_ids()[MJ], "both", "log after 0", "history-corrupt: mended since")

    assert await both.run_once() == 0, "not before it is due again"
    assert await settling(system, both).look() == 0
    await due_again(system)
    assert await both.run_once() == 2
    assert await settling(system, both).look() == 1
    assert await failing(system) == []


async def test_a_succession_that_lacks_nothing_has_not_failed(system: System) -> None:
    await merged(system, [MJ], MESTI)
    national, carrying = Policies(system, failures(system)), Successions(system, failures(system))
    stream = str(succession_id(tenant_ids()[MJ]))
    await failures(system).record(tenant_ids()[MJ], successions.KIND, stream, "rule-violated: not yet")
    assert await settling(system, carrying).look() == 0, "nobody has looked yet"
    for _ in range(3):
        for tenant in tenant_ids():
            await project(system, tenant)
        await national.run_once()
        await carrying.look()

    await due_again(system)
    for _ in range(3):
        await project(system, MJ)
        await carrying.look()
    assert await settling(system, carrying).look() == 1
    assert await failing(system) == []


async def test_a_refused_reaction_is_sent_again_until_it_is_taken(system: System) -> None:
    """What the stream refused because something was missing is taken once that is there; then nothing is failing."""

    def end_first(event: RecordedEvent) -> Iterator[Reaction]:
        yield from end_elsewhere(event)

    await declared(system, MJ)
    ending = policies(system, domain("ending", declared=end_first))
    assert await ending.run_once() == 2
    refused = await failing(system)
    assert [one[1] for one in refused] == ["end_first", "end_first"]
    assert await ending.try_again() == 0, "not before it is due again"
    await due_again(system)
    assert await ending.try_again() == 2
    assert [one.attempts for one in await failures(system).all(EVERY)] == [2, 2]

    await policies(system, domain("beginning", declared=begin_elsewhere)).run_once()
    await due_again(system)
    assert await ending.try_again() == 2
    assert await failing(system) == []


async def test_what_a_later_event_has_overtaken_is_left_to_people(system: System) -> None:
    await overridden(system, MJ)  # ends what never began
    await declared(system, MJ)
    both = policies(system, domain("both", declared=begin_elsewhere, overridden=end_elsewhere))
    assert await both.run_once() == 4
    await due_again(system)

    assert await both.try_again() == 0
    await due_again(system)
    assert await both.try_again() == 0
    found = await failures(system).all(EVERY)
    assert {(one.tenant_id, one.attempts, one.retry_at) for one in found} == {
        (NATIONAL_TENANT, 1, None),
        (tenant_ids()[MESTI], 1, None),
    }
    assert await both.again(found[0].tenant_id, found[0].kind, found[0].subject), "somebody asks for it"
    assert [one.tenant_id for one in await failures(system).all(EVERY)] == [found[1].tenant_id]


async def test_what_an_event_asked_for_that_is_there_no_more_is_settled(system: System) -> None:
    stream = audit_mandate_id(tenant_ids()[MJ], derived_id("test", "mandate"))
    both = policies(system, domain("both", declared=begin_elsewhere))
    for cause in (f"{tenant_ids()[MJ]}:1:999999", f"{tenant_ids()[MJ]}:7:1"):
        await failures(system).record(tenant_ids()[MJ], "begin_elsewhere", f"{cause}>{stream}", "not-found: Nothing")
    await due_again(system)
    await both.try_again()

    assert await failing(system) == []
