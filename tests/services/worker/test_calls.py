"""What the clock does to calls, for grants and for services, over a real database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.contracts.service_call import ServiceCall
from domain.grants.grant_call import GrantCall
from domain.kernel.ids import derived_id
from domain.rules.commands import DeclareNonWorkingDay
from domain.rules.working_calendar import WorkingCalendar
from domain.tenants.seed import tenant_ids
from infra.clock import FixedClock
from services.bootstrap import System
from services.work.failures import Failures
from services.worker.policies import Policies
from services.worker.timers import Timers
from tests.services.worker.test_worker import Held
from tests.support.consultation import state
from tests.support.grant import planned_funding, published_call
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system, send
from tests.support.tendering import Tendering

MJ, PRIZREN = "mj", "prizren"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


def failures(system: System) -> Failures:
    return Failures(system.engine.connections, system.auditing)


async def grant_call(system: System, _clock: FixedClock) -> UUID:
    return await published_call(system, MJ)


async def service_call(system: System, clock: FixedClock) -> UUID:
    tender = Tendering(system, clock, PRIZREN)
    await tender.publish()
    return tender.call_id


@pytest.mark.parametrize(
    ("tenant", "publish", "of", "follows"),
    [(MJ, grant_call, GrantCall, 0), (PRIZREN, service_call, ServiceCall, 1)],
    ids=["grants", "services"],
)
async def test_a_call_closes_on_the_second_and_once(
    system: System, clock: FixedClock, tenant: str, publish: Any, of: Any, follows: int
) -> None:
    """`follows`: how much more the clock does later: it ends the time in which bids are opened."""
    call_id = await publish(system, clock)
    await project(system, tenant)
    broker = Held()
    due = Timers(system, broker, failures(system))
    public = await state(system, tenant, of, call_id)
    closes_at = public.ends_at()
    clock.at = closes_at - timedelta(microseconds=1)
    assert await due.scan() == 0

    clock.at = closes_at
    assert await due.scan() == 1
    for _ in range(3):
        await due.perform(broker.jobs[0])
    closed = await state(system, tenant, of, call_id)
    assert (closed.stage, closed.modified_on, closed.version) == ("closed", closes_at, public.version + 1)
    await project(system, tenant)
    clock.at = closes_at + timedelta(days=400)
    assert await due.scan() == follows, "the days of the plan are for people to keep"


async def test_a_declared_day_moves_a_call_and_no_plan(system: System, clock: FixedClock) -> None:
    call_id = await published_call(system, MJ)
    await planned_funding(system, "mesti")
    before = (await state(system, MJ, GrantCall, call_id)).ends_at()
    day = (clock.at + timedelta(days=3)).date()
    while not (await system.handler.authority.national()).calendar().is_working(day):
        day += timedelta(days=1)
    declare = DeclareNonWorkingDay(
        day=day, names={"sq": "Ditë zie", "sr": "Dan žalosti", "en": "Day of mourning"}, decision_no="12/2026"
    )
    calendar_id = derived_id(WorkingCalendar.SINGLETON, tenant_ids()["opm"])
    await send(system, "opm", "ogg_supervisor", declare, calendar_id)
    for tenant in tenant_ids():
        await project(system, tenant)
    clock.at = datetime.now(UTC) + timedelta(seconds=5)

    assert await Policies(system, failures(system)).run_once() == 1
    moved = await state(system, MJ, GrantCall, call_id)
    assert moved.ends_at() > before
    assert moved.deadline is not None
    assert day in {skipped.on for skipped in moved.deadline.trace}
